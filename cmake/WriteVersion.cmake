# Run by the target tracecheck_commit: SOURCE_DIR, VERSION, OUTPUT, GIT (may be empty).
set(COMMIT "")
# Only our own repository counts, not one that an unpacked archive happens to lie in.
if(GIT AND EXISTS "${SOURCE_DIR}/.git")
  execute_process(
    COMMAND "${GIT}" --no-optional-locks -C "${SOURCE_DIR}" describe --always --dirty --abbrev=12 --tags
    OUTPUT_VARIABLE COMMIT
    ERROR_QUIET
    OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
configure_file("${CMAKE_CURRENT_LIST_DIR}/version.cc.in" "${OUTPUT}" @ONLY)
