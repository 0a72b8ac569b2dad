#include "c_api/c_event.h"

#include <type_traits>

namespace tracecheck {
namespace {

template <EventKind kind, int number>
constexpr bool is_numbered() {
  return static_cast<int>(kind) == number;
}

// The numbers of the header are promised; those of the C++ enums are not.
static_assert(is_numbered<EventKind::Sync, TRACECHECK_SYNC>());
static_assert(is_numbered<EventKind::Metric, TRACECHECK_METRIC>());
static_assert(is_numbered<EventKind::Label, TRACECHECK_LABEL>());
static_assert(is_numbered<EventKind::StackSample, TRACECHECK_STACK_SAMPLE>());
static_assert(is_numbered<EventKind::RangeBegin, TRACECHECK_RANGE_BEGIN>());
static_assert(is_numbered<EventKind::RangeActive, TRACECHECK_RANGE_ACTIVE>());
static_assert(is_numbered<EventKind::RangeEnd, TRACECHECK_RANGE_END>());
static_assert(is_numbered<EventKind::TaskBegin, TRACECHECK_TASK_BEGIN>());
static_assert(is_numbered<EventKind::TaskEnd, TRACECHECK_TASK_END>());
static_assert(is_numbered<EventKind::RegionBegin, TRACECHECK_REGION_BEGIN>());
static_assert(is_numbered<EventKind::RegionEnd, TRACECHECK_REGION_END>());
static_assert(is_numbered<EventKind::Log, TRACECHECK_LOG>());
static_assert(is_numbered<EventKind::StateTransition, TRACECHECK_STATE_TRANSITION>());
static_assert(is_numbered<EventKind::Experimental, TRACECHECK_EXPERIMENTAL>());
static_assert(static_cast<int>(Verdict::Complete) == TRACECHECK_COMPLETE);
static_assert(static_cast<int>(Verdict::Truncated) == TRACECHECK_TRUNCATED);
static_assert(static_cast<int>(Verdict::Corrupt) == TRACECHECK_CORRUPT);
static_assert(static_cast<int>(Verdict::NotATrace) == TRACECHECK_NOT_A_TRACE);
static_assert(static_cast<int>(Verdict::NotJudged) == TRACECHECK_NOT_JUDGED);
static_assert(static_cast<int>(Verdict::Unreadable) == TRACECHECK_UNREADABLE);
static_assert(static_cast<int>(State::Undetermined) == TRACECHECK_UNDETERMINED);
static_assert(static_cast<int>(State::NotExist) == TRACECHECK_NOT_EXIST);
static_assert(static_cast<int>(State::Runnable) == TRACECHECK_RUNNABLE);
static_assert(static_cast<int>(State::Running) == TRACECHECK_RUNNING);
static_assert(static_cast<int>(State::Waiting) == TRACECHECK_BLOCKED);
static_assert(static_cast<int>(State::Syscall) == TRACECHECK_SYSCALL);
static_assert(static_cast<int>(State::Idle) == TRACECHECK_IDLE);
static_assert(static_cast<int>(ResourceKind::Goroutine) == TRACECHECK_GOROUTINE);
static_assert(static_cast<int>(ResourceKind::Proc) == TRACECHECK_PROC);

void set_resource(tracecheck_event& to, const Resource& resource) {
  to.resource_kind = static_cast<std::int32_t>(resource.kind);
  to.resource_id = resource.id;
}

void set_body(tracecheck_event& to, const Sync& sync) {
  to.value = sync.n;
  if (!sync.clock_snapshot) return;
  to.has_wall_clock = 1;
  to.wall_seconds = sync.clock_snapshot->wall_seconds;
  to.wall_nanoseconds = sync.clock_snapshot->wall_nanoseconds;
  to.snapshot_time = sync.clock_snapshot->trace;
}

void set_body(tracecheck_event& to, const Metric& metric) {
  to.name = c_text(metric.name);
  to.value = metric.value;
}

void set_body(tracecheck_event& to, const Label& label) {
  to.name = c_text(label.label);
  set_resource(to, label.resource);
}

void set_body(tracecheck_event& /*to*/, const StackSample& /*sample*/) {}

void set_body(tracecheck_event& to, const Range& range) { set_resource(to, range.resource); }

void set_body(tracecheck_event& to, const RangeEnd& range) {
  set_resource(to, range.resource);
  to.bytes_swept = range.bytes_swept;
  to.bytes_reclaimed = range.bytes_reclaimed;
}

void set_body(tracecheck_event& to, const Task& task) {
  to.task = task.id;
  to.parent_task = task.parent;
  to.name = c_text(task.type);
}

void set_body(tracecheck_event& to, const Region& region) {
  to.task = region.task;
  to.name = c_text(region.type);
}

void set_body(tracecheck_event& to, const Log& log) {
  to.task = log.task;
  to.name = c_text(log.category);
  to.text = c_text(log.message);
}

void set_body(tracecheck_event& to, const StateTransition& transition) {
  set_resource(to, transition.resource);
  to.from_state = static_cast<std::int32_t>(transition.from);
  to.to_state = static_cast<std::int32_t>(transition.to);
  to.name = c_text(transition.reason);
}

void set_body(tracecheck_event& to, const Experimental& experimental) {
  to.name = c_text(experimental.name);
  to.text = c_text(experimental.experiment);
  to.argument_count = experimental.argument_count;
  for (std::size_t i = 0; i < experimental.argument_count; ++i) {
    to.arguments[i] = {c_text(experimental.arguments[i].name), experimental.arguments[i].value};
  }
}

}  // namespace

tracecheck_text c_text(std::string_view text) { return {text.data() == nullptr ? "" : text.data(), text.size()}; }

tracecheck_event c_event(const Event& event, std::string& range_name) {
  tracecheck_event to{};
  to.kind = static_cast<std::int32_t>(event.kind());
  to.salvaged = event.salvaged ? 1 : 0;
  to.time = event.time;
  to.thread = event.thread;
  to.proc = event.proc;
  to.goroutine = event.goroutine;
  to.name = to.text = c_text({});
  for (tracecheck_argument& argument : to.arguments) argument.name = c_text({});
  to.lost_name = event.lost_text[0];
  to.lost_text = event.lost_text[1];
  to.task = to.parent_task = TRACECHECK_NO_TASK;
  to.resource_id = TRACECHECK_NONE;
  std::visit(
      [&](const auto& body) {
        set_body(to, body);
        if constexpr (std::is_base_of_v<Range, std::decay_t<decltype(body)>>) {
          range_name = body.name();
          to.name = c_text(range_name);
        }
      },
      event.body);
  return to;
}

tracecheck_damage c_damage(const Damage& damage) {
  tracecheck_damage to{};
  const auto number = [](const auto& id) { return id ? static_cast<std::int64_t>(*id) : TRACECHECK_NONE; };
  to.offset = damage.offset;
  to.length = damage.length;
  to.generation = number(damage.generation);
  to.batch = number(damage.batch);
  to.thread = number(damage.thread);
  to.truncated = damage.severity == Severity::Truncated ? 1 : 0;
  to.code = damage_code_name(damage.code).data();
  to.reading = reading_name(damage.reading).data();
  to.message = c_text(damage.message);
  return to;
}

}  // namespace tracecheck
