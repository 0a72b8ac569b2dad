// What --version says.
#pragma once

#include <string>

#include "tracecheck/version.h"

namespace tracecheck::cmd {

/// "tracecheck 0.1.0 (COMMIT)"; the commit where it is known.
inline std::string version_line() {
  std::string line = "tracecheck " + std::string(version());
  if (!commit().empty()) line += " (" + std::string(commit()) + ")";
  return line;
}

}  // namespace tracecheck::cmd
