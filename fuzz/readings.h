// What the parts of the program make of some bytes, in short: for the fuzz targets and the test of every cut, which
// compare one with another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/query.h"
#include "analysis/verify.h"
#include "tracecheck/byte_source.h"
#include "tracecheck/damage.h"

namespace tracecheck::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// The bytes, which must outlive it, at most `most` a read.
std::unique_ptr<ByteSource> view_of(Bytes bytes, std::size_t most = SIZE_MAX);

/// What a reader gave out.
struct Outcome {
  Verdict verdict = Verdict::Complete;
  std::uint64_t events = 0;        // Sync not counted
  std::uint64_t whole_events = 0;  // those of whole generations
  std::uint64_t salvaged = 0;
  std::string text;    // every event as `events` prints it
  std::string damage;  // all that was found, code and place
};

Outcome read(Bytes bytes, std::size_t most = SIZE_MAX);
/// The same, fed in pieces of `step` bytes.
Outcome read_fed(Bytes bytes, std::size_t step);
/// `with_text` false leaves the text out, which takes most of the time.
Outcome read_salvaging(Bytes bytes, bool with_text = true, std::size_t most = SIZE_MAX);

/// Logs that grep finds, or may have found.
std::uint64_t count_logs(Bytes bytes, const QueryOptions& options = {});

/// The whole NDJSON that `export` writes.
std::string export_ndjson(Bytes bytes);

/// The trace that a repair's first attempt makes; none where nothing can be kept.
struct Repaired {
  std::string trace;
  std::uint64_t events_kept = 0;
  std::uint64_t logs_kept = 0;
};
std::optional<Repaired> repair(Bytes bytes, bool strict);

/// All of a file.
std::vector<std::uint8_t> contents(const std::string& path);

inline Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace tracecheck::fuzz
