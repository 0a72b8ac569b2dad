// Writes a trace without its texts: each is replaced by one that tells nothing of it, the same wherever it stands.
//
// Ids, times, values, program counters and clocks stay. Only what was read as part of a whole generation is written, so
// that no text stands anywhere else.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/patterns.h"
#include "crash/repair.h"
#include "export/sink.h"
#include "format/keyed_hash.h"
#include "tracecheck/byte_source.h"

namespace tracecheck {

/// What a text is in a trace; one text may be several of these.
enum class TextKind : std::uint8_t {
  Category,  // of a log
  Message,
  Task,  // the type of a task
  Region,
  Label,
  Function,
  File,
  Type,    // of what is on the heap, by the experiment AllocFree
  Reason,  // for stopping, or of a stop of the world
  Mark,    // which a repair left
  Unused,  // a string to which nothing refers
};
inline constexpr std::size_t kTextKinds = 11;
std::string_view text_kind_name(TextKind kind);
/// Those that a user may choose: Category to Type.
std::vector<std::string> redactable_kinds();

/// Kinds as bits.
constexpr unsigned bit_of(TextKind kind) { return 1U << static_cast<unsigned>(kind); }

struct RedactOptions {
  unsigned kinds = 0;                              // 0: all
  Patterns match;                                  // empty: all
  HashKey key;                                     // decides what stands in the place of a text
  std::size_t most_left = std::size_t{64} << 20U;  // bytes of the list of texts that are left
};

struct RedactOutcome {
  std::uint64_t generations = 0;
  std::uint64_t events = 0;
  std::uint64_t logs = 0;
  std::uint64_t texts_replaced = 0;                 // counted anew in each generation
  std::uint64_t experimental_left_out = 0;          // batches that cannot be decoded
  std::set<std::pair<TextKind, std::string>> left;  // texts that are written as they were, as many as are listed
  std::uint64_t left_unlisted = 0;                  // the others, counted anew in each generation
  std::string unread;                               // as in RepairSurvey
  std::string failure;                              // as in GenerationFeed
  bool written = true;                              // false: the sink took no more
};

/// What was written, as a sentence without its full stop.
std::string describe(const RedactOutcome& outcome);

/// Reads a surveyed trace once more and writes the generations of `range`, which are whole and in a row.
///
/// A text stays if it is one of those that the runtime registers itself, or a function of package runtime, by which
/// tools know its goroutines; or if `options` leave it.
RedactOutcome write_redacted(std::unique_ptr<ByteSource> source, const RepairSurvey& survey, RepairRange range,
                             const RedactOptions& options, const Sink& sink);

}  // namespace tracecheck
