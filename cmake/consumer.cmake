# examples/consumer, built and run as its users would: on the installed library, on its sources, through pkg-config.
set(prefix ${CMAKE_CURRENT_BINARY_DIR}/prefix)
set(consumer ${PROJECT_SOURCE_DIR}/examples/consumer)

add_test(NAME consumer/install COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --prefix ${prefix})
set_tests_properties(consumer/install PROPERTIES FIXTURES_SETUP installed_latent)

# The user's own build: without our type and flags, with only what must be said.
function(latent_test_consumer name)
    add_test(NAME consumer/${name}
        COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${consumer} ${CMAKE_CURRENT_BINARY_DIR}/consumer_${name}
            --build-generator ${CMAKE_GENERATOR}
            --build-options -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DEigen3_DIR=${Eigen3_DIR} ${ARGN}
            --test-command consumer)
    set_tests_properties(consumer/${name} PROPERTIES FIXTURES_REQUIRED installed_latent)
endfunction()
latent_test_consumer(find_package -DCMAKE_PREFIX_PATH=${prefix})
latent_test_consumer(fetch_content -DLATENT_SOURCE_DIR=${PROJECT_SOURCE_DIR})

find_program(LATENT_PKG_CONFIG pkg-config)
if(LATENT_PKG_CONFIG)
    add_test(NAME consumer/pkg_config
        COMMAND sh -ec "\"$0\" -std=c++20 \"$1\" -o consumer_pkg_config $(\"$2\" --cflags --libs latent) && ./consumer_pkg_config"
            ${CMAKE_CXX_COMPILER} ${consumer}/main.cpp ${LATENT_PKG_CONFIG})
    set_tests_properties(consumer/pkg_config PROPERTIES
        FIXTURES_REQUIRED installed_latent
        ENVIRONMENT PKG_CONFIG_PATH=${prefix}/${CMAKE_INSTALL_DATADIR}/pkgconfig)
endif()
