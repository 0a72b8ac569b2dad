// Salvage never yields less than the reader, and the same whether bytes come one at a time or all at once.

#include <string_view>

#include "fuzz/targets/target.h"

using namespace tracecheck;
using namespace tracecheck::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const Outcome plain = read(bytes);
  const Outcome whole = read_salvaging(bytes);
  const Outcome bytewise = read_salvaging(bytes, true, 1);
  require(whole.events >= plain.events, "there are at least the reader's events");
  // Its last line may be the Sync before an error, which salvage goes past.
  const std::string_view lines(plain.text);
  const std::size_t last = lines.substr(0, lines.size() - (lines.empty() ? 0 : 1)).rfind('\n');
  require(last == lines.npos || whole.text.starts_with(lines.substr(0, last + 1)), "they come first");
  require((plain.verdict == Verdict::Complete) == (whole.verdict == Verdict::Complete), "complete is complete");
  require(whole.text == bytewise.text && whole.damage == bytewise.damage, "one byte at a time equals all at once");
  return 0;
}
