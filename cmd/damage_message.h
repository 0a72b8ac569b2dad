// What a command says on standard error of a trace that is not whole.
#pragma once

#include <string>
#include <vector>

#include "tracecheck/salvage.h"

namespace tracecheck::cmd {

/// "FILE: truncated at byte N, generation G: MESSAGE".
void tell_damage(const std::string& file, Verdict verdict, const Damage& damage);

/// What is to be said of a read that has ended: the first damaged places; where there was no trace, `message`, which
/// says why; nothing of a complete one.
void tell_ending(const std::string& file, Verdict verdict, const std::string& message,
                 const std::vector<Damage>& damage);

/// The same of a reader.
void tell_ending(const std::string& file, const SalvageReader& reader);

}  // namespace tracecheck::cmd
