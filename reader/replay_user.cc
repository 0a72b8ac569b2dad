// Metrics and what user code annotates: FORMAT.md section 6, rows HeapAlloc to UserRegionEnd.
#include "reader/replay.h"

namespace tracecheck {

Advance Replay::annotation(Try& t) {
  if (!check_context(t, Need::Must, Need::Must)) return Advance::Broken;
  emit(t);
  return Advance::Advanced;
}

Advance Replay::heap_metric(Try& t) {
  if (!check_context(t, Need::Must, Need::May)) return Advance::Broken;
  emit(t);
  return Advance::Advanced;
}

Advance Replay::experimental(Try& t) {
  if (!check_context(t, Need::May, Need::May)) return Advance::Broken;
  emit(t);
  return Advance::Advanced;
}

Advance Replay::task_begin(Try& t) {
  const TaskId id = t.event.args[0];
  if (tasks_.find(static_cast<std::int64_t>(id)) != kNoSlot)
    return broken(t, "begins task " + std::to_string(id) + ", which has not ended");
  // On the wire 0 is "no parent"; only regions and logs are attached to the background task.
  const TaskId parent = t.event.args[1] == 0 ? kNoTask : t.event.args[1];
  NameId type = 0;
  if (!name(t, t.event.args[2], type)) return Advance::Broken;
  if (!check_context(t, Need::Must, Need::Must)) return Advance::Broken;
  if (refuses_oddities_ && (id == kBackgroundTask || id == kNoTask)) [[unlikely]]
    return broken(t, "begins a task with a reserved id");
  add_task(id, parent, type, t.context, t.event.time);
  emit(t).args[1] = parent;
  return Advance::Advanced;
}

Advance Replay::task_end(Try& t) {
  if (!check_context(t, Need::Must, Need::Must)) return Advance::Broken;
  OrderedEvent& event = emit(t);
  event.task_parent = kNoTask;
  event.task_type = {};
  // A task that began before the trace may end, and the end may come twice: nothing to check.
  if (const Slot slot = tasks_.find(static_cast<std::int64_t>(t.event.args[0])); slot != kNoSlot) {
    event.task_parent = tasks_[slot].parent;
    event.task_type = names_.text(tasks_[slot].name);
    tasks_.erase(slot);
  } else if (guess_) {
    guess_->ended_tasks.push_back(t.event.args[0]);
  }
  return Advance::Advanced;
}

Advance Replay::region_begin(Try& t) {
  NameId type = 0;
  if (!check_context(t, Need::Must, Need::Must) || !name(t, t.event.args[1], type)) return Advance::Broken;
  Goroutine* current = current_goroutine(t);
  if (current == nullptr) return broken(t, "happens on a goroutine that does not exist");
  open_on(*current).regions.push_back({t.event.args[0], type});
  emit(t);
  return Advance::Advanced;
}

Advance Replay::region_end(Try& t) {
  NameId type = 0;
  if (!check_context(t, Need::Must, Need::Must) || !name(t, t.event.args[1], type)) return Advance::Broken;
  Goroutine* current = current_goroutine(t);
  if (current == nullptr) return broken(t, "happens on a goroutine that does not exist");
  // A region that began before the trace may end: nothing to pop.
  if (std::vector<OpenRegion>& regions = open_on(*current).regions; !regions.empty()) {
    if (regions.back() != OpenRegion{t.event.args[0], type}) {
      return broken(t, "ends a region that is not the innermost one of goroutine " + std::to_string(current->id));
    }
    regions.pop_back();
  } else {
    note_unbegun_region(current->id, t.event.args[0], type);
  }
  emit(t);
  return Advance::Advanced;
}

}  // namespace tracecheck
