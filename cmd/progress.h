// Progress on standard error while something is read for over a second.
#pragma once

#include <memory>
#include <string>

#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

/// Wraps `source`, which reads `name`. Shows nothing unless standard error is a terminal, and wipes its line
/// when the source is done with.
std::unique_ptr<ByteSource> show_progress(std::unique_ptr<ByteSource> source, const std::string& name);

}  // namespace tracecheck::cmd
