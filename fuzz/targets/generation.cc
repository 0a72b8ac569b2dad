// One generation of any batches, for each version: checked thread by thread or in order, it is judged alike.
#include <string>

#include "export/verify_json.h"
#include "format/header.h"
#include "fuzz/targets/target.h"

using namespace tracecheck;
using namespace tracecheck::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  for (const GoVersion version : {GoVersion::Go122, GoVersion::Go123, GoVersion::Go125, GoVersion::Go126}) {
    std::string trace = header_bytes(version);
    trace.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const auto judge = [&](std::uint64_t least) { return verify_json(verify(view_of(bytes_of(trace)), least), "", 0); };
    require(judge(0) == judge(UINT64_MAX), "thread by thread equals in order");
  }
  return 0;
}
