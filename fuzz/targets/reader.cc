// The reader gives the same events whether bytes come one at a time or all at once, and whether it takes them or is fed.

#include <algorithm>

#include "fuzz/targets/target.h"

using namespace tracecheck;
using namespace tracecheck::fuzz;

namespace {

void require_same(const Outcome& one, const Outcome& other) {
  require(one.text == other.text, "the events are the same");
  require(one.damage == other.damage && one.verdict == other.verdict, "the judgement is the same");
}

// As gzip or zstd begins.
bool looks_packed(Bytes bytes) {
  return bytes.size() >= 2 && ((bytes[0] == 0x1f && bytes[1] == 0x8b) || (bytes[0] == 0x28 && bytes[1] == 0xb5));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const Outcome whole = read(bytes);
  require_same(whole, read(bytes, 1));
  const Outcome fed = read_fed(bytes, std::max<std::size_t>(size, 1));
  require_same(fed, read_fed(bytes, 1));
  require_same(fed, read_fed(bytes, 1000));
  // What is fed is unpacked; a view of memory is taken as it is.
  if (!looks_packed(bytes)) require_same(whole, fed);
  return 0;
}
