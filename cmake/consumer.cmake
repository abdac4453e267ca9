# examples/consumer, built and run as its users would: on the installed library, on its sources, through pkg-config.
set(prefix ${CMAKE_CURRENT_BINARY_DIR}/prefix)
set(consumer ${PROJECT_SOURCE_DIR}/examples/consumer)

add_test(NAME consumer/install COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --prefix ${prefix})
set_tests_properties(consumer/install PROPERTIES FIXTURES_SETUP installed_latent)

# The user's own build: without our type and flags, with only what must be said. The hash is that of the archive made before.
function(latent_test_consumer name fixture)
    add_test(NAME consumer/${name}
        COMMAND sh -ec "exec \"$@\" -DLATENT_ARCHIVE_SHA256=$(cat latent.tar.xz.sha256) --test-command consumer" sh
            ${CMAKE_CTEST_COMMAND} --build-and-test ${consumer} ${CMAKE_CURRENT_BINARY_DIR}/consumer_${name}
            --build-generator ${CMAKE_GENERATOR}
            --build-options -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DEigen3_DIR=${Eigen3_DIR} ${ARGN})
    set_tests_properties(consumer/${name} PROPERTIES FIXTURES_REQUIRED "latent_archive;${fixture}")
endfunction()
add_test(NAME consumer/archive COMMAND ${CMAKE_COMMAND} -D out=latent.tar.xz -P ${PROJECT_SOURCE_DIR}/cmake/archive.cmake)
set_tests_properties(consumer/archive PROPERTIES FIXTURES_SETUP latent_archive)
latent_test_consumer(find_package installed_latent -DCMAKE_PREFIX_PATH=${prefix} -DLATENT_TARGET=latent::compiled)
latent_test_consumer(fetch_content latent_archive -DLATENT_ARCHIVE=${CMAKE_CURRENT_BINARY_DIR}/latent.tar.xz)

# What a Debian package holds is what is installed.
find_program(LATENT_DPKG_DEB dpkg-deb)
if(LATENT_DPKG_DEB)
    add_test(NAME consumer/debian_package
        COMMAND sh -ec "\"$0\" -G DEB --config \"$1\" -B packages && \"$2\" -x packages/*.deb packages/unpacked && \
diff -r packages/unpacked/usr \"$3\" && \"$2\" --info packages/*.deb"
            ${CMAKE_CPACK_COMMAND} ${PROJECT_BINARY_DIR}/CPackConfig.cmake ${LATENT_DPKG_DEB} ${prefix})
    set_tests_properties(consumer/debian_package PROPERTIES FIXTURES_REQUIRED installed_latent)
endif()

find_program(LATENT_PKG_CONFIG pkg-config)
if(LATENT_PKG_CONFIG)
    add_test(NAME consumer/pkg_config
        COMMAND sh -ec "\"$0\" -std=c++20 \"$1\" -o consumer_pkg_config $(\"$2\" --cflags --libs latent) && ./consumer_pkg_config"
            ${CMAKE_CXX_COMPILER} ${consumer}/main.cpp ${LATENT_PKG_CONFIG})
    set_tests_properties(consumer/pkg_config PROPERTIES
        FIXTURES_REQUIRED installed_latent
        ENVIRONMENT PKG_CONFIG_PATH=${prefix}/${CMAKE_INSTALL_DATADIR}/pkgconfig)
endif()

# As one file, which online compilers take.
set(single ${CMAKE_CURRENT_BINARY_DIR}/single/latent/latent.hpp)
add_custom_target(single_header COMMAND ${CMAKE_COMMAND} -D out=${single} -P ${PROJECT_SOURCE_DIR}/cmake/single_header.cmake
    COMMENT "All of latent.hpp in one file: ${single}")
get_target_property(eigen_include Eigen3::Eigen INTERFACE_INCLUDE_DIRECTORIES)
add_test(NAME consumer/single_header
    COMMAND sh -ec "\"$0\" -D out=\"$1\" -P \"$2\" && \"$3\" -std=c++20 -Isingle -isystem \"$4\" -pthread \"$5\" -o consumer_single && ./consumer_single"
        ${CMAKE_COMMAND} ${single} ${PROJECT_SOURCE_DIR}/cmake/single_header.cmake ${CMAKE_CXX_COMPILER} ${eigen_include}
        ${consumer}/main.cpp)
