// Makes a generation anew of a list of events, with the tables they need, so that it replays in the order of the list.
//
// A unit of its clock is a nanosecond. Strings and stacks get new ids, sequence numbers are counted anew (FORMAT.md
// section 6); a text or stack that is lost is named as lost where it is used.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "export/trace_writer.h"
#include "reader/id_hash.h"
#include "reader/replay.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// An event as it is on the wire, but for its time.
struct KeptEvent {
  ThreadId thread = kNone;  // -1: in a batch of no thread
  ProcId proc = kNone;      // what the thread has before the event
  EventType type = EventType::None;
  Time time = 0;
  EventArgs args{};
};

/// Counts the sequence numbers of goroutines, procs and the GC in one generation.
class SequenceNumbers {
 public:
  /// `gc` is the number of the last event of the GC before; none where there was none.
  explicit SequenceNumbers(std::optional<std::uint64_t> gc) : gc_(gc) {}
  /// Gives the event, the next in the order, its number.
  void renumber(KeptEvent& event);
  std::optional<std::uint64_t> gc() const { return gc_; }

 private:
  IdHashMap<std::uint64_t, std::uint64_t> goroutines_;
  IdHashMap<std::uint64_t, std::uint64_t> procs_;
  std::optional<std::uint64_t> gc_;
};

/// What a generation begins with.
struct GenerationStart {
  std::uint64_t number = 0;
  Time time = 0;                          // every event comes after it
  std::optional<ClockSnapshot> snapshot;  // from 1.25 there must be one
  std::optional<std::uint64_t> gc;        // as in SequenceNumbers
};

/// Where a member function says false, the sink takes no more.
class GenerationWriter {
 public:
  /// The texts and stacks are those of `tables`. Both must outlive it.
  GenerationWriter(TraceWriter& out, const Generation& tables) : out_(out), tables_(tables) {}

  bool begin(const GenerationStart& start);
  /// The next event in the order. Its time is moved forward where it is not above that of the event before.
  bool add(KeptEvent event);
  void add(const CpuSample& sample);
  bool add(const ExperimentalBatch& batch);
  /// What is not written yet, and the tables.
  bool finish();

  const Generation& tables() const { return tables_; }
  /// Of the last event.
  Time last_time() const { return static_cast<Time>(last_time_); }
  std::optional<std::uint64_t> gc() const { return sequence_.gc(); }

 private:
  struct OpenBatch {
    std::uint64_t time = 0;
    std::uint64_t last_event = 0;
    std::string data;
  };
  bool put_clock(const std::optional<ClockSnapshot>& snapshot);
  bool put_events(ThreadId thread, OpenBatch& batch);
  bool put_table(EventType type, const std::vector<std::string>& records);
  std::uint64_t new_string(std::uint64_t id);
  std::uint64_t new_stack(std::uint64_t id);
  std::uint64_t frame_string(std::string_view text, std::uint64_t lost_id);
  std::uint64_t append_string(std::string_view text);
  std::string stack_record(std::uint64_t id, std::uint64_t new_id);

  TraceWriter& out_;
  const Generation& tables_;
  SequenceNumbers sequence_{std::nullopt};
  std::uint64_t start_ = 0;
  std::uint64_t last_time_ = 0;
  std::map<ThreadId, OpenBatch> batches_;
  std::vector<std::string> samples_;                              // records
  std::vector<std::uint64_t> stacks_;                             // old ids; the new one is the index + 1
  std::vector<std::string> strings_;                              // records, of the id that is the index + 1
  IdHashMap<std::uint64_t, std::uint64_t> new_stacks_;            // by old id
  IdHashMap<std::uint64_t, std::uint64_t> new_strings_;           // by old id
  std::unordered_map<std::string, std::uint64_t> frame_strings_;  // by text
};

}  // namespace tracecheck
