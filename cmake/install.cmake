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
    ${PROJECT_SOURCE_DIR}/cmake/executions.cmake
    DESTINATION ${package_dir})

file(RELATIVE_PATH prefix_from_pc /${CMAKE_INSTALL_DATADIR}/pkgconfig /)
configure_file(cmake/latent.pc.in ${PROJECT_BINARY_DIR}/latent.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/latent.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
