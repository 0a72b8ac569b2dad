#include "tracecheck/event.h"

#include "reader/stack_table.h"

namespace tracecheck {

std::vector<Frame> Stack::frames() const {
  return table_ == nullptr || id_ == 0 ? std::vector<Frame>() : table_->frames(id_);
}

bool Stack::lost() const { return table_ != nullptr && !table_->contains(id_); }

std::string Range::name() const {
  switch (type) {
    case RangeType::StopTheWorld: return "stop-the-world (" + std::string(stop_kind) + ")";
    case RangeType::GCMark: return "GC concurrent mark phase";
    case RangeType::GCSweep: return "GC incremental sweep";
    case RangeType::GCMarkAssist: return "GC mark assist";
  }
  return {};
}

std::string_view state_name(State state) {
  switch (state) {
    case State::Undetermined: return "Undetermined";
    case State::NotExist: return "NotExist";
    case State::Runnable: return "Runnable";
    case State::Running: return "Running";
    case State::Waiting: return "Waiting";
    case State::Syscall: return "Syscall";
    case State::Idle: return "Idle";
  }
  return {};
}

std::string_view event_kind_name(EventKind kind) {
  switch (kind) {
    case EventKind::Sync: return "Sync";
    case EventKind::Metric: return "Metric";
    case EventKind::Label: return "Label";
    case EventKind::StackSample: return "StackSample";
    case EventKind::RangeBegin: return "RangeBegin";
    case EventKind::RangeActive: return "RangeActive";
    case EventKind::RangeEnd: return "RangeEnd";
    case EventKind::TaskBegin: return "TaskBegin";
    case EventKind::TaskEnd: return "TaskEnd";
    case EventKind::RegionBegin: return "RegionBegin";
    case EventKind::RegionEnd: return "RegionEnd";
    case EventKind::Log: return "Log";
    case EventKind::StateTransition: return "StateTransition";
    case EventKind::Experimental: return "Experimental";
  }
  return {};
}

}  // namespace tracecheck
