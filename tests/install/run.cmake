# Installs the build in BUILD_DIR, moves the installed tree, builds the project in PROJECT_DIR against it and
# runs the program on TRACE. A moved tree works only if the package holds no path of the build.
file(REMOVE_RECURSE "${WORK_DIR}")
set(tree "${WORK_DIR}/moved")

execute_process(
  COMMAND "${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${WORK_DIR}/installed"
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${WORK_DIR}/installed" "${tree}")

if(SANITIZE)
  string(APPEND FLAGS " -fsanitize=${SANITIZE}")
endif()
execute_process(
  COMMAND "${CMAKE_COMMAND}" -S "${PROJECT_DIR}" -B "${WORK_DIR}/build" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${tree}" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${FLAGS}"
  COMMAND_ERROR_IS_FATAL ANY)
file(STRINGS "${WORK_DIR}/build/CMakeCache.txt" found REGEX "^tracecheck_DIR:")
string(FIND "${found}" "${tree}/" place)
if(place EQUAL -1)
  message(FATAL_ERROR "Found another tracecheck than the one just installed: ${found}")
endif()
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${WORK_DIR}/build" COMMAND_ERROR_IS_FATAL ANY)

execute_process(
  COMMAND "${WORK_DIR}/build/uses_tracecheck" "${TRACE}"
  OUTPUT_VARIABLE output RESULT_VARIABLE result)
if(NOT result EQUAL 0 OR NOT output MATCHES "xyzzy-cat: xyzzy-msg\n")
  message(FATAL_ERROR "Exit ${result}, printed: ${output}")
endif()
