#include "analysis/last_words.h"

#include "reader/cursor.h"

namespace tracecheck {
namespace {

void set_text(std::optional<std::string>& text, const Generation& generation, std::uint64_t id) {
  const Text* found = generation.text(id);
  if (found == nullptr) return text.reset();
  if (!text) text.emplace();
  text->assign(found->view());
}

// Every log is the last one for a while, so what an earlier one has allocated is used again.
void set_log(std::optional<LastLog>& log, Time time, std::optional<GoroutineId> goroutine, const EventArgs& args,
             const Generation& generation) {
  if (!log) log.emplace();
  log->time = time;
  log->goroutine = goroutine;
  log->task = args[0];
  log->category_id = args[1];
  log->message_id = args[2];
  set_text(log->category, generation, args[1]);
  set_text(log->message, generation, args[2]);
}

// The latest of each kind by time: threads are read one after another.
class WireWords {
 public:
  explicit WireWords(const LastWords& before) : log_(before.last_time), alloc_(log_), goal_(log_), gc_(log_) {}

  void see(const RawEvent& event, const Generation& generation, LastWords& words) {
    switch (event.type) {
      case EventType::UserLog:
        if (event.time < log_) break;
        log_ = event.time;
        set_log(words.log, event.time, std::nullopt, event.args, generation);
        break;
      case EventType::HeapAlloc: latest(event, alloc_, words.heap_live, event.args[0]); break;
      case EventType::HeapGoal: latest(event, goal_, words.heap_goal, event.args[0]); break;
      case EventType::GCActive:
      case EventType::GCBegin: latest(event, gc_, words.gc_on, true); break;
      case EventType::GCEnd: latest(event, gc_, words.gc_on, false); break;
      default: break;
    }
  }

 private:
  template <typename Value>
  static void latest(const RawEvent& event, Time& last, std::optional<Value>& kept, Value value) {
    if (event.time < last) return;
    last = event.time;
    kept = value;
  }

  Time log_;
  Time alloc_;
  Time goal_;
  Time gc_;
};

}  // namespace

void LastWords::see(const OrderedEvent& event, const Generation& generation) {
  last_time = event.time;
  switch (event.type) {
    case EventType::HeapAlloc: heap_live = event.args[0]; break;
    case EventType::HeapGoal: heap_goal = event.args[0]; break;
    case EventType::GCActive:
    case EventType::GCBegin: gc_on = true; break;
    case EventType::GCEnd: gc_on = false; break;
    case EventType::UserLog: set_log(log, event.time, event.goroutine, event.args, generation); break;
    default: break;
  }
}

WireCount count_wire(const Generation& generation, Clock clock, LastWords& words) {
  WireCount count;
  count.events = generation.cpu_samples().size();
  WireWords latest(words);
  Time last_time = words.last_time;
  for (const ThreadBatches& thread : generation.threads()) {
    Cursor cursor(thread, clock);
    while (cursor.next() == Cursor::Step::Event) {
      const RawEvent& event = cursor.event();
      ++count.events;
      if (event.type == EventType::UserLog) {
        ++count.logs;
        const bool lost = generation.text(event.args[1]) == nullptr || generation.text(event.args[2]) == nullptr;
        count.logs_text_lost += lost ? 1 : 0;
      }
      latest.see(event, generation, words);
      if (event.time > last_time) last_time = event.time;
    }
  }
  words.last_time = last_time;
  return count;
}

}  // namespace tracecheck
