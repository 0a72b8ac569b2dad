// Completions for three shells: commands, options, the values of options that take only some, and file names.
#pragma once

#include <string>

#include "packaging/program_info.h"

namespace tracecheck::packaging {

std::string bash_completion(const Program& program);
std::string zsh_completion(const Program& program);
std::string fish_completion(const Program& program);

/// What an option takes, or what stands alone.
enum class Value { None, Choice, ChoiceList, File, Other };
Value value_of(const OptionInfo& option);

/// For a shell, in single quotes.
std::string shell_quoted(const std::string& text);

}  // namespace tracecheck::packaging
