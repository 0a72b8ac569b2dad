#include "export/timeline.h"

#include <algorithm>

#include "analysis/context_stack.h"
#include "export/lost_text.h"
#include "format/clock.h"

namespace tracecheck {
namespace {

struct NamedCounter {
  std::string_view metric;
  CounterId counter;
};
constexpr NamedCounter kMetrics[] = {{"/memory/classes/heap/objects:bytes", CounterId::HeapObjects},
                                     {"/gc/heap/goal:bytes", CounterId::HeapGoal},
                                     {"/sched/gomaxprocs:threads", CounterId::ProcLimit}};

// Without the last argument, the task, where there is none.
std::span<const Argument> of_task(std::span<const Argument> arguments, TaskId task) {
  return arguments.first(arguments.size() - (task == kBackgroundTask || task == kNoTask ? 1 : 0));
}

}  // namespace

void Timeline::segment(Time start) {
  start_ = start;
  last_ = 0;
  floor_ = 0;
  syncs_ = started_anew_at_ = 0;
}

void Timeline::event(std::string& out, const Event& event, bool selected) {
  now_ = {&out, &event, std::max<Time>(elapsed(start_, event.time), 0), selected};
  last_ = std::max(last_, now_.time);
  name_running_goroutine();
  std::visit([this](const auto& body) { follow(body); }, event.body);
}

// By the stack of whatever it does.
void Timeline::name_running_goroutine() {
  const Event& event = *now_.event;
  if (!has_stack_of_context(event)) return;
  if (Goroutine* goroutine = goroutines_.get(event.goroutine)) learn_name(*goroutine, event.stack);
}

void Timeline::finish(std::string& out) {
  now_ = {&out, nullptr, last_, false};
  end_all();
}

// Without an end of their own, tracks end with what was last on them.
void Timeline::end_all() {
  goroutines_.for_each([this](Goroutine& goroutine) { destroy(goroutine); });
  procs_.for_each([this](Proc& proc) {
    end_all(proc.running.lane, track_of(TrackKind::Proc, proc.id));
    end_all(proc.sweep, track_of(TrackKind::Sweep, proc.id));
  });
  threads_.for_each([this](Thread& thread) { end_all(thread.running.lane, track_of(TrackKind::Thread, thread.id)); });
  tasks_.for_each([this](Task& task) { end(task.lane, track_of(TrackKind::Task, task.id), names_.text(task.name)); });
  end_all(gc_, {TrackKind::Gc, 0});
  end_all(stop_the_world_, {TrackKind::StopTheWorld, 0});
  goroutines_ = {};
  procs_ = {};
  threads_ = {};
  tasks_ = {};
  gc_ = stop_the_world_ = {};
  counters_ = {};
  counts_ = {};
}

// Behind a gap the reader knows nothing of what was before: what is still there says so, and the rest may be gone.
void Timeline::start_anew() {
  if (syncs_ <= 1 || started_anew_at_ == syncs_) return;
  started_anew_at_ = syncs_;
  end_all();
  floor_ = last_;
}

// What was so as tracing began is drawn from there on.
Time Timeline::begin_time(bool was_so_before) const {
  return was_so_before && syncs_ == 1 && !now_.event->salvaged ? 0 : now_.time;
}

// Tracks

void Timeline::describe(Lane& lane, const Track& track, std::string_view name) {
  if (!now_.selected || lane.described != 0) return;
  writer_.describe(*now_.out, now_.time, track, name);
  lane.described = 1;
}

void Timeline::begin(Lane& lane, const Track& track, const MarkContent& content, Time time) {
  if (!now_.selected) return;
  // Behind damage, times may step back; slices must not.
  lane.changed = std::max({lane.changed, floor_, time});
  writer_.begin(*now_.out, lane.changed, track, content);
  ++lane.depth;
}

void Timeline::end(Lane& lane, const Track& track, std::string_view name) {
  if (lane.depth == 0) return;
  lane.changed = std::max({lane.changed, floor_, now_.time});
  writer_.end(*now_.out, lane.changed, track, name);
  --lane.depth;
}

void Timeline::end_all(Lane& lane, const Track& track) {
  while (lane.depth != 0) end(lane, track);
}

void Timeline::instant(Lane& lane, const Track& track, const MarkContent& content) {
  if (!now_.selected) return;
  writer_.instant(*now_.out, std::max({lane.changed, floor_, now_.time}), track, content);
}

std::string Timeline::goroutine_name(const Goroutine& goroutine) const {
  std::string name = "G" + std::to_string(static_cast<std::uint64_t>(goroutine.id));
  if (goroutine.function != kNoName) {
    name += ' ';
    name += names_.text(goroutine.function);
  }
  return name;
}

// The goroutine that runs; null for none. One that no transition told of is only there behind damage.
Timeline::Goroutine* Timeline::known_goroutine() {
  const Event& event = *now_.event;
  if (event.goroutine == kNone) return nullptr;
  return event.salvaged ? &goroutines_.find_or_add(event.goroutine) : goroutines_.get(event.goroutine);
}

// An instant on the goroutine that runs, else on the proc, else on the thread.
void Timeline::instant_on_context(const MarkContent& content) {
  if (!now_.selected) return;
  const Event& event = *now_.event;
  if (Goroutine* goroutine = known_goroutine()) {
    const Track track = track_of(TrackKind::Goroutine, goroutine->id);
    describe(goroutine->states, track, goroutine_name(*goroutine));
    instant(goroutine->states, track, content);
  } else if (event.proc != kNone) {
    Proc& proc = procs_.find_or_add(event.proc);
    const Track track = track_of(TrackKind::Proc, proc.id);
    describe(proc.running.lane, track, "P" + std::to_string(track.id));
    instant(proc.running.lane, track, content);
  } else {
    Thread& thread = threads_.find_or_add(event.thread);
    const Track track = track_of(TrackKind::Thread, thread.id);
    describe(thread.running.lane, track, "M" + std::to_string(track.id));
    instant(thread.running.lane, track, content);
  }
}

// Counters

void Timeline::count(CounterId counter, std::uint64_t value) {
  const auto index = static_cast<std::size_t>(counter);
  if (!now_.selected) return;
  Lane& lane = counters_[index];
  const Track track{TrackKind::Counter, index};
  describe(lane, track, counter_name(counter));
  lane.changed = std::max({lane.changed, floor_, now_.time});
  writer_.count(*now_.out, lane.changed, counter, value);
}

// Events other than transitions

void Timeline::follow(const Sync& sync) {
  ++syncs_;
  if (!sync.begins_generation) return;
  writer_.generation_begins(*now_.out);
  forget_unused_names();
}

void Timeline::follow(const Metric& metric) {
  for (const NamedCounter& known : kMetrics) {
    if (metric.name == known.metric) count(known.counter, metric.value);
  }
}

void Timeline::follow(const Label& label) {
  const std::string name = "label: " + text_or_id(label.label, now_.event->lost_text[0]);
  instant_on_context({.category = "label", .name = name, .arguments = {}, .stack = shown(now_.event->stack)});
}

void Timeline::follow(const StackSample&) {
  instant_on_context({.category = "sample", .name = "CPU sample", .arguments = {}, .stack = shown(now_.event->stack)});
}

void Timeline::follow(const Log& log) {
  const std::string category = text_or_id(log.category, now_.event->lost_text[0]);
  const std::string message = text_or_id(log.message, now_.event->lost_text[1]);
  const std::string name = category.empty() ? message : category + ": " + message;
  const Argument arguments[] = {
      {"category", std::string_view(category)}, {"message", std::string_view(message)}, {"task", log.task}};
  instant_on_context(
      {.category = "log", .name = name, .arguments = of_task(arguments, log.task), .stack = shown(now_.event->stack)});
}

void Timeline::follow(const Experimental& body) {
  std::array<Argument, std::tuple_size_v<decltype(body.arguments)>> arguments{};
  for (std::size_t i = 0; i < body.argument_count; ++i) {
    arguments[i] = {body.arguments[i].name, body.arguments[i].value};
  }
  instant_on_context({.category = body.experiment,
                      .name = body.name,
                      .arguments = std::span(arguments).first(body.argument_count),
                      .stack = shown(now_.event->stack)});
}

void Timeline::follow(const TaskBegin& begins) {
  Task& task = tasks_.find_or_add(static_cast<std::int64_t>(begins.id));
  const Track track{TrackKind::Task, begins.id};
  const std::string type = text_or_id(begins.type, now_.event->lost_text[0]);
  const std::string name = type + " (task " + std::to_string(begins.id) + ")";
  end(task.lane, track, task.name == kNoName ? std::string_view() : names_.text(task.name));
  task.name = names_.intern(name);
  describe(task.lane, track, type);
  const Argument arguments[] = {{"task", begins.id}, {"parent", begins.parent}};
  begin(task.lane, track,
        {.category = "task",
         .name = name,
         .arguments = of_task(arguments, begins.parent),
         .stack = shown(now_.event->stack)},
        now_.time);
}

// A task that began before tracing did has no slice.
void Timeline::follow(const TaskEnd& ends) {
  const auto id = static_cast<std::int64_t>(ends.id);
  const Slot slot = tasks_.find(id);
  if (slot == kNoSlot) return;
  const Track track{TrackKind::Task, ends.id};
  end(tasks_[slot].lane, track, names_.text(tasks_[slot].name));
  tasks_.erase(slot);
  writer_.forget(*now_.out, track);
}

void Timeline::follow(const RegionBegin& begins) {
  Goroutine* goroutine = known_goroutine();
  if (goroutine == nullptr) return;
  const Track track = track_of(TrackKind::Region, goroutine->id);
  describe(goroutine->regions, track, goroutine_name(*goroutine) + " regions");
  const Argument arguments[] = {{"task", begins.task}};
  const std::string name = text_or_id(begins.type, now_.event->lost_text[0]);
  begin(goroutine->regions, track,
        {.category = "region",
         .name = name,
         .arguments = of_task(arguments, begins.task),
         .stack = shown(now_.event->stack)},
        now_.time);
  goroutine->written_regions = goroutine->written_regions << 1U | (now_.selected ? 1U : 0U);
}

void Timeline::follow(const RegionEnd&) {
  Goroutine* goroutine = goroutines_.get(now_.event->goroutine);
  if (goroutine == nullptr) return;
  if ((goroutine->written_regions & 1U) != 0) end(goroutine->regions, track_of(TrackKind::Region, goroutine->id));
  goroutine->written_regions >>= 1U;
}

// Ranges

void Timeline::follow(const RangeBegin& range) { range_begins(range, now_.time); }

void Timeline::follow(const RangeActive& range) { range_begins(range, begin_time(true)); }

void Timeline::range_begins(const Range& range, Time time) {
  const std::string name = range_name(range, now_.event->lost_text[0]);
  const MarkContent content{.category = "GC", .name = name, .arguments = {}, .stack = shown(now_.event->stack)};
  const std::int64_t id = range.resource.id;
  switch (range.type) {
    case RangeType::GCMark:
      if (gc_.depth != 0) return;
      describe(gc_, {TrackKind::Gc, 0}, "GC");
      return begin(gc_, {TrackKind::Gc, 0}, content, time);
    case RangeType::StopTheWorld:
      describe(stop_the_world_, {TrackKind::StopTheWorld, 0}, "stop-the-world");
      return begin(stop_the_world_, {TrackKind::StopTheWorld, 0}, content, time);
    case RangeType::GCSweep: {
      Proc& proc = procs_.find_or_add(id);
      if (proc.sweep.depth != 0) return;
      describe(proc.sweep, track_of(TrackKind::Sweep, id), "P" + std::to_string(id) + " sweep");
      return begin(proc.sweep, track_of(TrackKind::Sweep, id), content, time);
    }
    case RangeType::GCMarkAssist: {
      Goroutine& goroutine = goroutines_.find_or_add(id);
      if (goroutine.assist.depth != 0) return;
      describe(goroutine.assist, track_of(TrackKind::MarkAssist, id), goroutine_name(goroutine) + " mark assist");
      return begin(goroutine.assist, track_of(TrackKind::MarkAssist, id), content, time);
    }
  }
}

void Timeline::follow(const RangeEnd& range) {
  const std::int64_t id = range.resource.id;
  switch (range.type) {
    case RangeType::GCMark: return end(gc_, {TrackKind::Gc, 0});
    case RangeType::StopTheWorld: return end(stop_the_world_, {TrackKind::StopTheWorld, 0});
    case RangeType::GCSweep:
      if (Proc* proc = procs_.get(id)) end(proc->sweep, track_of(TrackKind::Sweep, id));
      return;
    case RangeType::GCMarkAssist:
      if (Goroutine* goroutine = goroutines_.get(id)) end(goroutine->assist, track_of(TrackKind::MarkAssist, id));
      return;
  }
}

}  // namespace tracecheck
