# The library, its public headers and the config package for find_package(tracecheck); the program if built.
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/tracecheck")

install(TARGETS tracecheck_lib EXPORT tracecheckTargets ARCHIVE)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" TYPE INCLUDE FILES_MATCHING PATTERN "*.h")
install(EXPORT tracecheckTargets NAMESPACE tracecheck:: DESTINATION "${package_dir}")

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/tracecheckConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/tracecheckConfig.cmake"
  INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a minor version may break callers.
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/tracecheckConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(
  FILES "${PROJECT_BINARY_DIR}/tracecheckConfig.cmake" "${PROJECT_BINARY_DIR}/tracecheckConfigVersion.cmake"
  DESTINATION "${package_dir}")

if(TARGET tracecheck)
  install(TARGETS tracecheck RUNTIME)
endif()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
