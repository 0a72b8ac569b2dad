#include "analysis/task_tracker.h"

#include <algorithm>
#include <utility>

namespace tracecheck {

void TaskTracker::begins(const Event& event, const TaskBegin& begin, const Moment& moment) {
  Task& task = tasks_[begin.id];
  task.parent = begin.parent;
  task.name = event.lost_text[0] != 0 ? kNoName : names_.intern(begin.type);
  task.begin = moment.now;
  count_for_parent(begin.parent);
}

void TaskTracker::ends(const Event& event, const TaskEnd& end, const Moment& moment) {
  const auto found = tasks_.find(end.id);
  const bool open = found != tasks_.end() && found->second.begin && !found->second.end;
  if (!open) {
    ++groups_[event.lost_text[0] != 0 || end.type.empty() ? kNoName : names_.intern(end.type)].only_ended;
    // Of those that have ended already, the first end is the one that counts.
    if (each_ && (found == tasks_.end() || !found->second.end)) tasks_[end.id].end = moment.now;
    return;
  }
  found->second.end = moment.now;
  count(found->second);
  if (!each_) tasks_.erase(found);
}

// In the list of each task, one that began before the trace may be there by its sub-tasks alone.
void TaskTracker::count_for_parent(TaskId parent) {
  if (!each_ || parent == kNoTask || parent == kBackgroundTask) return;
  ++tasks_[parent].sub_tasks;
}

void TaskTracker::count(const Task& task) {
  Group& group = groups_[task.name];
  if (task.begin && task.end) {
    group.durations.add(between(*task.begin, *task.end));
  } else if (task.begin) {
    ++group.unended;
  }
}

void TaskTracker::end_segment(const Moment& moment) {
  const auto from_start = [&](std::optional<Time> time) {
    return time ? std::optional(between(moment.start, *time)) : std::nullopt;
  };
  for (const auto& [id, task] : tasks_) {
    if (!task.end) count(task);
    if (!each_) continue;
    const bool top = task.parent == kNoTask || task.parent == kBackgroundTask;
    rows_.push_back({id, top ? std::nullopt : std::optional(task.parent),
                     task.name == kNoName ? std::nullopt : std::optional(std::string(names_.text(task.name))),
                     from_start(task.begin), from_start(task.end), task.sub_tasks});
  }
  tasks_.clear();
}

void TaskTracker::finish(Summary& summary) {
  for (const auto& [name, group] : groups_) {
    summary.tasks.push_back({name == kNoName ? std::nullopt : std::optional(std::string(names_.text(name))),
                             group.durations.count() + group.unended, group.durations, group.unended,
                             group.only_ended});
  }
  std::sort(summary.tasks.begin(), summary.tasks.end(), [](const TaskGroup& a, const TaskGroup& b) {
    const Time left = a.durations.total();
    const Time right = b.durations.total();
    return left != right ? left > right : a.name < b.name;
  });
  std::sort(rows_.begin(), rows_.end(), [](const TaskRow& a, const TaskRow& b) { return a.id < b.id; });
  summary.each_task = std::exchange(rows_, {});
}

}  // namespace tracecheck
