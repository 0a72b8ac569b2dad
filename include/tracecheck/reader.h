// The reader: bytes in, ordered and checked events out, one generation in memory at a time.
//
//   tracecheck::Reader reader = tracecheck::Reader::open_file("crash.trace");
//   while (const tracecheck::Event* event = reader.next()) {
//     if (const auto* log = event->as<tracecheck::Log>()) std::cout << log->message << "\n";
//   }
//   return reader.verdict() == tracecheck::Verdict::Complete ? 0 : 1;
//
// No exception leaves it on bad input; std::bad_alloc may where memory is short. Not thread-safe; distinct readers may be
// used by distinct threads. What it returns by reference is its own, and changes as it reads.
// Fact from: FORMAT.md sections 1 (header), 3 (generations), 5 to 7 (time, order, what comes out), 8 (checks).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tracecheck/byte_source.h"
#include "tracecheck/damage.h"
#include "tracecheck/event.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

/// How a read ended, by type.
struct CleanEnd {};
struct Truncated {
  Damage damage;
};
struct Corrupt {
  Damage damage;
};
/// No v2 header; `looks_like` says what it may be instead, "" if nothing is known.
struct NotATrace {
  Damage damage;
  std::string looks_like;
};
/// Of a version that is not read here, "go 1.`minor`"; or a limit was reached, and `minor` is 0.
struct NotJudged {
  enum class Why : std::uint8_t { V1, UnknownVersion, Limit };
  Why why = Why::UnknownVersion;
  std::uint32_t minor = 0;
  std::string message;
};
struct Unreadable {
  SourceError error;
};

using Ending = std::variant<CleanEnd, Truncated, Corrupt, NotATrace, NotJudged, Unreadable>;

/// The judgement that an ending, and damage that was found, make together.
Verdict verdict_of(const Ending& ending, const std::vector<Damage>& damage);
/// How a read ends that came upon nothing but that damage.
Ending ending_of(const std::vector<Damage>& damage);

/// How a read ends whose source failed so; none for packed data that is cut, of which all before is good.
std::optional<Ending> ending_of(const std::optional<SourceError>& error);

/// Why there was no trace to read, as a sentence without the file's name; "" where there was one.
std::string message_of(const Ending& ending);

enum class GenerationState : std::uint8_t {
  Whole,
  Begun,       // its sync batch and nothing else, at the end of the trace: nothing of it is lost
  Unfinished,  // the data ends in it
  Damaged,
};
/// "whole", "begun", "unfinished", "damaged".
std::string_view generation_state_name(GenerationState state);

/// What is known of one generation, as far as it was read.
struct GenerationInfo {
  std::uint64_t id = 0;      // the runtime's number for it; the first need not be 1
  std::uint64_t offset = 0;  // byte of its first batch
  std::uint64_t length = 0;  // bytes, its marker included
  GenerationState state = GenerationState::Whole;
  std::uint64_t batches = 0;
  std::uint64_t threads = 0;   // threads with batches of timed events
  std::uint64_t events = 0;    // given out, Sync not counted
  std::uint64_t salvaged = 0;  // events on the wire that only salvage gives out
};

struct ReaderOptions {
  /// Look for the header in the first 64 KiB where text stands before it (a program that prints to the
  /// same stdout). The trace is corrupt all the same, but its events are given out.
  bool skip_foreign_prefix = true;
  /// Run the checks of FORMAT.md section 8 on what comes out.
  bool check = true;
};

class Reader {
 public:
  /// `source` must not be null.
  explicit Reader(std::unique_ptr<ByteSource> source, ReaderOptions options = {});
  /// As tracecheck::open_file: what cannot be read ends at once, with the verdict Unreadable.
  static Reader open_file(const std::string& path, ReaderOptions options = {});
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  /// The next event, valid until the next call; null when the read has ended, for good. On a pipe it
  /// returns as soon as the event's generation is known to be whole. Of a source that does not block
  /// (ByteSource::more_may_come) null may also mean that no further event is known yet: then it has not `ended`.
  const Event* next();

  /// `next` has given null for good.
  bool ended() const;

  /// How it ended; CleanEnd until then. What stands here is the first thing that went wrong.
  const Ending& ending() const;

  /// The judgement of all that was read. Until the read has ended: so far.
  Verdict verdict() const;

  /// Every damaged place found, in the order of finding; empty for a complete trace.
  const std::vector<Damage>& damage() const;

  /// What the header says; none before the first `next`, or without a v2 header.
  std::optional<GoVersion> version() const;

  /// Generations met so far, the last one possibly in progress.
  const std::vector<GenerationInfo>& generations() const;

  /// A snapshot's wall clock stood before its predecessor's: somebody set the clock. No damage.
  bool wall_clock_stepped_back() const;

  /// Offset behind the last byte read of the (unpacked) stream.
  std::uint64_t offset() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tracecheck
