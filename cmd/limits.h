// Limits on what a trace may cost, for traces of strangers: memory, bytes, time.
#pragma once

#include <CLI/CLI.hpp>

#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

/// Adds --max-memory, --max-bytes and --timeout. They hold for the process from when they are parsed on: every input
/// that is opened then ends with LimitReached where it has more, and memory beyond the limit cannot be had.
void add_limits(CLI::App& app);

/// Those of bytes and time.
const ReadLimits& read_limits();

/// Whether there are any.
bool limits_set();

}  // namespace tracecheck::cmd
