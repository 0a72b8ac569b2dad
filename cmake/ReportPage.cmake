# Generates the source that holds the page of `report`, whenever one of the page's own sources changes.
set(TRACECHECK_REPORT_PAGE_SOURCE "${PROJECT_BINARY_DIR}/generated/report_page.cc")
set(report_page_dir "${PROJECT_SOURCE_DIR}/export/report_page")
file(GLOB report_page_sources CONFIGURE_DEPENDS "${report_page_dir}/*")
add_custom_command(
  OUTPUT "${TRACECHECK_REPORT_PAGE_SOURCE}"
  COMMAND "${CMAKE_COMMAND}" "-DSOURCE_DIR=${report_page_dir}" "-DOUTPUT=${TRACECHECK_REPORT_PAGE_SOURCE}"
    -P "${PROJECT_SOURCE_DIR}/cmake/WriteReportPage.cmake"
  DEPENDS ${report_page_sources} "${PROJECT_SOURCE_DIR}/cmake/WriteReportPage.cmake"
  COMMENT "Putting the report's page together"
  VERBATIM)
