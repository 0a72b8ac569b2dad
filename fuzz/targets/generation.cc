// One generation of any batches, for each version: checked thread by thread or in order, on one worker or several, it is
// judged alike.
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
    const auto judge = [&](unsigned workers, std::uint64_t least) {
      return verify_json(verify(view_of(bytes_of(trace)), workers, least), "", 0);
    };
    const auto in_order = judge(1, UINT64_MAX);
    require(judge(1, 0) == in_order, "thread by thread equals in order");
    require(judge(4, 0) == in_order, "four workers equal one");
  }
  return 0;
}
