// What an earlier export of many traces as ndjson has written, whatever became of it.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace tracecheck {

/// The name of a trace as it stands in the lines, to find it in NdjsonDone.
std::string ndjson_key(const std::string& path);

struct NdjsonDone {
  std::unordered_map<std::string, int> traces;  // the exit code of each trace that is whole, by `ndjson_key`
  std::uint64_t end = 0;                        // bytes of these; what follows is the beginning of another one
  std::string problem;                          // why the file cannot be continued: what follows its name in a sentence
};

/// Reads what is there; a file that is missing has nothing.
NdjsonDone read_ndjson_done(const std::string& path);

}  // namespace tracecheck
