// What commands share that write a trace anew and read it back: repair, slice, redact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "cmd/output.h"
#include "crash/repair.h"

namespace tracecheck::cmd {

/// Why a trace made of `input` cannot be written to `output`, as the rest of a sentence; "" if it can.
std::string why_not_written(const std::string& output, const std::string& input, bool force);

/// What is wrong with -o - for `command`, as a sentence.
std::string no_output_to_a_pipe(const std::string& command);

/// What is found when a trace is read back.
struct ReadBack {
  std::string flaw;             // why it is not what was meant, "" if it is
  std::size_t generations = 0;  // before that
  std::uint64_t events = 0;     // as verify counts them
};

/// Verifies what was written, before it is put in its place. `logs`: how many there should be.
ReadBack read_back(Output& output, std::uint64_t logs);

/// Where a stream holds several traces, says which of them the generation of this index in the survey is of: one trace
/// cannot hold what several were.
void tell_other_traces(const std::string& file, const RepairSurvey& survey, std::size_t kept);

/// The exit code of what was written, `unread` being as in RepairSurvey.
int written_code(const std::string& unread);

/// The same where the trace could not be read once more: `failure` tells why.
int input_failed(const std::string& file, const std::string& failure);

/// Says why nothing is put in its place: what befell the output or, if nothing did, `sentence`. Gives the exit code.
int output_failed(const Output& output, const std::string& sentence);

}  // namespace tracecheck::cmd
