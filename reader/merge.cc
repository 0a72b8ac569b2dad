#include "reader/merge.h"

#include <algorithm>
#include <limits>

#include "reader/go_sort.h"

namespace tracecheck {

bool Merge::Names::name(std::uint64_t string_id, std::string_view& text) const {
  const Text* found = generation->text(string_id);
  if (found == nullptr) return false;
  text = found->view();
  return true;
}

std::optional<Damage> Merge::begin(const Generation& generation) {
  generation_ = &generation;
  names_.generation = &generation;
  cursors_.clear();
  heap_.clear();
  next_sample_ = 0;
  look_at_next_sample();
  last_cursor_ = 0;
  queue_ = {};
  wire_events_ = 0;
  replay_.begin_generation(generation.id());
  for (const ThreadBatches& thread : generation.threads()) {
    Cursor cursor(thread, generation.clock());
    switch (cursor.next()) {
      case Cursor::Step::End: continue;
      case Cursor::Step::Malformed: return damage_ = cursor.damage(generation.id());
      case Cursor::Step::Event: break;
    }
    heap_.push_back({cursor.event().time, static_cast<std::uint32_t>(cursors_.size())});
    if (cursors_.empty()) last_place_ = cursor.place();
    cursors_.push_back(cursor);
    sift_up(heap_.size() - 1);
  }
  return std::nullopt;
}

Merge::Step Merge::next() {
  if (queue_.empty()) {
    queue_.count = queue_.next = 0;
    if (has_sample_ && (heap_.empty() || sample_time_ < heap_[0].time)) [[unlikely]] {
      sample();
    } else {
      if (heap_.empty()) return Step::Drained;
      if (!advance_any()) return Step::Failed;
    }
  }
  ++queue_.next;
  return Step::Event;
}

bool Merge::advance_any() {
  const Try first = advance(0);
  return first == Try::NotYet ? advance_other() : first == Try::Advanced;
}

// Rare: the earliest thread has to wait for another.
bool Merge::advance_other() {
  go_sort(heap_, [](const Entry& a, const Entry& b) { return a.time < b.time; });
  for (std::size_t i = 1; i < heap_.size(); ++i) {
    const Try other = advance(i);
    if (other != Try::NotYet) return other == Try::Advanced;
  }
  fail_stuck();
  return false;
}

Merge::Try Merge::advance(std::size_t at) {
  Cursor& cursor = cursors_[heap_[at].cursor];
  switch (replay_.advance(cursor.event(), cursor.thread(), cursor.thread_hint, names_, queue_)) {
    case Advance::Advanced: break;
    case Advance::NotYet: return Try::NotYet;
    case Advance::Broken: fail_replay(cursor); return Try::Failed;
  }
  ++wire_events_;
  last_cursor_ = heap_[at].cursor;
  last_place_ = cursor.place();
  switch (cursor.next()) {
    case Cursor::Step::Event:
      heap_[at].time = cursor.event().time;
      if ((at == 0 || sift_up(at) == at) && !least_of_its_children(at)) sift_down(at);
      return Try::Advanced;
    case Cursor::Step::End: remove(at); return Try::Advanced;
    case Cursor::Step::Malformed: break;
  }
  fail_malformed(cursor);
  return Try::Failed;
}

// The event that did advance goes unreported, as in the reference.
void Merge::fail_malformed(const Cursor& cursor) {
  queue_ = {};
  damage_ = cursor.damage(generation_->id());
}

void Merge::sample() {
  const CpuSample& s = generation_->cpu_samples()[next_sample_++];
  OrderedEvent& event = queue_.events[queue_.count++];
  event.type = EventType::CPUSample;
  event.time = s.time;
  event.thread = s.thread;
  event.proc = s.proc;
  event.goroutine = s.goroutine;
  event.args = {s.stack, 0, 0, 0};
  ++wire_events_;
  look_at_next_sample();
}

void Merge::look_at_next_sample() {
  const auto& samples = generation_->cpu_samples();
  has_sample_ = next_sample_ < samples.size();
  if (has_sample_) sample_time_ = samples[next_sample_].time;
}

// The common case, in which there is nothing to sift.
bool Merge::least_of_its_children(std::size_t at) const {
  const std::size_t left = 2 * at + 1;
  if (left >= heap_.size()) return true;
  const Time time = heap_[at].time;
  return heap_[left].time >= time && (left + 1 == heap_.size() || heap_[left + 1].time >= time);
}

std::size_t Merge::sift_up(std::size_t at) {
  while (at > 0) {
    const std::size_t parent = (at - 1) / 2;
    if (heap_[parent].time <= heap_[at].time) break;
    std::swap(heap_[parent], heap_[at]);
    at = parent;
  }
  return at;
}

void Merge::sift_down(std::size_t at) {
  for (;;) {
    const std::size_t left = 2 * at + 1;
    const std::size_t right = left + 1;
    std::size_t least = at;
    if (left < heap_.size() && heap_[left].time < heap_[least].time) least = left;
    if (right < heap_.size() && heap_[right].time < heap_[least].time) least = right;
    if (least == at) return;
    std::swap(heap_[at], heap_[least]);
    at = least;
  }
}

// Lifts the entry to the root whatever the times, drops it there, and restores the heap from the root: the
// way in which the reference removes, on which later ties depend.
void Merge::remove(std::size_t at) {
  while (at > 0) {
    const std::size_t parent = (at - 1) / 2;
    std::swap(heap_[parent], heap_[at]);
    at = parent;
  }
  std::swap(heap_.front(), heap_.back());
  heap_.pop_back();
  sift_down(0);
}

void Merge::fail_replay(const Cursor& cursor) {
  Damage damage;
  damage.code = replay_.error().code;
  damage.offset = cursor.offset_of(cursor.place());
  damage.generation = generation_->id();
  damage.batch = cursor.batch_index_of(cursor.place());
  damage.thread = cursor.thread();
  damage.reading = Reading::Order;
  damage.message = replay_.error().message;
  damage_ = std::move(damage);
}

// The earliest of the stuck events stands for all.
void Merge::fail_stuck() {
  const Cursor& cursor = cursors_[heap_[0].cursor];
  fail_replay(cursor);
  damage_->code = DamageCode::ReplayStuck;
  damage_->message = "no thread can go on: " + replay_.waits_for(cursor.event(), cursor.thread());
  if (heap_.size() > 1) damage_->message += ", and " + std::to_string(heap_.size() - 1) + " more threads wait";
}

}  // namespace tracecheck
