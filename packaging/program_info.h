// All that the pages and the completions are made of.
#pragma once

#include <vector>

#include "cmd/command_line.h"

namespace tracecheck::packaging {

using cmd::CommandInfo;
using cmd::OptionInfo;
using cmd::PositionalInfo;

struct Program {
  CommandInfo info;
  std::vector<CommandInfo> commands;
};

}  // namespace tracecheck::packaging
