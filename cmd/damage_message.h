// What a command says on standard error of a trace that is not whole.
#pragma once

#include <string>

#include "tracecheck/reader.h"

namespace tracecheck::cmd {

/// "FILE: truncated at byte N, generation G: MESSAGE" for a read that did not end well; nothing otherwise.
void tell_damage(const std::string& file, const Reader& reader);

/// The same for one damaged place.
void tell_damage(const std::string& file, Verdict verdict, const Damage& damage);

}  // namespace tracecheck::cmd
