# Headers, the package for find_package(latent) and the file for pkg-config. Nothing of it depends on the machine,
# so it goes under share/ and the installed tree can be moved.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/latent)

install(DIRECTORY include/latent DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(TARGETS latent EXPORT latent)
install(EXPORT latent NAMESPACE latent:: FILE latentTargets.cmake DESTINATION ${package_dir})

configure_package_config_file(cmake/latentConfig.cmake.in ${PROJECT_BINARY_DIR}/latentConfig.cmake
    INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/latentConfigVersion.cmake
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/latentConfig.cmake ${PROJECT_BINARY_DIR}/latentConfigVersion.cmake
    ${PROJECT_SOURCE_DIR}/cmake/compiled.cmake ${PROJECT_SOURCE_DIR}/cmake/components.cmake
    DESTINATION ${package_dir})
install(DIRECTORY cmake/compiled DESTINATION ${package_dir})

file(RELATIVE_PATH prefix_from_pc /${CMAKE_INSTALL_DATADIR}/pkgconfig /)
configure_file(cmake/latent.pc.in ${PROJECT_BINARY_DIR}/latent.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/latent.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)

# As a Debian package: cpack -G DEB --config build/release/CPackConfig.cmake
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME liblatent-dev)
set(CPACK_PACKAGE_VENDOR latent)
set(CPACK_PACKAGE_CONTACT "the latent authors <latent@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_FILE_NAME liblatent-dev_${PROJECT_VERSION}_all)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libeigen3-dev (>= 3.4)")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "nlohmann-json3-dev, libopenmpi-dev")
include(CPack)
