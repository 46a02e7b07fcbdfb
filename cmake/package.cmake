# Installs the components `runtime` (the shared library) and `development` (everything else),
# including a CMake package with the components `shared` and `static`, and a pkg-config file. No
# installed file contains an absolute path, so that the tree can be moved.
include(CMakePackageConfigHelpers)
set(PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Jacquard)

foreach(kind Shared Static)
  string(TOLOWER ${kind} lower)
  install(TARGETS jacquard_${lower} EXPORT Jacquard${kind}
          RUNTIME COMPONENT runtime
          LIBRARY COMPONENT runtime NAMELINK_COMPONENT development
          ARCHIVE COMPONENT development)
  install(EXPORT Jacquard${kind} NAMESPACE Jacquard:: DESTINATION ${PACKAGE_DIR}
          COMPONENT development)
endforeach()
install(TARGETS jacquard_host ARCHIVE COMPONENT development)
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN "*.h")

configure_package_config_file(cmake/JacquardConfig.cmake.in JacquardConfig.cmake
                              INSTALL_DESTINATION ${PACKAGE_DIR}
                              NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Before 1.0 a minor version may break programs, so the SONAME includes it (libjacquard.so.0.1).
write_basic_package_version_file(JacquardConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/JacquardConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/JacquardConfigVersion.cmake
        DESTINATION ${PACKAGE_DIR} COMPONENT development)

# jacquard.pc finds the prefix from its own location.
file(RELATIVE_PATH PREFIX_FROM_PC "/p/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/p")
configure_file(cmake/jacquard.pc.in jacquard.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/jacquard.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
