// The reader gives the same events whether bytes come one at a time or all at once, and whether it takes them or is fed.

#include "fuzz/targets/target.h"

using namespace tracecheck;
using namespace tracecheck::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const Outcome whole = read(bytes);
  for (const Outcome& other : {read(bytes, 1), read_fed(bytes, 1), read_fed(bytes, 1000)}) {
    require(whole.text == other.text, "the events are the same");
    require(whole.damage == other.damage && whole.verdict == other.verdict, "the judgement is the same");
  }
  return 0;
}
