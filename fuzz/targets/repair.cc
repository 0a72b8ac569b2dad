// What the first attempt at a repair of a cut trace makes reads back complete. Of a corrupt one it need not: the command
// reads it back, and then tries others.
#include "fuzz/targets/target.h"

using namespace tracecheck;
using namespace tracecheck::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const bool corrupt = verify(view_of(bytes)).verdict == Verdict::Corrupt;
  for (const bool strict : {false, true}) {
    const std::optional<Repaired> repaired = repair(bytes, strict);
    if (!repaired) continue;
    const VerifyReport back = verify(view_of(bytes_of(repaired->trace)));
    const bool complete = back.verdict == Verdict::Complete;
    require(complete || corrupt, "a repair is complete");
    require(!complete || back.logs == repaired->logs_kept, "it has the logs that it says");
  }
  return 0;
}
