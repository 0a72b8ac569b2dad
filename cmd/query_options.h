// The options that select events, the same for every command that has them.
#pragma once

#include <CLI/CLI.hpp>

#include "analysis/query.h"

namespace tracecheck::cmd {

/// Adds --category to --until to a command. Each option takes one value and may be given again.
void add_query_options(CLI::App& app, QueryOptions& options);

/// Only --since and --until.
void add_time_options(CLI::App& app, QueryOptions& options);

}  // namespace tracecheck::cmd
