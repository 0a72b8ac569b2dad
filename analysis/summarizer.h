// From events to a Summary, in one pass. Memory is in proportion to the goroutines, tasks and open regions that are
// there at one time and to the different names; and to all goroutines or tasks, if each is asked for.
//
//   Summarizer summarizer;
//   while (const Event* event = reader.next()) {
//     if (...another segment begins with it) summarizer.begin_segment();
//     summarizer.add(*event);
//   }
//   const Summary summary = summarizer.finish();
#pragma once

#include "analysis/goroutine_tracker.h"
#include "analysis/pause_tracker.h"
#include "analysis/summary.h"
#include "analysis/task_tracker.h"
#include "tracecheck/salvage.h"

namespace tracecheck {

struct SummaryOptions {
  bool each_goroutine = false;
  bool each_task = false;
};

class Summarizer {
 public:
  explicit Summarizer(SummaryOptions options = {}) : goroutines_(options.each_goroutine), tasks_(options.each_task) {}
  Summarizer(const Summarizer&) = delete;
  Summarizer& operator=(const Summarizer&) = delete;

  /// The next event is the first of another trace in the stream. Need not be called before the first one.
  void begin_segment();

  /// Takes in the next event; salvaged ones, too. None of its views is kept.
  void add(const Event& event);

  /// No more events come.
  Summary finish();

 private:
  void end_segment();
  void transition(const Event& event, const StateTransition& transition);
  void range_begins(const Event& event, const Range& range, bool active);
  void range_ends(const Event& event, const Range& range);

  Moment moment_;
  bool begun_ = false;
  std::uint64_t gap_at_ = 0;  // the Sync at which a gap was seen last
  Summary summary_;
  GoroutineTracker goroutines_;
  TaskTracker tasks_;
  PauseTracker pauses_;
};

/// Reads to the end.
Summary summarize(SalvageReader& reader, SummaryOptions options = {});

}  // namespace tracecheck
