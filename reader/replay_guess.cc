// A replay of one generation whose predecessor is not known yet: guess.h.
#include <algorithm>
#include <utility>

#include "reader/replay.h"
#include "reader/seen_ids.h"

namespace tracecheck {

void Replay::begin_guess(std::uint64_t generation) {
  begin_generation(generation);
  first_generation_ = generation == 1 ? 2 : 1;  // some other one
  guess_.emplace();
}

void Replay::suppose_goroutine(ThreadId id, GoroutineId held) {
  Thread& thread = threads_[meet_thread(id)];
  if (!std::exchange(thread.goroutine_open, false) || held == kNone) return;
  thread.goroutine = held;
  guess_->held_goroutines.emplace_back(id, held);
}

void Replay::suppose_proc(ThreadId id, ProcId held) {
  Thread& thread = threads_[meet_thread(id)];
  if (!std::exchange(thread.proc_open, false) || held == kNone) return;
  thread.proc = held;
  guess_->held_procs.emplace_back(id, held);
}

void Replay::suppose_gc(EventType first, std::uint64_t number) {
  guess_->gc = {first, number};
  gc_sequence_ = number - 1;
  gc_state_ = first == EventType::GCBegin ? GCState::Off : GCState::On;
}

bool Replay::guess_range(const Try& t, std::vector<OpenRange>& ranges, OpenRange range, const Resource& resource) {
  const bool of_proc = resource.kind == ResourceKind::Proc;
  const bool begun =
      of_proc ? guess_->procs_with_ranges.contains(resource.id) : guess_->goroutines_with_ranges.contains(resource.id);
  if (begun) {
    broken(t, "tells of a range that may have begun here");
    return false;
  }
  guess_->ranges.push_back({resource.kind, resource.id, range.begin, range.kind});
  return open_range(t, ranges, range);
}

void Replay::note_range_begin(const Resource& resource) {
  if (!guess_) return;
  if (resource.kind == ResourceKind::Proc) {
    guess_->procs_with_ranges.insert(resource.id);
  } else {
    guess_->goroutines_with_ranges.insert(resource.id);
  }
}

void Replay::note_unbegun_region(GoroutineId goroutine, TaskId task, NameId name) {
  if (guess_) guess_->ended_regions.push_back({goroutine, task, name});
}

bool Replay::follows(const Replay& before, const SeenIds& met_tasks) const {
  const bool ascending = before.newest_generation_ < generation_ && before.first_generation_ != 0;
  return ascending && follows_goroutines(before) && follows_procs(before) && follows_threads(before) &&
         follows_ranges(before) && follows_gc(before) && follows_tasks(before, met_tasks) && follows_regions(before);
}

bool Replay::follows_goroutines(const Replay& before) const {
  const auto as_before = [&](const auto& told) {
    const Slot slot = before.goroutines_.find(told.first);
    return slot != kNoSlot && before.goroutines_[slot].status == told.second;
  };
  return guess_->goroutines.size() == before.goroutines_.size() &&
         std::all_of(guess_->goroutines.begin(), guess_->goroutines.end(), as_before);
}

bool Replay::follows_procs(const Replay& before) const {
  for (const auto& [id, status] : guess_->procs) {
    const Slot slot = before.procs_.find(id);
    if (slot == kNoSlot || before.procs_[slot].status != status) return false;
  }
  for (const ProcId id : guess_->procs_in_syscall) {
    if (!before.thread_of_proc(id)) return false;
  }
  bool idle = true;
  before.procs_.for_each([&](const Proc& p) {
    if (procs_.find(p.id) == kNoSlot && p.status != ProcStatusCode::Idle) idle = false;
  });
  return idle;
}

// Each thread holds one of a kind at most, so as many that hold the same are all.
bool Replay::follows_threads(const Replay& before) const {
  std::size_t goroutines = 0;
  std::size_t procs = 0;
  before.threads_.for_each([&](const Thread& t) {
    if (t.goroutine != kNone) ++goroutines;
    if (t.proc != kNone) ++procs;
  });
  if (goroutines != guess_->held_goroutines.size() || procs != guess_->held_procs.size()) return false;
  const auto holds_goroutine = [&](const auto& held) {
    return before.facts_of_thread(held.first).goroutine == held.second;
  };
  const auto holds_proc = [&](const auto& held) { return before.facts_of_thread(held.first).proc == held.second; };
  return std::all_of(guess_->held_goroutines.begin(), guess_->held_goroutines.end(), holds_goroutine) &&
         std::all_of(guess_->held_procs.begin(), guess_->held_procs.end(), holds_proc);
}

bool Replay::follows_ranges(const Replay& before) const {
  std::vector<Guess::Range> open;
  const auto add = [&](ResourceKind kind, std::int64_t id, const std::vector<OpenRange>& ranges) {
    for (const OpenRange& range : ranges) open.push_back({kind, id, range.begin, range.kind});
  };
  before.goroutines_.for_each([&](const Goroutine& g) {
    add(ResourceKind::Goroutine, g.id, before.open_[before.goroutines_.slot_of(g)].ranges);
  });
  before.procs_.for_each([&](const Proc& p) { add(ResourceKind::Proc, p.id, p.ranges); });
  std::vector<Guess::Range> guessed = guess_->ranges;
  std::sort(open.begin(), open.end());
  std::sort(guessed.begin(), guessed.end());
  return open == guessed;
}

bool Replay::follows_gc(const Replay& before) const {
  if (!guess_->gc) return true;
  const bool next = guess_->gc->number == before.gc_sequence_ + 1;
  if (guess_->gc->type != EventType::GCBegin) return next && before.gc_state_ == GCState::On;
  return before.gc_state_ == GCState::Undetermined || (next && before.gc_state_ == GCState::Off);
}

bool Replay::follows_tasks(const Replay& before, const SeenIds& met_tasks) const {
  const IdHashSet<TaskId> ended(guess_->ended_tasks.begin(), guess_->ended_tasks.end());
  bool apart = true;
  before.tasks_.for_each([&](const ActiveTask& task) {
    const auto id = static_cast<TaskId>(task.id);
    if (met_tasks.contains(id) && !ended.contains(id)) apart = false;
  });
  return apart;
}

bool Replay::follows_regions(const Replay& before) const {
  IdHashMap<GoroutineId, std::size_t> count;
  for (const Guess::EndedRegion& ended : guess_->ended_regions) {
    const Slot slot = before.goroutines_.find(ended.goroutine);
    if (slot == kNoSlot) continue;
    const std::vector<OpenRegion>& open = before.open_[slot].regions;
    const std::size_t above = count[ended.goroutine]++;
    if (above >= open.size()) continue;  // it began before the trace
    const OpenRegion& innermost = open[open.size() - 1 - above];
    if (innermost.task != ended.task || before.names_.text(innermost.name) != names_.text(ended.name)) return false;
  }
  return true;
}

void Replay::adopt(const Replay& before) {
  adopt_tasks(before);
  adopt_regions(before);
  before.threads_.for_each([this](const Thread& t) { meet_thread(t.id); });
  threads_.for_each([](Thread& t) { t.goroutine_open = t.proc_open = false; });
  before.procs_.for_each([this](const Proc& p) {
    if (procs_.find(p.id) != kNoSlot) return;
    Proc& idle = procs_[add_proc(p.id, p.status)];
    idle.sequence = p.sequence;
  });
  if (!guess_->gc) {
    gc_sequence_ = before.gc_sequence_;
    gc_state_ = before.gc_state_;
  }
  first_generation_ = before.first_generation_;
  refuses_oddities_ = before.refuses_oddities_;
  guess_.reset();
}

void Replay::adopt_tasks(const Replay& before) {
  const IdHashSet<TaskId> ended(guess_->ended_tasks.begin(), guess_->ended_tasks.end());
  before.tasks_.for_each([&](const ActiveTask& task) {
    if (ended.contains(static_cast<TaskId>(task.id))) return;
    ActiveTask& still = tasks_[tasks_.insert(task.id)];
    still = task;
    still.name = names_.intern(before.names_.text(task.name));
  });
}

// What has begun here lies above.
void Replay::adopt_regions(const Replay& before) {
  IdHashMap<GoroutineId, std::size_t> ended;
  for (const Guess::EndedRegion& region : guess_->ended_regions) ++ended[region.goroutine];
  before.goroutines_.for_each([&](const Goroutine& g) {
    std::vector<OpenRegion> open = before.open_[before.goroutines_.slot_of(g)].regions;
    const auto gone = ended.find(g.id);
    if (gone != ended.end()) open.resize(open.size() - std::min(open.size(), gone->second));
    const Slot slot = goroutines_.find(g.id);
    if (open.empty() || slot == kNoSlot) return;
    for (OpenRegion& region : open) region.name = names_.intern(before.names_.text(region.name));
    std::vector<OpenRegion>& all = open_[slot].regions;
    all.insert(all.begin(), open.begin(), open.end());
  });
}

}  // namespace tracecheck
