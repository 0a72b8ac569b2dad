// One generation: its batches by thread, its tables, its clock. Fact from: FORMAT.md section 3.
//
// The unit of memory and of streaming: views into it live as long as it does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "format/clock.h"
#include "reader/frame_memory.h"
#include "reader/framer.h"
#include "reader/id_hash.h"
#include "reader/stack_table.h"
#include "tracecheck/damage.h"
#include "tracecheck/event.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

/// A batch of timed events.
struct EventBatch {
  std::span<const std::uint8_t> data;
  std::uint64_t time = 0;         // clock units
  std::uint64_t data_offset = 0;  // in the stream
  std::uint64_t index = 0;        // of the batch in the stream
  std::uint32_t put_off = 0;      // bytes that stand at `data_offset` and were not read
};

/// Any other batch: of a table, of sync data, of an experiment.
struct OtherBatch {
  BatchHeader header;
  std::span<const std::uint8_t> data;
  std::uint64_t index = 0;  // of the batch in the stream
};

struct ThreadBatches {
  ThreadId thread = kNone;
  std::vector<EventBatch> batches;  // in the order of the stream
};

struct CpuSample {
  Time time = 0;
  ThreadId thread = kNone;
  ProcId proc = kNone;
  GoroutineId goroutine = kNone;
  std::uint64_t stack = 0;
};

class Generation {
 public:
  Generation(GoVersion version, std::uint64_t id, std::uint64_t offset);
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  /// Takes a batch in. Table batches are read at once; one that is bad is the answer, and the generation
  /// then refused as a whole by the reference.
  std::optional<Damage> add(const Batch& batch);

  /// Called once no more batches come: checks the sync data and the frames' texts, sorts the CPU samples.
  std::optional<Damage> finish();

  /// Reads the events that were put off; of the last batch the header, too, which then stands before them as in the
  /// stream. False: they cannot be read any more, and count as not there.
  bool read_events(Framer& framer);

  // For salvage, where a generation is broken anyway.
  /// Takes in what can be read of a batch, and goes on behind a bad record, which is the answer. What is defined twice
  /// has the later meaning.
  std::optional<Damage> add_what_is_sound(const Batch& batch);
  /// Takes the batch out again that was added last. Texts and stacks of it stay, until they are defined again.
  void take_back_last();
  /// Instead of `finish`; `clock` counts if it has none of its own.
  void finish_unfinished(Clock clock);
  /// Gives an id a text that the generation lacks. The bytes must outlive it.
  void lend_text(std::uint64_t id, std::string_view text);
  void lend_frames(const FrameMemory* frames) { stacks_.lend_frames(frames); }

  GoVersion version() const { return version_; }
  std::uint64_t id() const { return id_; }
  std::uint64_t offset() const { return offset_; }
  std::uint64_t end_offset() const { return end_offset_; }
  std::uint64_t batches() const { return batches_; }
  void extend_to(std::uint64_t offset) { end_offset_ = offset; }

  /// Threads with batches of timed events, in the order in which their first batches appear.
  const std::vector<ThreadBatches>& threads() const { return threads_; }
  /// The batches that are no such, in the order of the stream; what they hold is in the tables below, too.
  const std::vector<OtherBatch>& other_batches() const { return others_; }
  const std::vector<CpuSample>& cpu_samples() const { return samples_; }
  const StringTable& strings() const { return strings_; }
  const StackTable& stacks() const { return stacks_; }
  std::span<const ExperimentalBatch> experimental_batches() const { return experimental_; }

  bool has_frequency() const { return frequency_.has_value(); }
  std::optional<std::uint64_t> frequency() const { return frequency_; }
  Clock clock() const { return clock_; }
  std::optional<ClockSnapshot> clock_snapshot() const;

  /// The earliest batch time of all, in ns; 0 counts as unset.
  Time start() const { return clock_.to_ns(earliest_); }

  /// Whether it ends as a whole generation does up to Go 1.25, where no marker tells: with the rest of the
  /// strings. A full batch of strings may have come earlier.
  bool looks_finished() const;
  /// Whether it holds a sync batch and nothing else: what a panic leaves behind whole generations in 1.25.
  bool only_sync() const { return has_sync_batches(version_) && sync_batches_ == batches_; }
  /// Its last batch; none before the first.
  const std::optional<Batch>& last() const { return last_; }
  /// The bytes of that, header not included.
  std::span<const std::uint8_t> last_data() const { return last_ ? last_->data : std::span<const std::uint8_t>(); }
  /// Of all batches, in clock units; 0 counts as unset.
  std::uint64_t earliest() const { return earliest_; }

  /// The text of a string id; null if the table lacks it. 0 is the empty text.
  const Text* text(std::uint64_t id) const;
  bool has_text(std::uint64_t id) const { return id == 0 || strings_.find(id) != nullptr; }

 private:
  class TableParser;
  friend class TableParser;

  void note(const Batch& batch);
  std::optional<Damage> add_other(const Batch& batch, bool only_what_is_sound);
  bool is_sync(const Batch& batch) const;
  bool holds_events(const Batch& batch) const;
  std::optional<Damage> misplaced_marker(const Batch& batch) const;
  void settle_samples();
  ThreadBatches& batches_of(std::uint64_t thread);
  std::optional<Damage> missing(DamageCode code, const char* message) const;

  GoVersion version_;
  std::uint64_t id_;
  std::uint64_t offset_;
  std::uint64_t end_offset_;
  std::uint64_t batches_ = 0;
  std::uint64_t sync_batches_ = 0;
  std::uint64_t put_off_ = 0;  // bytes
  std::vector<ChunkRef> chunks_;
  std::vector<ThreadBatches> threads_;
  std::vector<OtherBatch> others_;
  IdHashMap<std::uint64_t, std::size_t> thread_index_;
  StringTable strings_;
  StackTable stacks_;
  std::vector<CpuSample> raw_samples_;  // as they were read, in clock units
  std::vector<CpuSample> samples_;      // in ns, sorted; once the generation is finished
  std::vector<ExperimentalBatch> experimental_;
  std::optional<std::uint64_t> frequency_;
  Clock clock_;
  struct RawSnapshot {
    std::uint64_t time, monotonic, seconds, nanoseconds;
  };
  std::optional<RawSnapshot> snapshot_;
  std::uint64_t earliest_ = 0;
  bool ends_with_strings_ = false;
  std::optional<Batch> last_;
  std::size_t samples_before_last_ = 0;  // CPU samples of the batches before it
};

}  // namespace tracecheck
