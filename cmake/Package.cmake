# cpack -G DEB makes two Debian packages of what is installed; scripts/package.sh says how a release is made.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tracecheck)
set(CPACK_PACKAGE_CONTACT "tracecheck authors <tracecheck@localhost>")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/DebianLayout.cmake")

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)  # NAME_VERSION_ARCHITECTURE.deb
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME tracecheck)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "${PROJECT_DESCRIPTION}
 Tells whole traces from those that were cut short and those that are damaged, searches
 their logs, exports their events, and repairs what a crash left of them.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libtracecheck-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libzstd-dev, zlib1g-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "Reads Go execution traces: library for C++
 The reader that tracecheck is built on, with its headers and a package for CMake.")

include(CPack)
