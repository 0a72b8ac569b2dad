# Generates the source of include/tracecheck/version.h at every build, rewritten only when the commit
# changes, so that one file is compiled again and no build shows the commit of an earlier one.
set(TRACECHECK_VERSION_SOURCE "${PROJECT_BINARY_DIR}/generated/version.cc")
find_package(Git QUIET)
add_custom_target(tracecheck_commit
  COMMAND "${CMAKE_COMMAND}"
    "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}"
    "-DVERSION=${PROJECT_VERSION}"
    "-DOUTPUT=${TRACECHECK_VERSION_SOURCE}"
    "-DGIT=$<IF:$<BOOL:${GIT_EXECUTABLE}>,${GIT_EXECUTABLE},>"
    -P "${PROJECT_SOURCE_DIR}/cmake/WriteVersion.cmake"
  BYPRODUCTS "${TRACECHECK_VERSION_SOURCE}"
  COMMENT "Looking for the commit"
  VERBATIM)
