// A file for what has to be read again.
#pragma once

#include <string>

namespace tracecheck::cmd {

/// Where temporary files are: TMPDIR, or /tmp.
std::string temporary_folder();

/// Opens a new one that has no name, to be written and read, and gives its descriptor. -1: there cannot be one, and
/// errno tells why.
int open_temporary_file();

}  // namespace tracecheck::cmd
