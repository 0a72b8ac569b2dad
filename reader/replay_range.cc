// Ranges and the GC: FORMAT.md section 6, rows STWBegin to GCEnd.
#include <algorithm>

#include "format/event_table.h"
#include "reader/replay.h"

namespace tracecheck {

bool Replay::open_range(const Try& t, std::vector<OpenRange>& ranges, OpenRange range) {
  if (std::find(ranges.begin(), ranges.end(), range) != ranges.end()) {
    broken(t, "begins what is under way already");
    return false;
  }
  ranges.push_back(range);
  return true;
}

bool Replay::active_range(const Try& t, std::vector<OpenRange>& ranges, OpenRange range, const Resource& resource) {
  if (guess_) return guess_range(t, ranges, range, resource);
  if (first_generation()) return open_range(t, ranges, range);
  if (std::find(ranges.begin(), ranges.end(), range) == ranges.end()) {
    broken(t, "tells of a range that never began");
    return false;
  }
  return true;
}

bool Replay::close_range(const Try& t, std::vector<OpenRange>& ranges, EventType begin, std::uint64_t& kind) {
  const auto found = std::find_if(ranges.begin(), ranges.end(), [=](const OpenRange& r) { return r.begin == begin; });
  if (found == ranges.end()) {
    broken(t, "ends what never began");
    return false;
  }
  kind = found->kind;
  *found = ranges.back();
  ranges.pop_back();
  return true;
}

Advance Replay::go_range_begin(Try& t) {
  if (!check_context(t, Need::Must, Need::Must)) return Advance::Broken;
  Goroutine* current = current_goroutine(t);
  if (current == nullptr) return broken(t, "happens on a goroutine that does not exist");
  const std::uint64_t kind = t.event.type == EventType::STWBegin ? t.event.args[0] : 0;
  if (!open_range(t, open_on(*current).ranges, {t.event.type, kind})) return Advance::Broken;
  note_range_begin(goroutine_resource(current->id));
  emit(t);
  return Advance::Advanced;
}

Advance Replay::go_range_end(Try& t) {
  if (!check_context(t, Need::Must, Need::Must)) return Advance::Broken;
  Goroutine* current = current_goroutine(t);
  if (current == nullptr) return broken(t, "happens on a goroutine that does not exist");
  const bool stop = t.event.type == EventType::STWEnd;
  std::uint64_t kind = 0;
  if (!close_range(t, open_on(*current).ranges, stop ? EventType::STWBegin : EventType::GCMarkAssistBegin, kind)) {
    return Advance::Broken;
  }
  OrderedEvent& event = emit(t);
  if (stop) event.args[0] = kind;
  return Advance::Advanced;
}

Advance Replay::mark_assist_active(Try& t) {
  Goroutine* named = goroutine(static_cast<GoroutineId>(t.event.args[0]));
  if (named == nullptr) return broken(t, "names a goroutine that does not exist");
  const Resource who = goroutine_resource(named->id);
  if (!active_range(t, open_on(*named).ranges, {EventType::GCMarkAssistBegin, 0}, who)) return Advance::Broken;
  emit(t);
  return Advance::Advanced;
}

Advance Replay::sweep_begin(Try& t) {
  if (!check_context(t, Need::Must, Need::May)) return Advance::Broken;
  Proc* held = current_proc(t);
  if (held == nullptr) return broken(t, "happens on a proc that does not exist");
  if (!open_range(t, held->ranges, {EventType::GCSweepBegin, 0})) return Advance::Broken;
  note_range_begin(proc_resource(held->id));
  emit(t);
  return Advance::Advanced;
}

Advance Replay::sweep_end(Try& t) {
  if (!check_context(t, Need::Must, Need::May)) return Advance::Broken;
  Proc* held = current_proc(t);
  if (held == nullptr) return broken(t, "happens on a proc that does not exist");
  std::uint64_t kind = 0;
  if (!close_range(t, held->ranges, EventType::GCSweepBegin, kind)) return Advance::Broken;
  emit(t);
  return Advance::Advanced;
}

Advance Replay::sweep_active(Try& t) {
  Proc* named = proc(static_cast<ProcId>(t.event.args[0]));
  if (named == nullptr) return broken(t, "names a proc that does not exist");
  const Resource who = proc_resource(named->id);
  if (!active_range(t, named->ranges, {EventType::GCSweepBegin, 0}, who)) return Advance::Broken;
  emit(t);
  return Advance::Advanced;
}

Advance Replay::gc_active(Try& t) {
  const std::uint64_t number = t.event.args[0];
  if (first_generation()) {
    if (gc_state_ != GCState::Undetermined) return broken(t, "is not the first that is told of the GC");
    gc_sequence_ = number;
    gc_state_ = GCState::On;
    emit(t);
    return Advance::Advanced;
  }
  if (number != gc_sequence_ + 1) return Advance::NotYet;
  if (gc_state_ != GCState::On) return broken(t, "happens while no GC is under way");
  if (!check_context(t, Need::Must, Need::Must)) return Advance::Broken;
  gc_sequence_ = number;
  emit(t);
  return Advance::Advanced;
}

Advance Replay::gc_begin(Try& t) {
  const std::uint64_t number = t.event.args[0];
  if (gc_state_ != GCState::Undetermined) {
    if (number != gc_sequence_ + 1) return Advance::NotYet;
    if (gc_state_ == GCState::On) return broken(t, "happens while a GC is under way");
    if (!check_context(t, Need::Must, Need::Must)) return Advance::Broken;
  }
  gc_sequence_ = number;
  gc_state_ = GCState::On;
  emit(t);
  return Advance::Advanced;
}

Advance Replay::gc_end(Try& t) {
  const std::uint64_t number = t.event.args[0];
  if (number != gc_sequence_ + 1) return Advance::NotYet;
  if (gc_state_ != GCState::On) return broken(t, "happens while no GC is under way");
  if (!check_context(t, Need::Must, Need::Must)) return Advance::Broken;
  gc_sequence_ = number;
  gc_state_ = GCState::Off;
  emit(t);
  return Advance::Advanced;
}

}  // namespace tracecheck
