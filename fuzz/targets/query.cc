// Options of a query, a line each, are taken or refused, and select some of all logs.
#include <string>

#include "fuzz/targets/target.h"
#include "tests/support/trace_builder.h"

using namespace tracecheck;
using namespace tracecheck::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  QueryOptions options;
  std::vector<std::string>* const patterns[] = {&options.category, &options.message, &options.either};
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (std::size_t line = 0; !rest.empty() && line < 8; ++line) {
    const std::string_view text = rest.substr(0, rest.find(10));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
    if (line == 0) options.since = text;
    if (line == 1) options.until = text;
    if (line >= 2) patterns[line % 3]->push_back(std::string(text));
  }
  const auto trace = testing::whole_trace(GoVersion::Go126, 2).bytes();
  require(count_logs(trace, options) <= count_logs(trace), "a query selects some of all");
  return 0;
}
