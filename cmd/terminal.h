// How wide lines may be.
#pragma once

#include <cstddef>
#include <optional>

namespace tracecheck::cmd {

/// Columns for what is written to `descriptor`: COLUMNS, else what the terminal says; none if it is no terminal.
std::optional<std::size_t> terminal_width(int descriptor);

/// Where to break lines: the terminal's width. What goes elsewhere is for other programs: its lines stay whole.
std::size_t line_width(int descriptor);

}  // namespace tracecheck::cmd
