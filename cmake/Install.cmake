# Two components: the program with its pages, completions and docs, and what is needed to build on the library.
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/tracecheck")

install(TARGETS tracecheck_lib EXPORT tracecheckTargets ARCHIVE COMPONENT development)
if(tracecheck_shared)
  install(TARGETS tracecheck_c EXPORT tracecheckTargets LIBRARY COMPONENT development)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" TYPE INCLUDE COMPONENT development FILES_MATCHING PATTERN "*.h")
install(EXPORT tracecheckTargets NAMESPACE tracecheck:: DESTINATION "${package_dir}" COMPONENT development)

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/tracecheckConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/tracecheckConfig.cmake"
  INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a minor version may break callers.
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/tracecheckConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(
  FILES "${PROJECT_BINARY_DIR}/tracecheckConfig.cmake" "${PROJECT_BINARY_DIR}/tracecheckConfigVersion.cmake"
  DESTINATION "${package_dir}"
  COMPONENT development)

# For pkg-config. It names its directories from where it lies, so that a package may be unpacked anywhere.
file(RELATIVE_PATH to_prefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
file(
  CONFIGURE
  OUTPUT "${PROJECT_BINARY_DIR}/tracecheck.pc"
  CONTENT
    "prefix=\${pcfiledir}/@to_prefix@
Name: tracecheck
Description: Reads and checks Go execution traces
Version: @PROJECT_VERSION@
Requires.private: zlib libzstd
Cflags: -I\${prefix}@CMAKE_INSTALL_INCLUDEDIR@
Libs: -L\${prefix}@CMAKE_INSTALL_LIBDIR@ -ltracecheck
"
  @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/tracecheck.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)

if(TARGET tracecheck)
  install(TARGETS tracecheck RUNTIME COMPONENT program)
  # Which pages there are is known once they are written.
  install(DIRECTORY "${TRACECHECK_PAGES}/man1" DESTINATION "${CMAKE_INSTALL_MANDIR}" COMPONENT program)
  install(
    FILES "${TRACECHECK_PAGES}/tracecheck.bash"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
    RENAME tracecheck
    COMPONENT program)
  install(
    FILES "${TRACECHECK_PAGES}/_tracecheck"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions"
    COMPONENT program)
  install(
    FILES "${TRACECHECK_PAGES}/tracecheck.fish"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d"
    COMPONENT program)
endif()
install(
  FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/CHANGELOG.md" "${PROJECT_SOURCE_DIR}/README.md"
  DESTINATION "${CMAKE_INSTALL_DOCDIR}"
  COMPONENT program)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT program)
