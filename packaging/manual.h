// Manual pages in man(7)'s macros, which groff and mandoc both read. They carry no date, so that two builds of one
// commit are the same.
#pragma once

#include <string>

#include "packaging/program_info.h"

namespace tracecheck::packaging {

/// tracecheck(1)
std::string program_page(const Program& program);

/// tracecheck-COMMAND(1)
std::string command_page(const Program& program, const CommandInfo& command);

}  // namespace tracecheck::packaging
