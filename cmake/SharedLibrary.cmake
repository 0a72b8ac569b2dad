# libtracecheck.so, of the static library's objects. Before 1.0 a minor version may break callers, so it is part of the
# SONAME.
set_target_properties(tracecheck_lib PROPERTIES POSITION_INDEPENDENT_CODE ON)
set(exports "${PROJECT_SOURCE_DIR}/cmake/c_api.map")
add_library(tracecheck_c SHARED $<TARGET_OBJECTS:tracecheck_lib>)
add_library(tracecheck::c ALIAS tracecheck_c)
set_target_properties(tracecheck_c PROPERTIES
  OUTPUT_NAME tracecheck EXPORT_NAME c LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LINK_DEPENDS "${exports}")
target_include_directories(tracecheck_c
  INTERFACE "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
            "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_link_libraries(tracecheck_c PRIVATE ZLIB::ZLIB zstd::libzstd_shared Threads::Threads)
target_link_options(tracecheck_c PRIVATE "LINKER:--version-script=${exports}")
tracecheck_link_time_optimisation(tracecheck_c)
