# Installs the build in BUILD_DIR, moves the installed tree, builds the project in PROJECT_DIR with EXAMPLE against
# it, and runs the program on TRACE. A moved tree works only if the package holds no path of the build.
file(REMOVE_RECURSE "${WORK_DIR}")
set(tree "${WORK_DIR}/moved")
set(project "${WORK_DIR}/project")

execute_process(
  COMMAND "${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${WORK_DIR}/installed"
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${WORK_DIR}/installed" "${tree}")
file(COPY "${PROJECT_DIR}/CMakeLists.txt" "${EXAMPLE}" DESTINATION "${project}")

# Built with COMPILER, the project's program prints the log that is in TRACE.
function(expect_it_works compiler)
  cmake_path(GET compiler FILENAME name)
  set(build "${WORK_DIR}/build-${name}")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${project}" -B "${build}" -G "${GENERATOR}"
      "-DCMAKE_PREFIX_PATH=${tree}" "-DCMAKE_CXX_COMPILER=${compiler}" "-DCMAKE_CXX_FLAGS=${FLAGS}"
    COMMAND_ERROR_IS_FATAL ANY)
  file(STRINGS "${build}/CMakeCache.txt" found REGEX "^tracecheck_DIR:")
  string(FIND "${found}" "${tree}/" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "Found another tracecheck than the one just installed: ${found}")
  endif()
  execute_process(COMMAND "${CMAKE_COMMAND}" --build "${build}" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(
    COMMAND "${build}/print_logs" "${TRACE}"
    OUTPUT_VARIABLE output RESULT_VARIABLE result)
  if(NOT result EQUAL 0 OR NOT output STREQUAL "xyzzy-cat: xyzzy-msg\n")
    message(FATAL_ERROR "Exit ${result}, printed: ${output}")
  endif()
endfunction()

if(SANITIZE)
  string(APPEND FLAGS " -fsanitize=${SANITIZE}")
endif()
expect_it_works("${COMPILER}")

# Whoever links the library may use another compiler, whatever the library was optimised with.
find_program(CLANG clang++)
if(CLANG AND NOT SANITIZE AND NOT CLANG STREQUAL COMPILER)
  expect_it_works("${CLANG}")
endif()

foreach(file
    share/man/man1/tracecheck.1 share/man/man1/tracecheck-verify.1
    share/bash-completion/completions/tracecheck share/zsh/site-functions/_tracecheck
    share/fish/vendor_completions.d/tracecheck.fish
    share/doc/tracecheck/LICENSE share/doc/tracecheck/CHANGELOG.md share/doc/tracecheck/README.md
    share/doc/tracecheck/docs/crash.md)
  if(NOT EXISTS "${tree}/${file}")
    message(FATAL_ERROR "Not installed: ${file}")
  endif()
endforeach()

file(GLOB_RECURSE for_pkg_config "${tree}/*/pkgconfig/tracecheck.pc")
if(NOT for_pkg_config)
  message(FATAL_ERROR "Not installed: tracecheck.pc")
endif()

# Runs an example of docs/library.md on TRACE.
function(expect_example name input expected)
  execute_process(
    COMMAND "${WORK_DIR}/build-examples/${name}" ${ARGN}
    INPUT_FILE "${input}" OUTPUT_VARIABLE output ERROR_VARIABLE error RESULT_VARIABLE result)
  if(NOT result EQUAL 0 OR NOT output MATCHES "${expected}")
    message(FATAL_ERROR "${name}: exit ${result}, printed: ${output}${error}")
  endif()
endfunction()

file(GLOB examples "${EXAMPLES}/*.cc" "${EXAMPLES}/*.c")
file(COPY "${PROJECT_DIR}/examples/CMakeLists.txt" ${examples} DESTINATION "${WORK_DIR}/examples")
execute_process(
  COMMAND "${CMAKE_COMMAND}" -S "${WORK_DIR}/examples" -B "${WORK_DIR}/build-examples" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${tree}" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${FLAGS}"
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${WORK_DIR}/build-examples" COMMAND_ERROR_IS_FATAL ANY)
expect_example(print_logs /dev/null "^xyzzy-cat: xyzzy-msg\n$" "${TRACE}")
expect_example(feed_logs "${TRACE}" "^xyzzy-cat: xyzzy-msg\n$")
expect_example(last_words /dev/null "^xyzzy-msg\n.*  main[.]main\n" "${TRACE}")
execute_process(COMMAND "${tree}/bin/tracecheck" verify "${TRACE}" OUTPUT_VARIABLE output)
if(NOT output MATCHES " ([0-9]+ events), ")
  message(FATAL_ERROR "The installed program: verify printed: ${output}")
endif()
set(verdict "^${CMAKE_MATCH_1}, complete\n")
expect_example(verdict /dev/null "${verdict}" "${TRACE}")
if(SHARED)
  expect_example(verdict_shared /dev/null "${verdict}" "${TRACE}")
endif()

execute_process(
  COMMAND "${tree}/bin/tracecheck" grep --category xyzzy-cat --message xyzzy-msg "${TRACE}"
  OUTPUT_VARIABLE output RESULT_VARIABLE result)
if(NOT result EQUAL 0 OR NOT output MATCHES " g1 xyzzy-cat: xyzzy-msg\n$")
  message(FATAL_ERROR "The installed program: exit ${result}, printed: ${output}")
endif()
