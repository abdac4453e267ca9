# How the project's own programs (tests, examples, benchmarks) are compiled. Users of the library get none of it.
option(LATENT_NATIVE "Release builds of the project's own programs use the whole instruction set of this machine" ON)

get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(PROJECT_IS_TOP_LEVEL AND NOT multi_config AND NOT CMAKE_BUILD_TYPE)
    set_property(CACHE CMAKE_BUILD_TYPE PROPERTY VALUE Release)  # a numerical library without -O is 50 times slower
endif()

# Ninja starts two more compilations than there are processors. Each takes up to 4 GiB, and on two cores four of them take
# 1.4 times as long as two at a time.
if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_JOB_POOL_COMPILE)
    cmake_host_system_information(RESULT jobs QUERY NUMBER_OF_LOGICAL_CORES)
    cmake_host_system_information(RESULT mebibytes QUERY TOTAL_PHYSICAL_MEMORY)
    math(EXPR jobs_in_memory "${mebibytes} / 4096")
    if(jobs GREATER jobs_in_memory)
        set(jobs ${jobs_in_memory})
    endif()
    if(jobs LESS 1)
        set(jobs 1)
    endif()
    set_property(GLOBAL APPEND PROPERTY JOB_POOLS compilations=${jobs})
    set(CMAKE_JOB_POOL_COMPILE compilations)
    set(CMAKE_JOB_POOL_PRECOMPILE_HEADER compilations)
endif()

add_library(latent_program INTERFACE)
target_link_libraries(latent_program INTERFACE latent::latent)
# The library runs its own threads; with -fopenmp Eigen would start more inside them.
target_compile_definitions(latent_program INTERFACE EIGEN_DONT_PARALLELIZE)

# The test `name`: `program`, with further arguments, on so many ranks of MPI. More ranks than processors and the root user
# are said by variables, which every implementation but Open MPI overlooks. LeakSanitizer would report MPI's own memory.
# Ranks that wait yield and are bound to no core: on a busy machine a test could otherwise take many times as long.
function(latent_test_ranks name program ranks)
    add_test(NAME ${name}
        COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:${program}> ${ARGN})
    set_tests_properties(${name} PROPERTIES
        PROCESSORS ${ranks}
        TIMEOUT 300
        ENVIRONMENT "OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMPI_MCA_rmaps_base_oversubscribe=1;\
OMPI_MCA_hwloc_base_binding_policy=none;OMPI_MCA_mpi_yield_when_idle=1;\
PRTE_MCA_hwloc_default_binding_policy=none;\
PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe;ASAN_OPTIONS=detect_leaks=0")
endfunction()

# g++ looks for memory to give back whenever what it holds has grown by so many percent: seldom, it takes a tenth less time and a
# tenth more memory.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(latent_program INTERFACE --param=ggc-min-expand=300)
endif()

if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(latent_program INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
    include(CheckCXXCompilerFlag)
    check_cxx_compiler_flag(-march=native LATENT_HAS_MARCH_NATIVE)
    if(LATENT_NATIVE AND LATENT_HAS_MARCH_NATIVE)
        target_compile_options(latent_program INTERFACE $<$<CONFIG:Release>:-march=native>)
        # With AVX-512 g++ 12 sees undefined registers in its own header, and reads past small matrices in branches that
        # are never taken. The sanitized builds look for both at run time.
        foreach(warning IN ITEMS uninitialized maybe-uninitialized array-bounds stringop-overflow stringop-overread)
            target_compile_options(latent_program INTERFACE
                $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-Wno-${warning}>)
        endforeach()
    endif()
endif()

# latent::compiled with the flags of these programs.
if(PROJECT_IS_TOP_LEVEL)
    target_link_libraries(latent_compiled PRIVATE latent_program)
endif()

# Programs that show the library, rather than measure it: linked with latent::compiled, which has the hot loops, and behind
# latent.hpp, read once for all of them. That a header includes what it needs is tested by tests/headers.
file(CONFIGURE OUTPUT precompiled.cpp CONTENT "// Owns the precompiled header.\n")
add_library(latent_precompiled OBJECT EXCLUDE_FROM_ALL ${CMAKE_CURRENT_BINARY_DIR}/precompiled.cpp)
target_precompile_headers(latent_precompiled PRIVATE <latent/latent.hpp>)
function(latent_compile_fast target)
    target_link_libraries(${target} PRIVATE latent_program latent::compiled $<TARGET_NAME_IF_EXISTS:latent::json>)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O2>)
    if(NOT target STREQUAL "latent_precompiled")
        target_precompile_headers(${target} REUSE_FROM latent_precompiled)
    endif()
endfunction()
latent_compile_fast(latent_precompiled)
