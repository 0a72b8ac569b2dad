#include "crash/trace_index.h"

#include <algorithm>
#include <tuple>
#include <variant>

#include "crash/batch_content.h"
#include "format/header.h"
#include "reader/batch_search.h"
#include "reader/diagnose.h"
#include "reader/sniff.h"
#include "reader/stream_start.h"

namespace tracecheck {
namespace {

std::string beginning_problem(const StreamStart& start) {
  if (std::holds_alternative<Truncated>(*start.ending)) return {};  // nothing yet, or a part of a header
  return message_of(*start.ending);
}

constexpr std::string_view kNoBatch = "something stands there that is not a batch";

// A digit 4 looks like a marker; but behind one the generation does not go on.
bool digit_ahead(Framer& framer, const BatchTracker& tracker) {
  const std::span<const std::uint8_t> first = framer.peek(1);
  if (first.empty() || static_cast<EventType>(first[0]) != EventType::EndOfGeneration) return false;
  const std::span<const std::uint8_t> rest = framer.peek(kLookAhead).subspan(1);
  const std::span<const std::uint8_t> behind = rest.subspan(text_run(rest));
  if (behind.empty()) return !rest.empty() && rest[0] >= '0' && rest[0] <= '9';
  return parse_batch_header(behind).header.generation == tracker.context().generation;
}

}  // namespace

TraceIndex::TraceIndex(ByteSource& source) {
  Framer framer(source);
  const StreamStart start = find_stream_start(framer, true);
  if (start.version) {
    version_ = start.version;
    begin_ = framer.offset() - kHeaderSize;
    end_ = framer.offset();
    read_batches(framer, *start.version);
  } else {
    problem_ = beginning_problem(start);
  }
  // What was unpacked of packed data that is cut is good.
  if (source.error() && source.error()->kind != SourceError::Kind::CompressionCut) problem_ = source.error()->message;
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.generation, a.thread, a.time, a.offset) < std::tie(b.generation, b.thread, b.time, b.offset);
  });
}

const TraceIndex::Generation* TraceIndex::generation(std::uint64_t id) const {
  const auto found = std::find_if(generations_.begin(), generations_.end(), [id](const auto& g) { return g.id == id; });
  return found == generations_.end() ? nullptr : &*found;
}

bool TraceIndex::has(const FoundBatch& batch) const {
  const Entry wanted = entry_of(batch.header, batch.data, 0);
  const auto key = [](const Entry& e) { return std::tie(e.generation, e.thread, e.time); };
  auto at = std::lower_bound(entries_.begin(), entries_.end(), wanted,
                             [&](const Entry& a, const Entry& b) { return key(a) < key(b); });
  for (; at != entries_.end() && key(*at) == key(wanted); ++at) {
    if (at->kind == wanted.kind) return true;
  }
  return false;
}

std::optional<std::uint64_t> TraceIndex::later_batch(const FoundBatch& batch) const {
  const Entry wanted = entry_of(batch.header, batch.data, 0);
  const auto key = [](const Entry& e) { return std::tie(e.generation, e.thread, e.time); };
  const auto at = std::upper_bound(entries_.begin(), entries_.end(), wanted,
                                   [&](const Entry& a, const Entry& b) { return key(a) < key(b); });
  if (at == entries_.end() || at->generation != wanted.generation || at->thread != wanted.thread) return std::nullopt;
  return at->offset;
}

TraceIndex::Entry TraceIndex::entry_of(const BatchHeader& header, std::span<const std::uint8_t> data,
                                       std::uint64_t offset) {
  return {header.generation, header.thread, header.time, offset, data.empty() ? -1 : data.front()};
}

void TraceIndex::read_batches(Framer& framer, GoVersion version) {
  BatchTracker tracker(version);
  for (;;) {
    const std::uint64_t offset = framer.offset();
    if (digit_ahead(framer, tracker)) {
      if (step_over_text(framer, tracker)) continue;
      return damaged(offset, kNoBatch);
    }
    const auto item = framer.next();
    if (std::holds_alternative<EndOfStream>(item)) return;
    if (const auto* error = std::get_if<FramingError>(&item)) {
      if (step_over_text(framer, tracker)) continue;
      if (framer.offset() != offset) return damaged(offset, kNoBatch);
      return end_of(framer, *error, tracker);
    }
    const Batch& batch = std::get<Batch>(item);
    if (const std::string_view problem = problem_of(batch, tracker); !problem.empty()) {
      framer.unread(batch);
      if (step_over_text(framer, tracker)) continue;
      return damaged(offset, problem);
    }
    take(batch, tracker);
    end_ = framer.offset();
  }
}

// Why it cannot stand where it does; "" if it can.
std::string_view TraceIndex::problem_of(const Batch& batch, const BatchTracker& tracker) const {
  if (tracker.is_marker(batch)) {
    const bool can_end = !generations_.empty() && has_end_markers(*version_);
    return can_end ? "" : "an end of a generation stands where none can be";
  }
  // The one experiment there is has the number 1; any other is text that begins with a digit.
  const bool fits = tracker.fits(batch.header) && batch.header.experiment <= 1;
  return fits ? "" : "a batch stands there that does not belong to the trace";
}

void TraceIndex::take(const Batch& batch, BatchTracker& tracker) {
  tracker.take(batch);
  if (tracker.is_marker(batch)) {
    generations_.back().marked = true;
    return;
  }
  const std::uint64_t id = batch.header.generation;
  if (generations_.empty() || generations_.back().id != id) generations_.push_back({id, batch.offset, 0, false});
  generations_.back().end = batch.end_offset();
  entries_.push_back(entry_of(batch.header, batch.data, batch.offset));
}

// Moves to the next batch if nothing but text stands before it. False: there is none, or something else does.
bool TraceIndex::step_over_text(Framer& framer, const BatchTracker& tracker) {
  const std::uint64_t begin = framer.offset();
  for (bool first = true;; first = false) {
    const std::span<const std::uint8_t> bytes = framer.peek(kLookAhead);
    std::optional<std::size_t> next = find_batch(bytes, tracker.context(), first ? 1 : 0);
    if (next && is_digit_before_batch(bytes.subspan(*next), tracker.context().generation)) ++*next;
    if (!next && bytes.size() < kLookAhead) return false;
    const std::size_t text = text_run(bytes.first(next.value_or(bytes.size() - kHeaderOverlap)));
    if (next ? text < *next : text == 0) return false;
    framer.skip(text);
    if (!next) continue;
    gaps_.push_back({begin, framer.offset()});
    return true;
  }
}

void TraceIndex::end_of(Framer& framer, const FramingError& error, const BatchTracker& tracker) {
  const BatchHeader& header = error.parse.header;
  if (error.parse.status == BatchStatus::Short) return;  // inside a header
  if (error.parse.status != BatchStatus::Ok || header.experiment > 1 || !tracker.fits(header)) {
    damaged(error.offset, kNoBatch);
    return;
  }
  const std::span<const std::uint8_t> data = framer.peek(error.available).subspan(header.header_size);
  const std::optional<BatchContent> content = look_at_content(header, data);
  if (!content) {
    damaged(error.offset, "the batch there is damaged, and its end is missing");
    return;
  }
  half_ = FoundBatch::make(header, data, *content);
}

void TraceIndex::damaged(std::uint64_t offset, std::string_view what) {
  damage_ = "is damaged at byte " + std::to_string(offset) + ": " + std::string(what);
}

}  // namespace tracecheck
