// The order of events: merges the threads of a generation by time, as far as the replay lets each advance.
// Fact from: FORMAT.md section 6, steps 0 to 4 and the rule for ties.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reader/cursor.h"
#include "reader/generation.h"
#include "reader/replay.h"

namespace tracecheck {

/// Stands for the name of a task or region whose text is lost: the id of the text, none for a real name.
std::optional<std::uint64_t> lost_name_id(std::string_view name);

class Merge {
 public:
  enum class Step : std::uint8_t { Event, Drained, Failed };

  explicit Merge(Replay& replay) : replay_(replay) {}

  /// Starts on a generation that passed `finish`; it must outlive the merge's use of it. A thread whose
  /// very first event is malformed fails here.
  std::optional<Damage> begin(const Generation& generation);

  // For salvage, which goes on where reading ends.
  /// As `begin`, but malformed events are passed over, with the rest of their batches; names that are lost are
  /// made up (`lost_name_id`).
  void begin_broken(const Generation& generation);
  enum class Failure : std::uint8_t { Malformed, Stuck, Broken };
  /// After Failed: why; and the event that failed, of those that are stuck the earliest.
  Failure failure() const { return failure_; }
  const Cursor& failed() const { return *heap_[failed_at_].cursor; }
  /// After Failure::Malformed: goes on behind the batch. What happened before it comes next.
  void skip_malformed();
  /// After the others: `instead`, which may be nothing, comes next in the place of the event that failed.
  void pass_over(const OrderedEvents& instead);
  /// The earliest event counts as failed, without a try. False: a CPU sample is next, or nothing.
  bool fail_first();
  std::size_t threads_left() const { return heap_size_; }
  /// What was passed over so far: from each malformed event to the end of its batch.
  const std::vector<Damage>& passed_over() const { return passed_over_; }
  const NameSource& names() const { return names_; }
  /// The events of a thread before its place here have come out.
  template <typename Visit>
  void visit_positions(Visit visit) const {
    for (const Cursor& cursor : cursors_) visit(cursor.thread(), cursor.position());
  }
  bool failed_on_malformed() const { return damage_ && failure_ == Failure::Malformed; }
  std::size_t samples_given() const { return next_sample_; }
  /// The cursor of the last event on the wire that came out, and its place; null before the first.
  const Cursor* last_cursor() const { return last_cursor_; }
  Cursor::Place last_place() const { return last_place_; }

  /// Advances to the next event, which `event` then is. After Failed, `damage` tells.
  Step next();

  /// Valid until the next call. Its time is not yet made strictly increasing; the caller may mend that here.
  OrderedEvent& event() { return queue_.events[queue_.next - 1]; }

  const Damage& damage() const { return *damage_; }

  /// Where the last event given out stands in the stream, and in which batch. A CPU sample has no place of its
  /// own: it has that of the event before it.
  std::uint64_t event_offset() const {
    return last_cursor_ == nullptr ? generation_->offset() : last_cursor_->offset_of(last_place_);
  }
  std::uint64_t batch_index() const { return last_cursor_ == nullptr ? 0 : last_cursor_->batch_index_of(last_place_); }

  /// Events of this generation's wire that have come out, CPU samples included.
  std::uint64_t wire_events() const { return wire_events_; }

 private:
  class Names final : public NameSource {
   public:
    const Generation* generation = nullptr;
    bool make_up_lost = false;
    bool name(std::uint64_t string_id, std::string_view& text) const override;

   private:
    mutable std::string made_up_;
  };
  // The time stands beside the cursor, so that the heap is compared without following pointers.
  struct Entry {
    Time time;
    Cursor* cursor;
  };
  // Two such stand behind the heap, where children of its last entries would be: never earlier than anything.
  static constexpr Entry kNobody{std::numeric_limits<Time>::max(), nullptr};
  enum class Try : std::uint8_t { Advanced, NotYet, Failed };

  [[gnu::always_inline]] inline Try advance(std::size_t at);
  bool heap_empty() const { return heap_size_ == 0; }
  [[gnu::noinline]] Step out_of_line();
  [[gnu::noinline]] Step advance_other();
  void place_anew(std::size_t at);
  void start(const Generation& generation);
  void add(Cursor cursor);
  [[gnu::cold]] Cursor::Step next_sound(Cursor& cursor);
  [[gnu::cold]] void skip_batch(Cursor& cursor);
  [[gnu::cold]] void go_on(Cursor::Step step);
  [[gnu::cold, gnu::noinline]] void fail_malformed(std::size_t at);
  [[gnu::noinline]] void sift_down(std::size_t at);
  std::size_t sift_up(std::size_t at);
  void remove(std::size_t at);
  [[gnu::noinline]] void sample();
  void look_at_next_sample();
  [[gnu::cold, gnu::noinline]] void fail_stuck();
  [[gnu::cold, gnu::noinline]] void fail_replay(std::size_t at);

  Replay& replay_;
  Names names_;
  const Generation* generation_ = nullptr;
  std::vector<Cursor> cursors_;
  std::vector<Entry> heap_;
  std::size_t heap_size_ = 0;
  std::size_t next_sample_ = 0;
  Time before_sample_ = 0;  // events up to this time come before the next CPU sample
  OrderedEvents queue_;
  const Cursor* last_cursor_ = nullptr;
  Cursor::Place last_place_;
  std::uint64_t wire_events_ = 0;
  std::optional<Damage> damage_;
  std::vector<Damage> passed_over_;
  Failure failure_ = Failure::Broken;
  std::size_t failed_at_ = 0;  // in the heap
};

// What every event goes through, to be put together with the loop over them.

inline Merge::Step Merge::next() {
  if (!queue_.empty()) [[unlikely]] {
    ++queue_.next;
    return Step::Event;
  }
  queue_.count = 0;
  queue_.next = 1;
  if (heap_empty() || heap_[0].time > before_sample_) [[unlikely]]
    return out_of_line();
  switch (advance(0)) {
    case Try::Advanced: return Step::Event;
    case Try::NotYet: return advance_other();
    case Try::Failed: break;
  }
  return Step::Failed;
}

inline Merge::Try Merge::advance(std::size_t at) {
  Entry* const heap = heap_.data();
  Cursor& cursor = *heap[at].cursor;
  switch (replay_.advance(cursor.event(), cursor.thread(), cursor.thread_hint, names_, queue_)) {
    case Advance::Advanced: break;
    case Advance::NotYet: return Try::NotYet;
    case Advance::Broken: fail_replay(at); return Try::Failed;
  }
  ++wire_events_;
  last_cursor_ = &cursor;
  last_place_ = cursor.place();
  switch (cursor.next()) {
    case Cursor::Step::Event: {
      const Time time = cursor.event().time;
      heap[at].time = time;
      // Mostly the thread goes on.
      if (at != 0 || heap[1].time < time || heap[2].time < time) place_anew(at);
      return Try::Advanced;
    }
    case Cursor::Step::End: remove(at); return Try::Advanced;
    case Cursor::Step::Malformed: break;
  }
  fail_malformed(at);
  return Try::Failed;
}

}  // namespace tracecheck
