// The reader gives the same events whether bytes come one at a time or all at once.

#include "fuzz/targets/target.h"

using namespace tracecheck;
using namespace tracecheck::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const Outcome whole = read(bytes);
  const Outcome bytewise = read(bytes, 1);
  require(whole.text == bytewise.text, "the events are the same");
  require(whole.damage == bytewise.damage && whole.verdict == bytewise.verdict, "the judgement is the same");
  return 0;
}
