// A trace that has a text is what that text is assembled to, paddings apart; any text is taken or refused.
#include <string>

#include "export/assemble.h"
#include "export/wire_text.h"
#include "fuzz/targets/target.h"

using namespace tracecheck;
using namespace tracecheck::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const auto text_of = [](Bytes trace, Verdict& verdict) {
    std::string text;
    const std::unique_ptr<ByteSource> source = view_of(trace);
    verdict = write_wire_text(*source, [&](std::string_view more) { return text += more, true; }).verdict;
    return text;
  };
  const auto assemble = [](Bytes text, AssembleResult::Status& status) {
    std::string trace;
    const std::unique_ptr<ByteSource> source = view_of(text);
    status = assemble_text(*source, [&](std::string_view more) { return trace += more, true; }).status;
    return trace;
  };
  Verdict verdict = Verdict::Complete;
  AssembleResult::Status status = AssembleResult::Status::Done;
  const std::string trace = assemble(bytes, status);
  const std::string text = text_of(status == AssembleResult::Status::Done ? bytes_of(trace) : bytes, verdict);
  if (verdict != Verdict::Complete) return 0;
  const std::string again = assemble(bytes_of(text), status);
  require(status == AssembleResult::Status::Done, "a text that was written can be assembled");
  require(text_of(bytes_of(again), verdict) == text, "and is written again from that");
  return 0;
}
