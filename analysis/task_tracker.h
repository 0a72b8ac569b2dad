// Follows user tasks. A part of Summarizer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "analysis/moment.h"
#include "analysis/summary.h"
#include "reader/id_hash.h"
#include "reader/name_pool.h"
#include "tracecheck/event.h"

namespace tracecheck {

class TaskTracker {
 public:
  /// `each`: every task is kept, ended ones too.
  explicit TaskTracker(bool each) : each_(each) {}

  void begins(const Event& event, const TaskBegin& task, const Moment& moment);
  void ends(const Event& event, const TaskEnd& task, const Moment& moment);
  /// The trace ends; ids mean other tasks from here on.
  void end_segment(const Moment& moment);
  /// Once all segments have ended.
  void finish(Summary& summary);

 private:
  struct Task {
    TaskId parent = kNoTask;
    NameId name = kNoName;
    std::optional<Time> begin;
    std::optional<Time> end;
    std::uint64_t sub_tasks = 0;
  };
  struct Group {
    Durations durations;
    std::uint64_t only_ended = 0;
    std::uint64_t unended = 0;
  };

  void count_for_parent(TaskId parent);
  void count(const Task& task);

  bool each_;
  NamePool names_;
  IdHashMap<TaskId, Task> tasks_;  // that are open; all, if each is asked for
  std::map<NameId, Group> groups_;
  std::vector<TaskRow> rows_;
};

}  // namespace tracecheck
