# latent::compiled: what most programs instantiate of latent, compiled once: the kernels, the hidden chains, the families that
# are used most. Programs that are linked with it compile faster, those of hidden Markov models in less than half the time at
# -O2. It is built in the project that uses it, for it must have the flags of the programs (-march most of all; the linker
# says `compiled_with_alignment` where it has not). Read by the project itself and, installed, by find_package(latent).
if(NOT TARGET latent::compiled)
    add_library(latent_compiled STATIC EXCLUDE_FROM_ALL
        ${CMAKE_CURRENT_LIST_DIR}/compiled/chain.cpp
        ${CMAKE_CURRENT_LIST_DIR}/compiled/emission.cpp
        ${CMAKE_CURRENT_LIST_DIR}/compiled/kernel.cpp)
    add_library(latent::compiled ALIAS latent_compiled)
    target_compile_definitions(latent_compiled PUBLIC LATENT_COMPILED)
    target_link_libraries(latent_compiled PUBLIC latent::latent)
endif()
