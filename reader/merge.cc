#include "reader/merge.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>
#include <utility>

#include "reader/go_sort.h"

namespace tracecheck {
namespace {

// No name that a program gives begins like this.
constexpr std::string_view kLostName{"\0lost string#", 13};

}  // namespace

bool Merge::Names::name(std::uint64_t string_id, std::string_view& text) const {
  const Text* found = generation->text(string_id);
  if (found != nullptr) {
    text = found->view();
    return true;
  }
  if (make_up_lost) {
    made_up_ = kLostName;
    made_up_ += std::to_string(string_id);
    text = made_up_;
  }
  return make_up_lost;
}

std::optional<std::uint64_t> lost_name_id(std::string_view name) {
  if (!name.starts_with(kLostName)) return std::nullopt;
  std::uint64_t id = 0;
  std::from_chars(name.data() + kLostName.size(), name.data() + name.size(), id);
  return id;
}

void Merge::start(const Generation& generation) {
  generation_ = &generation;
  names_.generation = &generation;
  cursors_.clear();
  cursors_.reserve(generation.threads().size());
  heap_.assign(generation.threads().size() + 3, kNobody);
  heap_size_ = 0;
  next_sample_ = 0;
  look_at_next_sample();
  last_cursor_ = nullptr;
  queue_ = {};
  wire_events_ = 0;
  damage_.reset();
  replay_.begin_generation(generation.id());
}

void Merge::add(Cursor cursor) {
  cursors_.push_back(std::move(cursor));
  heap_[heap_size_++] = {cursors_.back().event().time, &cursors_.back()};
  sift_up(heap_size_ - 1);
}

std::optional<Damage> Merge::begin(const Generation& generation) {
  start(generation);
  for (const ThreadBatches& thread : generation.threads()) {
    Cursor cursor(thread, generation.clock());
    switch (cursor.next()) {
      case Cursor::Step::End: continue;
      case Cursor::Step::Malformed: return damage_ = cursor.damage(generation.id());
      case Cursor::Step::Event: break;
    }
    add(std::move(cursor));
  }
  return std::nullopt;
}

void Merge::begin_broken(const Generation& generation) {
  start(generation);
  names_.make_up_lost = true;
  for (const ThreadBatches& thread : generation.threads()) {
    Cursor cursor(thread, generation.clock());
    if (next_sound(cursor) == Cursor::Step::Event) add(std::move(cursor));
  }
}

Cursor::Step Merge::next_sound(Cursor& cursor) {
  Cursor::Step step = cursor.next();
  for (; step == Cursor::Step::Malformed; step = cursor.next()) skip_batch(cursor);
  return step;
}

void Merge::skip_batch(Cursor& cursor) {
  passed_over_.push_back(cursor.damage(generation_->id()));
  cursor.skip_bad_batch();
}

// The cursor that failed goes on with what `step` says.
void Merge::go_on(Cursor::Step step) {
  if (step == Cursor::Step::End) {
    remove(failed_at_);
    return;
  }
  heap_[failed_at_].time = failed().event().time;
  place_anew(failed_at_);
}

void Merge::skip_malformed() {
  ++wire_events_;
  queue_.next = 0;
  skip_batch(*heap_[failed_at_].cursor);
  go_on(next_sound(*heap_[failed_at_].cursor));
}

void Merge::pass_over(const OrderedEvents& instead) {
  Cursor& cursor = *heap_[failed_at_].cursor;
  queue_ = instead;
  if (!instead.empty()) ++wire_events_;
  last_cursor_ = &cursor;
  last_place_ = cursor.place();
  go_on(next_sound(cursor));
}

bool Merge::fail_first() {
  if (!queue_.empty() || heap_empty() || heap_[0].time > before_sample_) return false;
  failed_at_ = 0;
  return true;
}

// A sample is next, or there may be nothing at all.
Merge::Step Merge::out_of_line() {
  const bool sample_left = next_sample_ < generation_->cpu_samples().size();
  if (!sample_left) {
    queue_ = {};
    return Step::Drained;
  }
  sample();
  return Step::Event;
}

// Rare: the earliest thread has to wait for another.
Merge::Step Merge::advance_other() {
  go_sort(std::span(heap_.data(), heap_size_), [](const Entry& a, const Entry& b) { return a.time < b.time; });
  for (std::size_t i = 1; i < heap_size_; ++i) {
    const Try other = advance(i);
    if (other != Try::NotYet) return other == Try::Advanced ? Step::Event : Step::Failed;
  }
  fail_stuck();
  return Step::Failed;
}

// The event that did advance goes unreported, as in the reference.
void Merge::fail_malformed(std::size_t at) {
  queue_.next = queue_.count;
  --wire_events_;
  failure_ = Failure::Malformed;
  failed_at_ = at;
  damage_ = failed().damage(generation_->id());
}

void Merge::sample() {
  const CpuSample& s = generation_->cpu_samples()[next_sample_++];
  OrderedEvent& event = queue_.events[queue_.count++];
  event.type = EventType::CPUSample;
  event.time = s.time;
  event.thread = s.thread;
  event.proc = s.proc;
  event.goroutine = s.goroutine;
  event.args = {s.stack};
  ++wire_events_;
  look_at_next_sample();
}

void Merge::look_at_next_sample() {
  const auto& samples = generation_->cpu_samples();
  before_sample_ = next_sample_ < samples.size() ? samples[next_sample_].time : std::numeric_limits<Time>::max();
}

void Merge::place_anew(std::size_t at) {
  if (sift_up(at) == at) sift_down(at);
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
  while (2 * at + 1 < heap_size_) {
    const std::size_t left = 2 * at + 1;
    std::size_t least = heap_[left].time < heap_[at].time ? left : at;
    if (heap_[left + 1].time < heap_[least].time) least = left + 1;
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
  heap_[0] = heap_[--heap_size_];
  heap_[heap_size_] = kNobody;
  sift_down(0);
}

void Merge::fail_replay(std::size_t at) {
  queue_ = {};
  failure_ = Failure::Broken;
  failed_at_ = at;
  const Cursor& cursor = failed();
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
  fail_replay(0);
  failure_ = Failure::Stuck;
  const Cursor& cursor = failed();
  damage_->code = DamageCode::ReplayStuck;
  damage_->message = "no thread can go on: " + replay_.waits_for(cursor.event(), cursor.thread());
  if (heap_size_ > 1) damage_->message += ", and " + std::to_string(heap_size_ - 1) + " more threads wait";
}

}  // namespace tracecheck
