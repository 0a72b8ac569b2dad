// What a command says on standard error of a trace that is not whole.
#pragma once

#include <string>
#include <vector>

#include "tracecheck/salvage.h"

namespace tracecheck::cmd {

/// What is wrong with a trace, in one line: "truncated at byte N, generation G: MESSAGE" with the first damage that the
/// verdict is of, or the verdict and `message` where there was no trace. "" for a complete one. Not escaped.
std::string ending_text(Verdict verdict, const std::string& message, const std::vector<Damage>& damage);

/// "FILE: truncated at byte N, generation G: MESSAGE".
void tell_damage(const std::string& file, Verdict verdict, const Damage& damage);

/// What is to be said of a read that has ended: the first damaged places; where there was no trace, `message`, which
/// says why; nothing of a complete one.
void tell_ending(const std::string& file, Verdict verdict, const std::string& message,
                 const std::vector<Damage>& damage);

/// The same of a reader.
void tell_ending(const std::string& file, const SalvageReader& reader);

/// The lines that `tell_ending` says, for who has to keep them.
std::vector<std::string> ending_lines(const std::string& file, Verdict verdict, const std::string& message,
                                      const std::vector<Damage>& damage);
std::vector<std::string> ending_lines(const std::string& file, const SalvageReader& reader);

/// Why a trace of that version has no wall clock, for who needs one: "a wall clock, which traces have from ...".
std::string missing_clock(GoVersion version);

}  // namespace tracecheck::cmd
