#include "reader/table_parser.h"

#include "format/event_table.h"
#include "format/limits.h"
#include "format/varint.h"

namespace tracecheck {

namespace {

// Behind the record of `type` that begins at `at`; null if none does.
const std::uint8_t* behind_record(EventType type, const std::uint8_t* at, const std::uint8_t* end) {
  if (at == end || static_cast<EventType>(*at++) != type) return nullptr;
  const auto numbers = [&](std::uint64_t count) {
    std::uint64_t number = 0;
    for (; count > 0; --count) {
      if (read_varint(at, end, number) != VarintStatus::Ok) return false;
    }
    return true;
  };
  std::uint64_t id = 0;
  std::uint64_t size = 0;
  if (type == EventType::CPUSample) return numbers(5) ? at : nullptr;
  if (read_varint(at, end, id) != VarintStatus::Ok || read_varint(at, end, size) != VarintStatus::Ok) return nullptr;
  if (type == EventType::Stack) return size <= kMaxFrames && numbers(4 * size) ? at : nullptr;
  return size <= kMaxStringSize && size <= static_cast<std::uint64_t>(end - at) ? at + size : nullptr;
}

}  // namespace

Generation::TableParser::TableParser(Generation& generation, const Batch& batch, bool only_what_is_sound)
    : generation_(generation),
      batch_(batch),
      only_what_is_sound_(only_what_is_sound),
      at_(batch.data.data()),
      end_(at_ + batch.data.size()),
      record_start_(at_) {}

bool Generation::TableParser::bad(DamageCode code, std::string message) {
  Damage damage;
  damage.code = code;
  damage.offset = batch_.data_offset() + static_cast<std::uint64_t>(record_start_ - batch_.data.data());
  damage.length = batch_.end_offset() - damage.offset;
  damage.generation = generation_.id_;
  damage.batch = batch_.index;
  damage.thread = static_cast<ThreadId>(batch_.header.thread);
  damage.reading = reading_;
  damage.message = std::move(message);
  damage_ = std::move(damage);
  return false;
}

bool Generation::TableParser::record(EventType type) {
  const auto found = static_cast<EventType>(*at_++);
  if (found == type) return true;
  return bad(bad_record_,
             "a record of " + event_type_name(type) + " should begin here, but there is " + event_type_name(found));
}

bool Generation::TableParser::number(std::uint64_t& value, const char* what) {
  switch (read_varint(at_, end_, value)) {
    case VarintStatus::Ok: return true;
    case VarintStatus::Short: return bad(bad_record_, std::string("the batch ends inside the ") + what);
    case VarintStatus::Overflow: break;
  }
  return bad(bad_record_, std::string("the ") + what + " is a number beyond 64 bits");
}

template <typename ReadRecord>
std::optional<Damage> Generation::TableParser::all(Reading reading, DamageCode bad_record, ReadRecord read_record) {
  reading_ = reading;
  bad_record_ = bad_record;
  std::optional<Damage> first;
  while (!at_end()) {
    record_start_ = at_;
    if (read_record()) continue;
    if (!first) first = damage_;
    if (!only_what_is_sound_ || !go_to_next_record()) break;
  }
  return first;
}

// Behind a bad record: to the next place where two records, or the last one, can be read. One alone may be chance.
bool Generation::TableParser::go_to_next_record() {
  if (record_type_ == EventType::None) return false;
  for (at_ = record_start_ + 1; at_ < end_; ++at_) {
    const std::uint8_t* const next = behind_record(record_type_, at_, end_);
    if (next != nullptr && (next == end_ || behind_record(record_type_, next, end_) != nullptr)) return true;
  }
  return false;
}

std::optional<Damage> Generation::TableParser::table() {
  const auto type = static_cast<EventType>(*at_++);
  switch (type) {
    case EventType::Strings:
      record_type_ = EventType::String;
      pass_plain_strings();
      return all(Reading::StringRecord, DamageCode::BadStringRecord, [this] { return string_record(); });
    case EventType::Stacks:
      record_type_ = EventType::Stack;
      return all(Reading::StackRecord, DamageCode::BadStackRecord, [this] { return stack_record(); });
    default:
      record_type_ = EventType::CPUSample;
      return all(Reading::SampleRecord, DamageCode::BadSampleRecord, [this] { return sample_record(); });
  }
}

// Most records by far where each log has a text of its own. The first one that is not so plain is left.
void Generation::TableParser::pass_plain_strings() {
  constexpr std::ptrdiff_t kMostBytes = 1 + 2 * kMaxVarintBytes + static_cast<std::ptrdiff_t>(kMaxStringSize);
  while (end_ - at_ >= kMostBytes && static_cast<EventType>(*at_) == EventType::String) {
    const Varint id = varint_at(at_ + 1);
    const Varint size = varint_at(at_ + 1 + id.size);
    if (id.size == 0 || size.size == 0 || id.value == 0 || size.value > kMaxStringSize) return;
    const std::uint8_t* const text = at_ + 1 + id.size + size.size;
    const auto length = static_cast<std::uint32_t>(size.value);
    if (!generation_.strings_.insert(id.value, {reinterpret_cast<const char*>(text), length})) return;
    at_ = text + length;
  }
}

bool Generation::TableParser::string_record() {
  std::uint64_t id = 0;
  std::uint64_t size = 0;
  if (!record(EventType::String) || !number(id, "string's id") || !number(size, "string's length")) return false;
  if (size > kMaxStringSize) {
    return bad(DamageCode::StringTooLong, "string " + std::to_string(id) + " is said to have " + std::to_string(size) +
                                              " bytes; 1024 is the most");
  }
  if (size > static_cast<std::uint64_t>(end_ - at_)) {
    return bad(bad_record_, "the batch ends inside string " + std::to_string(id));
  }
  const Text text{reinterpret_cast<const char*>(at_), static_cast<std::uint32_t>(size)};
  at_ += size;
  if (define_string(id, text)) return true;
  return bad(DamageCode::DuplicateString, "string " + std::to_string(id) + " is defined twice in one generation");
}

bool Generation::TableParser::define_string(std::uint64_t id, Text text) {
  if (id == 0) return false;
  if (!only_what_is_sound_) return generation_.strings_.insert(id, text);
  generation_.strings_.assign(id, text);
  return true;
}

bool Generation::TableParser::stack_record() {
  std::uint64_t id = 0;
  std::uint64_t count = 0;
  if (!record(EventType::Stack) || !number(id, "stack's id") || !number(count, "stack's number of frames"))
    return false;
  if (count > kMaxFrames) {
    return bad(DamageCode::StackTooDeep, "stack " + std::to_string(id) + " is said to have " + std::to_string(count) +
                                             " frames; 128 is the most");
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    RawFrame frame;
    if (!number(frame.pc, "frame's pc") || !number(frame.function, "frame's function") ||
        !number(frame.file, "frame's file") || !number(frame.line, "frame's line")) {
      generation_.stacks_.drop_frames(static_cast<std::size_t>(i));
      return false;
    }
    generation_.stacks_.append_frame(frame);
  }
  if (!generation_.stacks_.insert(id, static_cast<std::size_t>(count), only_what_is_sound_)) {
    return bad(DamageCode::DuplicateStack, "stack " + std::to_string(id) + " is defined twice in one generation");
  }
  return true;
}

bool Generation::TableParser::sample_record() {
  std::uint64_t time = 0;
  std::uint64_t thread = 0;
  std::uint64_t proc = 0;
  std::uint64_t goroutine = 0;
  std::uint64_t stack = 0;
  if (!record(EventType::CPUSample) || !number(time, "sample's time") || !number(thread, "sample's thread") ||
      !number(proc, "sample's proc") || !number(goroutine, "sample's goroutine") || !number(stack, "sample's stack")) {
    return false;
  }
  // The time stays in clock units until the frequency is known.
  generation_.raw_samples_.push_back({static_cast<Time>(time), static_cast<ThreadId>(thread), static_cast<ProcId>(proc),
                                      goroutine == 0 ? kNone : static_cast<GoroutineId>(goroutine), stack});
  return true;
}

std::optional<Damage> Generation::TableParser::sync() {
  // Before 1.25 the batch is its one Frequency record; later a Sync byte stands before the records.
  if (has_sync_batches(generation_.version_)) ++at_;
  std::uint64_t time = batch_.header.time;
  return all(Reading::SyncRecord, DamageCode::BadSyncRecord, [this, &time] { return sync_record(time); });
}

bool Generation::TableParser::sync_record(std::uint64_t& time) {
  const auto type = static_cast<EventType>(*at_);
  if (type == EventType::ClockSnapshot && has_sync_batches(generation_.version_)) return snapshot_record(time);
  if (!record(EventType::Frequency)) return false;
  if (generation_.frequency_ && !only_what_is_sound_) {
    return bad(DamageCode::DuplicateFrequency, "the generation's frequency is given twice");
  }
  std::uint64_t frequency = 0;
  if (!number(frequency, "frequency")) return false;
  generation_.frequency_ = frequency;
  generation_.clock_ = Clock(frequency);
  return true;
}

bool Generation::TableParser::snapshot_record(std::uint64_t& time) {
  if (generation_.snapshot_ && !only_what_is_sound_) {
    return bad(DamageCode::DuplicateSnapshot, "the generation's clock snapshot is given twice");
  }
  ++at_;
  RawSnapshot snapshot{};
  std::uint64_t delta = 0;
  if (!number(delta, "snapshot's time") || !number(snapshot.monotonic, "snapshot's monotonic clock") ||
      !number(snapshot.seconds, "snapshot's seconds") || !number(snapshot.nanoseconds, "snapshot's nanoseconds")) {
    return false;
  }
  time += delta;
  snapshot.time = time;
  generation_.snapshot_ = snapshot;
  return true;
}

}  // namespace tracecheck
