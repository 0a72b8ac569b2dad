// A header is judged by its own bytes alone, and found where it stands behind others.
#include "format/header.h"

#include <vector>

#include "fuzz/targets/target.h"

using namespace tracecheck;
using namespace tracecheck::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const Header header = parse_header(bytes);
  const bool known = header.kind == HeaderKind::V2 || header.kind == HeaderKind::V1;
  require(known == (header.kind != HeaderKind::UnknownMinor && header.minor != 0), "a known version has a number");
  require(read(bytes).verdict != Verdict::NotATrace || header.kind != HeaderKind::V2, "a v2 header begins a trace");
  std::vector<std::uint8_t> behind_text(10, 0x20);
  behind_text.insert(behind_text.end(), bytes.begin(), bytes.end());
  const auto found = find_header(behind_text);
  require(!known || (found && *found <= 10), "a header behind text is found");
  return 0;
}
