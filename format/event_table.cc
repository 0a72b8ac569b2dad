#include "format/event_table.h"

#include <initializer_list>
#include <unordered_map>

namespace tracecheck {
namespace {

constexpr ArgRole role_of(std::string_view name) {
  auto ends_with = [name](std::string_view suffix) {
    return name.size() >= suffix.size() && name.substr(name.size() - suffix.size()) == suffix;
  };
  if (name == "new_stack") return ArgRole::NewStackId;
  if (name == "stack") return ArgRole::StackId;
  if (name == "gstatus") return ArgRole::GoStatus;
  if (name == "pstatus") return ArgRole::ProcStatus;
  if (name == "g" || name == "new_g") return ArgRole::Goroutine;
  if (name == "p") return ArgRole::Proc;
  if (name == "m") return ArgRole::Thread;
  if (name == "task" || name == "parent_task") return ArgRole::Task;
  if (ends_with("_string")) return ArgRole::StringId;
  if (ends_with("_seq")) return ArgRole::Sequence;
  if (ends_with("_value")) return ArgRole::Value;
  return ArgRole::Number;
}

constexpr EventSpec row(std::string_view name, EventClass event_class, std::uint8_t since,
                        std::initializer_list<std::string_view> args, std::string_view experiment) {
  EventSpec spec;
  spec.name = name;
  spec.event_class = event_class;
  spec.since = since;
  spec.experiment = experiment;
  for (std::string_view arg : args) {
    const auto index = static_cast<std::int8_t>(spec.arg_count);
    const ArgRole role = role_of(arg);
    spec.args[spec.arg_count++] = {arg, role};
    if (role == ArgRole::StackId) spec.stack_arg = index;
    if (role == ArgRole::NewStackId) spec.new_stack_arg = index;
    if (role == ArgRole::StringId) spec.string_args[spec.string_args[0] < 0 ? 0 : 1] = index;
  }
  return spec;
}

constexpr EventSpec structural(std::string_view name, std::uint8_t since,
                               std::initializer_list<std::string_view> args = {}) {
  return row(name, EventClass::Structural, since, args, {});
}

constexpr EventSpec timed(std::string_view name, std::uint8_t since,
                          std::initializer_list<std::string_view> args = {}) {
  return row(name, EventClass::Timed, since, args, {});
}

constexpr EventSpec alloc_free(std::string_view name, std::initializer_list<std::string_view> args) {
  return row(name, EventClass::Timed, 23, args, "AllocFree");
}

constexpr std::array<EventSpec, 256> make_table() {
  std::array<EventSpec, 256> table{};
  auto set = [&table](EventType type, const EventSpec& spec) { table[static_cast<std::size_t>(type)] = spec; };
  using T = EventType;

  set(T::EventBatch, structural("EventBatch", 22, {"gen", "m", "time", "size"}));
  set(T::Stacks, structural("Stacks", 22));
  set(T::Stack, structural("Stack", 22, {"id", "nframes"}));
  set(T::Strings, structural("Strings", 22));
  set(T::String, structural("String", 22, {"id"}));
  set(T::CPUSamples, structural("CPUSamples", 22));
  set(T::CPUSample, structural("CPUSample", 22, {"time", "m", "p", "g", "stack"}));
  set(T::Frequency, structural("Frequency", 22, {"freq"}));

  set(T::ProcsChange, timed("ProcsChange", 22, {"procs_value", "stack"}));
  set(T::ProcStart, timed("ProcStart", 22, {"p", "p_seq"}));
  set(T::ProcStop, timed("ProcStop", 22));
  set(T::ProcSteal, timed("ProcSteal", 22, {"p", "p_seq", "m"}));
  set(T::ProcStatus, timed("ProcStatus", 22, {"p", "pstatus"}));
  set(T::GoCreate, timed("GoCreate", 22, {"new_g", "new_stack", "stack"}));
  set(T::GoCreateSyscall, timed("GoCreateSyscall", 22, {"new_g"}));
  set(T::GoStart, timed("GoStart", 22, {"g", "g_seq"}));
  set(T::GoDestroy, timed("GoDestroy", 22));
  set(T::GoDestroySyscall, timed("GoDestroySyscall", 22));
  set(T::GoStop, timed("GoStop", 22, {"reason_string", "stack"}));
  set(T::GoBlock, timed("GoBlock", 22, {"reason_string", "stack"}));
  set(T::GoUnblock, timed("GoUnblock", 22, {"g", "g_seq", "stack"}));
  set(T::GoSyscallBegin, timed("GoSyscallBegin", 22, {"p_seq", "stack"}));
  set(T::GoSyscallEnd, timed("GoSyscallEnd", 22));
  set(T::GoSyscallEndBlocked, timed("GoSyscallEndBlocked", 22));
  set(T::GoStatus, timed("GoStatus", 22, {"g", "m", "gstatus"}));
  set(T::STWBegin, timed("STWBegin", 22, {"kind_string", "stack"}));
  set(T::STWEnd, timed("STWEnd", 22));
  set(T::GCActive, timed("GCActive", 22, {"gc_seq"}));
  set(T::GCBegin, timed("GCBegin", 22, {"gc_seq", "stack"}));
  set(T::GCEnd, timed("GCEnd", 22, {"gc_seq"}));
  set(T::GCSweepActive, timed("GCSweepActive", 22, {"p"}));
  set(T::GCSweepBegin, timed("GCSweepBegin", 22, {"stack"}));
  set(T::GCSweepEnd, timed("GCSweepEnd", 22, {"swept_value", "reclaimed_value"}));
  set(T::GCMarkAssistActive, timed("GCMarkAssistActive", 22, {"g"}));
  set(T::GCMarkAssistBegin, timed("GCMarkAssistBegin", 22, {"stack"}));
  set(T::GCMarkAssistEnd, timed("GCMarkAssistEnd", 22));
  set(T::HeapAlloc, timed("HeapAlloc", 22, {"heapalloc_value"}));
  set(T::HeapGoal, timed("HeapGoal", 22, {"heapgoal_value"}));
  set(T::GoLabel, timed("GoLabel", 22, {"label_string"}));
  set(T::UserTaskBegin, timed("UserTaskBegin", 22, {"task", "parent_task", "name_string", "stack"}));
  set(T::UserTaskEnd, timed("UserTaskEnd", 22, {"task", "stack"}));
  set(T::UserRegionBegin, timed("UserRegionBegin", 22, {"task", "name_string", "stack"}));
  set(T::UserRegionEnd, timed("UserRegionEnd", 22, {"task", "name_string", "stack"}));
  set(T::UserLog, timed("UserLog", 22, {"task", "key_string", "value_string", "stack"}));

  set(T::GoSwitch, timed("GoSwitch", 23, {"g", "g_seq"}));
  set(T::GoSwitchDestroy, timed("GoSwitchDestroy", 23, {"g", "g_seq"}));
  set(T::GoCreateBlocked, timed("GoCreateBlocked", 23, {"new_g", "new_stack", "stack"}));
  set(T::GoStatusStack, timed("GoStatusStack", 23, {"g", "m", "gstatus", "stack"}));
  set(T::ExperimentalBatch, structural("ExperimentalBatch", 23, {"exp", "gen", "m", "time"}));

  set(T::Sync, structural("Sync", 25));
  // Its first field is a time delta, as in a timed event, but it stands in sync batches only.
  set(T::ClockSnapshot, structural("ClockSnapshot", 25, {"dt", "mono", "sec", "nsec"}));
  set(T::EndOfGeneration, structural("EndOfGeneration", 26));

  set(T::Span, alloc_free("Span", {"id", "npages_value", "kindclass"}));
  set(T::SpanAlloc, alloc_free("SpanAlloc", {"id", "npages_value", "kindclass"}));
  set(T::SpanFree, alloc_free("SpanFree", {"id"}));
  set(T::HeapObject, alloc_free("HeapObject", {"id", "type"}));
  set(T::HeapObjectAlloc, alloc_free("HeapObjectAlloc", {"id", "type"}));
  set(T::HeapObjectFree, alloc_free("HeapObjectFree", {"id"}));
  set(T::GoroutineStack, alloc_free("GoroutineStack", {"id", "order"}));
  set(T::GoroutineStackAlloc, alloc_free("GoroutineStackAlloc", {"id", "order"}));
  set(T::GoroutineStackFree, alloc_free("GoroutineStackFree", {"id"}));
  return table;
}

}  // namespace

// Made by the compiler: there from the start, whoever asks first.
constinit const std::array<EventSpec, 256> kEventTable = make_table();

EventType event_type_by_name(std::string_view name) {
  static const std::unordered_map<std::string_view, EventType> all = [] {
    std::unordered_map<std::string_view, EventType> result;
    for (std::size_t i = 0; i < kEventTable.size(); ++i) {
      if (!kEventTable[i].name.empty()) result.emplace(kEventTable[i].name, static_cast<EventType>(i));
    }
    return result;
  }();
  const auto found = all.find(name);
  return found == all.end() ? EventType::None : found->second;
}

std::string event_type_name(EventType type) {
  const EventSpec& spec = event_spec(type);
  if (!spec.name.empty()) return std::string(spec.name);
  return "type " + std::to_string(static_cast<int>(type));
}

}  // namespace tracecheck
