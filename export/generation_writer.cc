#include "export/generation_writer.h"

#include <algorithm>
#include <limits>

#include "format/event_table.h"
#include "format/limits.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

constexpr std::uint64_t kUnitsPerSecond = 1000000000;
constexpr std::uint64_t kLastTime = std::numeric_limits<Time>::max();
// Readers multiply a clock's units as a floating-point number: below this every whole number is one.
constexpr std::uint64_t kExactTimes = 1ULL << 53U;

constexpr char kStringsType = static_cast<char>(EventType::Strings);
constexpr std::string_view kNoStrings(&kStringsType, 1);

// The largest time up to `time` that readers do not round.
std::uint64_t exact_time(std::uint64_t time) { return time < kExactTimes ? time : time & ~std::uint64_t{1023}; }

std::uint64_t unsigned_time(Time time) { return time > 0 ? static_cast<std::uint64_t>(time) : 1; }

void append_type(std::string& out, EventType type) { out.push_back(static_cast<char>(type)); }

// What a lost text or stack is called.
std::string lost(std::string_view what, std::uint64_t id) {
  return std::string(what) + "#" + std::to_string(id) + " (lost)";
}

// But for the innermost one, what a runtime writes has no frame that lacks something.
void end_at_odd_frame(std::vector<Frame>& frames) {
  const auto is_odd = [](const Frame& f) {
    return f.pc == 0 || f.line == 0 || (f.function.empty() && f.lost_function == 0) ||
           (f.file.empty() && f.lost_file == 0);
  };
  if (frames.size() > 1) frames.erase(std::find_if(frames.begin() + 1, frames.end(), is_odd), frames.end());
}

}  // namespace

void SequenceNumbers::renumber(KeptEvent& event) {
  EventArgs& args = event.args;
  switch (event.type) {
    case EventType::GoStatus:
    case EventType::GoStatusStack:
    case EventType::GoCreate:
    case EventType::GoCreateBlocked:
    case EventType::GoCreateSyscall: goroutines_[args[0]] = 0; break;
    case EventType::GoStart:
    case EventType::GoUnblock:
    case EventType::GoSwitch:
    case EventType::GoSwitchDestroy: args[1] = ++goroutines_[args[0]]; break;
    case EventType::ProcStatus: procs_[args[0]] = 0; break;
    case EventType::ProcStart:
    case EventType::ProcSteal: args[1] = ++procs_[args[0]]; break;
    case EventType::GoSyscallBegin: args[0] = ++procs_[static_cast<std::uint64_t>(event.proc)]; break;
    case EventType::GCActive:
    case EventType::GCBegin:
    case EventType::GCEnd:
      if (gc_) args[0] = *gc_ + 1;
      gc_ = args[0];
      break;
    default: break;
  }
}

bool GenerationWriter::begin(const GenerationStart& start) {
  sequence_ = SequenceNumbers(start.gc);
  start_ = last_time_ = unsigned_time(start.time);
  return out_.begin_generation(start.number) && put_clock(start.snapshot);
}

bool GenerationWriter::put_clock(const std::optional<ClockSnapshot>& snapshot) {
  std::string data;
  if (has_sync_batches(out_.version())) append_type(data, EventType::Sync);
  append_type(data, EventType::Frequency);
  append_varint(data, kUnitsPerSecond);
  std::uint64_t time = exact_time(start_);
  if (snapshot) {
    time = exact_time(unsigned_time(snapshot->trace));
    append_type(data, EventType::ClockSnapshot);
    append_varint(data, unsigned_time(snapshot->trace) - time);
    append_varint(data, snapshot->monotonic);
    append_varint(data, snapshot->wall_seconds);
    append_varint(data, snapshot->wall_nanoseconds);
  }
  return out_.add_batch(event_batch(kNone, time), data);
}

bool GenerationWriter::add(KeptEvent event) {
  sequence_.renumber(event);
  // In strictly increasing times no reader finds another order.
  last_time_ = std::max(unsigned_time(event.time), std::min(last_time_ + 1, kLastTime));
  OpenBatch& batch = batches_[event.thread];
  const EventSpec& spec = event_spec(event.type);
  const std::size_t largest = 1 + (1 + spec.arg_count) * static_cast<std::size_t>(kMaxVarintBytes);
  if (batch.data.size() + largest > kMaxBatchSize || last_time_ - batch.last_event >= kExactTimes) {
    if (!put_events(event.thread, batch)) return false;
  }
  if (batch.data.empty()) batch.time = batch.last_event = exact_time(last_time_);
  append_type(batch.data, event.type);
  append_varint(batch.data, last_time_ - batch.last_event);
  for (std::size_t i = 0; i < spec.arg_count; ++i) {
    std::uint64_t value = event.args[i];
    const ArgRole role = spec.args[i].role;
    if (role == ArgRole::StringId) value = new_string(value);
    if (role == ArgRole::StackId || role == ArgRole::NewStackId) value = new_stack(value);
    append_varint(batch.data, value);
  }
  batch.last_event = last_time_;
  return true;
}

void GenerationWriter::add(const CpuSample& sample) {
  std::string record;
  append_type(record, EventType::CPUSample);
  append_varint(record, unsigned_time(sample.time));
  append_varint(record, static_cast<std::uint64_t>(sample.thread));
  append_varint(record, static_cast<std::uint64_t>(sample.proc));
  append_varint(record, sample.goroutine == kNone ? 0 : static_cast<std::uint64_t>(sample.goroutine));
  append_varint(record, new_stack(sample.stack));
  samples_.push_back(std::move(record));
}

bool GenerationWriter::add(const ExperimentalBatch& batch) {
  BatchHeader header = event_batch(batch.thread, exact_time(start_));
  header.type = EventType::ExperimentalBatch;
  header.experiment = batch.experiment;
  return out_.add_batch(header, {reinterpret_cast<const char*>(batch.data.data()), batch.data.size()});
}

bool GenerationWriter::finish() {
  for (auto& [thread, batch] : batches_) {
    if (!put_events(thread, batch)) return false;
  }
  std::vector<std::string> stacks;  // which name strings that come after them
  for (std::size_t i = 0; i < stacks_.size(); ++i) stacks.push_back(stack_record(stacks_[i], i + 1));
  out_.set_free_string(strings_.size() + 1);
  // Up to 1.25 a generation shows by its last batch, one of strings, that it is whole: there is one even without any.
  return put_table(EventType::CPUSamples, samples_) && put_table(EventType::Stacks, stacks) &&
         (strings_.empty() ? out_.add_batch(event_batch(kNone, exact_time(start_)), kNoStrings)
                           : put_table(EventType::Strings, strings_));
}

bool GenerationWriter::put_events(ThreadId thread, OpenBatch& batch) {
  if (batch.data.empty()) return true;
  const bool taken = out_.add_batch(event_batch(thread, batch.time), batch.data);
  batch.data.clear();
  return taken;
}

bool GenerationWriter::put_table(EventType type, const std::vector<std::string>& records) {
  const BatchHeader header = event_batch(kNone, exact_time(start_));
  std::string data;
  for (const std::string& record : records) {
    if (data.size() + record.size() > kMaxBatchSize) {
      if (!out_.add_batch(header, data)) return false;
      data.clear();
    }
    if (data.empty()) append_type(data, type);
    data += record;
  }
  return data.empty() || out_.add_batch(header, data);
}

std::uint64_t GenerationWriter::new_string(std::uint64_t id) {
  if (id == 0) return 0;
  const auto [found, inserted] = new_strings_.try_emplace(id, 0);
  if (inserted) {
    const Text* text = tables_.text(id);
    found->second = append_string(text != nullptr ? text->view() : lost("string", id));
  }
  return found->second;
}

std::uint64_t GenerationWriter::new_stack(std::uint64_t id) {
  if (id == 0) return 0;
  const auto [found, inserted] = new_stacks_.try_emplace(id, stacks_.size() + 1);
  if (inserted) stacks_.push_back(id);
  return found->second;
}

std::uint64_t GenerationWriter::frame_string(std::string_view text, std::uint64_t lost_id) {
  const std::string name = lost_id == 0 ? std::string(text) : lost("string", lost_id);
  if (name.empty()) return 0;
  const auto [found, inserted] = frame_strings_.try_emplace(name, 0);
  if (inserted) found->second = append_string(name);
  return found->second;
}

std::uint64_t GenerationWriter::append_string(std::string_view text) {
  std::string record;
  append_type(record, EventType::String);
  append_varint(record, strings_.size() + 1);
  append_varint(record, text.size());
  record += text;
  strings_.push_back(std::move(record));
  return strings_.size();
}

std::string GenerationWriter::stack_record(std::uint64_t id, std::uint64_t new_id) {
  std::vector<Frame> frames = tables_.stacks().frames(id);
  end_at_odd_frame(frames);
  const std::string name = lost("stack", id);
  if (!tables_.stacks().contains(id)) {
    // Frames are known by their pc: that of a lost stack must be no other's.
    Frame frame;
    frame.pc = ~id;
    frame.function = name;
    frames = {frame};
  }
  std::string record;
  append_type(record, EventType::Stack);
  append_varint(record, new_id);
  append_varint(record, frames.size());
  for (const Frame& frame : frames) {
    append_varint(record, frame.pc);
    append_varint(record, frame_string(frame.function, frame.lost_function));
    append_varint(record, frame_string(frame.file, frame.lost_file));
    append_varint(record, frame.line);
  }
  return record;
}

}  // namespace tracecheck
