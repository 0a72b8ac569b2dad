#include "reader/threadwise_check.h"

#include <algorithm>
#include <utility>

#include "reader/event_decoder.h"
#include "reader/typed_event.h"

namespace tracecheck {
namespace {

// Far enough from where sums of times would wrap.
constexpr Time kLastSafeTime = Time{1} << 62U;

bool is_status(EventType type) {
  return type == EventType::GoStatus || type == EventType::GoStatusStack || type == EventType::ProcStatus;
}

}  // namespace

bool ThreadwiseCheck::Names::name(std::uint64_t string_id, std::string_view& text) const {
  const Text* found = generation_.text(string_id);
  if (found != nullptr) text = found->view();
  return found != nullptr;
}

ThreadwiseCheck::ThreadwiseCheck(const Generation& generation, const Before& before, Account& account)
    : generation_(generation),
      clock_(generation.clock()),
      names_(generation),
      replay_(before.replay),
      validator_(before.validator),
      references_(before.references),
      source_(before.source),
      given_up_(before.given_up),
      account_(account) {}

bool ThreadwiseCheck::run() {
  validator_.follow(&replay_);
  line_up();
  std::uint64_t tries = 0;
  while (left_ > 0) {
    if (ready_.empty() && !try_again()) return false;
    const std::uint32_t index = ready_.back();
    ready_.pop_back();
    switch (go_on(index)) {
      case Stop::Drained: --left_; break;
      case Stop::Waits:
        // Many threads that all wait for each other are for the merge.
        if (++tries > 1024 + 4 * (events_ + runners_.size())) return false;
        break;
      default: return false;
    }
  }
  see_samples();
  if (!sound_ || newest_ > kLastSafeTime || (inverted_ && goes_by_times_)) return false;
  validator_.follow(nullptr);
  return true;
}

// The earliest first, which comes nearest to the order in which it all happened.
void ThreadwiseCheck::line_up() {
  for (const ThreadBatches& thread : generation_.threads()) {
    if (thread.batches.empty()) continue;
    const auto index = static_cast<std::uint32_t>(runners_.size());
    runner_of_[thread.thread] = index;
    ready_.push_back(index);
    runners_.emplace_back().batches = &thread;
    runners_.back().open = replay_.guesses() && thread.thread != kNone;
  }
  left_ = runners_.size();
  std::stable_sort(ready_.begin(), ready_.end(), [this](std::uint32_t a, std::uint32_t b) {
    return runners_[a].batches->batches.front().time > runners_[b].batches->batches.front().time;
  });
}

// Those are left that wait for nothing in particular. They are tried for as long as that leads somewhere.
bool ThreadwiseCheck::try_again() {
  if (events_ != events_before_try_) {
    patient_ = true;
  } else if (!std::exchange(patient_, false)) {
    return false;
  }
  events_before_try_ = events_;
  wake_all(waiting_);
  return !ready_.empty();
}

void ThreadwiseCheck::see_samples() {
  events_ += generation_.cpu_samples().size();
  for (const CpuSample& sample : generation_.cpu_samples()) newest_ = std::max(newest_, sample.time);
}

ThreadwiseCheck::Stop ThreadwiseCheck::go_on(std::uint32_t index) {
  Runner& runner = runners_[index];
  for (;;) {
    pass_steps(runner);
    if (!sound_) return Stop::Unsure;
    if (runner.at == runner.end) {
      if (!enter_batch(runner)) return Stop::Drained;
      continue;
    }
    const Stop stop = pass_any(index);
    if (stop != Stop::No) return stop;
  }
}

bool ThreadwiseCheck::enter_batch(Runner& runner) {
  newest_ = std::max(newest_, runner.time);
  if (runner.batch == runner.batches->batches.size()) return false;
  if (given_up_ != nullptr && given_up_->load(std::memory_order_relaxed)) sound_ = false;
  const EventBatch& batch = runner.batches->batches[runner.batch++];
  std::span<const std::uint8_t> data = batch.data;
  if (batch.put_off > 0) {
    runner.data.resize(std::max<std::size_t>(runner.data.size(), batch.put_off));
    data = std::span(runner.data).first(batch.put_off);
    // Who reads them after this will tell why.
    if (source_.read_at(batch.data_offset, std::span(runner.data).first(batch.put_off))) sound_ = false;
  }
  runner.at = data.data();
  runner.end = runner.at + data.size();
  runner.time = clock_.to_ns(batch.time);
  // Times at or below 0 have their own ways.
  if (runner.time <= 0) sound_ = false;
  return true;
}

// The next event, whatever it is.
ThreadwiseCheck::Stop ThreadwiseCheck::pass_any(std::uint32_t index) {
  Runner& runner = runners_[index];
  const std::uint8_t* at = runner.at;
  std::uint64_t delta = 0;
  if (decode_event(at, runner.end, event_, delta)) return Stop::Unsure;
  event_.time = wrapping_add(runner.time, clock_.to_ns(delta));
  if (event_.time < runner.time || !references_.knows(event_)) return Stop::Unsure;
  if (runner.thread == kNoSlot && runner.id() != kNone) runner.thread = replay_.meet(runner.id());
  const Admission supposed = replay_.guesses() ? suppose(event_, runner) : Admission::Yes;
  switch (supposed == Admission::Yes ? admit(event_, runner) : supposed) {
    case Admission::Yes: break;
    case Admission::Wait:
      waiting_.push_back(index);
      runner.waits = true;
      return Stop::Waits;
    case Admission::Unsure: return Stop::Unsure;
  }
  out_ = {};
  const bool inverted = stands_too_early(event_, runner);
  switch (replay_.advance(event_, runner.id(), runner.thread, names_, out_)) {
    case Advance::Advanced: break;
    case Advance::NotYet: wait(event_, index); return Stop::Waits;
    case Advance::Broken: return Stop::Unsure;
  }
  inverted_ |= inverted;
  runner.robbed_lately = false;
  if (runner.open) {
    runner.open = !replay_.goroutine_settled(runner.thread) || !replay_.proc_settled(runner.thread);
  }
  runner.at = at;
  runner.time = event_.time;
  for (std::uint32_t i = 0; i < out_.count; ++i) {
    if (!see(out_.events[i])) return Stop::Unsure;
  }
  if (is_status(event_.type)) runner.told = out_.events[0].resource;
  if (event_.type == EventType::ProcSteal) {
    const auto victim = runner_of_.find(static_cast<ThreadId>(event_.args[2]));
    if (victim != runner_of_.end()) {
      runners_[victim->second].robbed = event_.time;
      runners_[victim->second].robbed_lately = true;
      wake(victim->second);
    }
  }
  return Stop::No;
}

// Whether the event has a time before that of what makes it possible.
bool ThreadwiseCheck::stands_too_early(const RawEvent& event, const Runner& runner) {
  const auto id = static_cast<std::int64_t>(event.args[0]);
  if (runner.robbed_lately && event.time <= runner.robbed) return true;
  switch (event.type) {
    case EventType::GoStart:
    case EventType::GoUnblock:
    case EventType::GoSwitch:
    case EventType::GoSwitchDestroy: return event.time <= replay_.changed(goroutine_resource(id));
    case EventType::ProcStart:
    case EventType::ProcSteal: return event.time <= replay_.changed(proc_resource(id));
    case EventType::GCActive:
    case EventType::GCBegin:
    case EventType::GCEnd: return event.time <= gc_changed_;
    default: return false;
  }
}

// What came of an event.
bool ThreadwiseCheck::see(const OrderedEvent& event) {
  ++events_;
  switch (traits_of(event.type).kind) {
    case EventKind::StateTransition:
      if (event.type == EventType::GoDestroySyscall) gone_[event.resource.id] = event.time;
      note_change(event.resource, event.time);
      // It changes the proc, too, of which nothing comes out.
      if (event.type == EventType::GoSyscallBegin) note_change(proc_resource(event.proc), event.time);
      return true;
    case EventKind::TaskBegin:
    case EventKind::TaskEnd:
    case EventKind::RegionBegin:
    case EventKind::RegionEnd: return true;
    default: break;
  }
  if (is_gc(event.type)) gc_changed_ = event.time;
  account_.see(event, generation_);
  return validator_.pass(event, generation_);
}

void ThreadwiseCheck::note_change(const Resource& resource, Time time) {
  if (replay_.note_change(resource, time)) changed(resource, time);
}

void ThreadwiseCheck::wait(const RawEvent& event, std::uint32_t index) {
  const auto id = static_cast<std::int64_t>(event.args[0]);
  bool waits = false;
  switch (event.type) {
    case EventType::GoStart:
    case EventType::GoUnblock:
    case EventType::GoSwitch:
    case EventType::GoSwitchDestroy: waits = wait_for(goroutine_resource(id), index); break;
    case EventType::ProcSteal: waits = wait_for(proc_resource(id), index); break;
    case EventType::ProcStart:
      // It may be its own proc that is to be taken away first.
      waits = replay_.facts_of_thread(runners_[index].id()).proc == kNone && wait_for(proc_resource(id), index);
      break;
    default: break;
  }
  if (!waits) waiting_.push_back(index);
  runners_[index].waits = true;
}

// False: nothing is known of it yet.
bool ThreadwiseCheck::wait_for(const Resource& resource, std::uint32_t index) {
  if (!replay_.await(resource)) return false;
  waiting_for(resource).runners.push_back(index);
  return true;
}

void ThreadwiseCheck::wake(std::uint32_t index) {
  if (std::exchange(runners_[index].waits, false)) ready_.push_back(index);
}

void ThreadwiseCheck::wake_all(Runners& waiting) {
  for (const std::uint32_t index : waiting) wake(index);
  waiting.clear();
}

// Somebody waited for it.
void ThreadwiseCheck::changed(const Resource& resource, Time time) {
  Awaited& awaited = waiting_for(resource);
  if (time <= std::exchange(awaited.not_before, 0)) sound_ = false;
  wake_all(awaited.runners);
}

}  // namespace tracecheck
