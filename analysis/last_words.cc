#include "analysis/last_words.h"

#include <algorithm>

namespace tracecheck {
namespace {

void set_text(std::optional<std::string>& text, const Generation& generation, std::uint64_t id) {
  const Text* found = generation.text(id);
  if (found == nullptr) return text.reset();
  if (!text) text.emplace();
  text->assign(found->view());
}

// Every log is the last one for a while, so what an earlier one has allocated is used again.
void set_log(std::optional<LastLog>& log, const OrderedEvent& event, Time time, std::optional<Time> trace_start,
             const Generation& generation) {
  if (!log) log.emplace();
  log->time = time;
  log->trace_start = trace_start;
  log->goroutine.reset();
  if (event.goroutine != kNone) log->goroutine = event.goroutine;
  log->task = event.args[0];
  log->category_id = event.args[1];
  log->message_id = event.args[2];
  set_text(log->category, generation, event.args[1]);
  set_text(log->message, generation, event.args[2]);
}

bool is_later(std::optional<Stamp>& last, const Stamp& now) {
  if (last && now < *last) return false;
  last = now;
  return true;
}

}  // namespace

const LastLog* LastWords::last_log() const {
  // None is earlier than any.
  const std::optional<LastLog>& last = lost_stamp_ > readable_stamp_ ? lost_log : readable_log;
  return last ? &*last : nullptr;
}

void LastWords::begin_trace(std::size_t number, Time start) {
  trace_ = number;
  trace_start_ = start;
  last_time = start;
}

void LastWords::see(const OrderedEvent& event, Time time, const Generation& generation) {
  if (time > last_time) last_time = time;
  const Stamp now{trace_, time, event.thread};
  switch (event.type) {
    case EventType::HeapAlloc:
      if (is_later(live_stamp_, now)) heap_live = event.args[0];
      break;
    case EventType::HeapGoal:
      if (is_later(goal_stamp_, now)) heap_goal = event.args[0];
      break;
    case EventType::GCActive:
    case EventType::GCBegin: gc_on = true; break;
    case EventType::GCEnd: gc_on = false; break;
    case EventType::UserLog:
      if (generation.text(event.args[1]) != nullptr && generation.text(event.args[2]) != nullptr) {
        if (is_later(readable_stamp_, now)) set_log(readable_log, event, time, trace_start_, generation);
      } else if (is_later(lost_stamp_, now)) {
        set_log(lost_log, event, time, trace_start_, generation);
      }
      break;
    default: break;
  }
}

void LastWords::add(const LastWords& later) {
  last_time = std::max(last_time, later.last_time);
  if (later.gc_on) gc_on = later.gc_on;
  const auto overtakes = [this](std::optional<Stamp>& last, const std::optional<Stamp>& now) {
    return now && is_later(last, {trace_, now->time, now->thread});
  };
  const auto take_log = [this](std::optional<LastLog>& log, const std::optional<LastLog>& now) {
    log = now;
    log->trace_start = trace_start_;
  };
  if (overtakes(live_stamp_, later.live_stamp_)) heap_live = later.heap_live;
  if (overtakes(goal_stamp_, later.goal_stamp_)) heap_goal = later.heap_goal;
  if (overtakes(readable_stamp_, later.readable_stamp_)) take_log(readable_log, later.readable_log);
  if (overtakes(lost_stamp_, later.lost_stamp_)) take_log(lost_log, later.lost_log);
}

}  // namespace tracecheck
