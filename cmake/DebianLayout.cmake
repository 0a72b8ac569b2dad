# Run by CPack on the staged trees, before they are packed: what Debian has in other places or forms than the GNU
# folders that `cmake --install` fills.
find_program(GZIP gzip REQUIRED)

# Without the time and name of the file, so that two builds of one commit are the same.
function(compress)
  execute_process(COMMAND "${GZIP}" -9nf ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(share "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/program/usr/share")
file(GLOB pages "${share}/man/man1/*.1")
compress(${pages} "${share}/doc/tracecheck/CHANGELOG.md")
file(RENAME "${share}/doc/tracecheck/CHANGELOG.md.gz" "${share}/doc/tracecheck/changelog.gz")

file(MAKE_DIRECTORY "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/development/usr/share/doc/libtracecheck-dev")
file(COPY_FILE "${share}/doc/tracecheck/LICENSE"
  "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/development/usr/share/doc/libtracecheck-dev/copyright")
file(RENAME "${share}/doc/tracecheck/LICENSE" "${share}/doc/tracecheck/copyright")

# Debian's zsh looks below /usr there, and in site-functions only below /usr/local.
file(RENAME "${share}/zsh/site-functions" "${share}/zsh/vendor-completions")
