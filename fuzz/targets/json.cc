// All JSON can be read, line by line.
#include <nlohmann/json.hpp>

#include "export/verify_json.h"
#include "fuzz/targets/target.h"

using namespace tracecheck;
using namespace tracecheck::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  std::string_view rest;
  const std::string ndjson = export_ndjson(bytes);
  for (rest = ndjson; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    require(rest.find('\n') != std::string_view::npos, "every line ends");
    require(nlohmann::json::accept(rest.substr(0, rest.find('\n'))), "a line is JSON");
  }
  require(nlohmann::json::accept(verify_json(verify(view_of(bytes)), "f", 0).dump()), "the judgement is JSON");
  return 0;
}
