#include "crash/batch_content.h"

#include <algorithm>

#include "format/event_table.h"
#include "format/limits.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

constexpr std::uint8_t kLastWithLateFrequency = 24;  // from 1.25 on it stands in the sync batch

bool is_table_title(EventType type) {
  return type == EventType::Strings || type == EventType::Stacks || type == EventType::CPUSamples ||
         type == EventType::Sync;
}

EventType title_of(ByteSpan data) { return data.empty() ? EventType::None : static_cast<EventType>(data[0]); }

}  // namespace

ContentWalk::ContentWalk(ByteSpan data) : ContentWalk(title_of(data), data, is_table_title(title_of(data)) ? 1 : 0) {}

ContentWalk::ContentWalk(EventType title, ByteSpan data, std::size_t from)
    : data_(data), title_(title), position_(from) {}

bool ContentWalk::belongs(EventType type) const {
  switch (title_) {
    case EventType::Strings: return type == EventType::String;
    case EventType::Stacks: return type == EventType::Stack;
    case EventType::CPUSamples: return type == EventType::CPUSample;
    case EventType::Frequency:
    case EventType::Sync: return type == EventType::Frequency || type == EventType::ClockSnapshot;
    default: return event_spec(type).timed();
  }
}

ContentWalk::Result ContentWalk::next() {
  if (position_ == data_.size()) return Result::End;
  at_ = data_.data() + position_;
  const auto type = static_cast<EventType>(*at_++);
  if (!belongs(type)) return Result::Bad;
  const EventSpec& spec = event_spec(type);
  std::uint64_t delta = 0;
  if (spec.timed()) {
    if (const Result result = numbers(1); result != Result::Taken) return result;
    delta = number_;
  }
  if (const Result result = numbers(spec.arg_count); result != Result::Taken) return result;
  if (const Result result = rest(type, number_); result != Result::Taken) return result;
  type_ = type;
  delta_ = delta;
  position_ = static_cast<std::size_t>(at_ - data_.data());
  return Result::Taken;
}

// Reads them; the last one is kept.
ContentWalk::Result ContentWalk::numbers(std::uint64_t count) {
  const std::uint8_t* const end = data_.data() + data_.size();
  for (; count > 0; --count) {
    switch (read_varint(at_, end, number_)) {
      case VarintStatus::Ok: break;
      case VarintStatus::Short: return Result::Cut;
      case VarintStatus::Overflow: return Result::Bad;
    }
  }
  return Result::Taken;
}

// What follows the arguments: a stack's frames, a string's text.
ContentWalk::Result ContentWalk::rest(EventType type, std::uint64_t last_argument) {
  if (type == EventType::Stack) return last_argument > kMaxFrames ? Result::Bad : numbers(4 * last_argument);
  if (type != EventType::String) return Result::Taken;
  if (const Result result = numbers(1); result != Result::Taken) return result;
  if (number_ > kMaxStringSize) return Result::Bad;
  if (number_ > static_cast<std::uint64_t>(data_.data() + data_.size() - at_)) return Result::Cut;
  at_ += number_;
  return Result::Taken;
}

std::size_t sound_prefix(ByteSpan data) {
  ContentWalk walk(data);
  walk.take_all();
  return walk.position();
}

std::optional<BatchContent> look_at_content(const BatchHeader& header, ByteSpan data) {
  BatchContent content;
  content.last_time = header.time;
  if (header.experiment != 0) {
    content.whole = data.size();
    content.since = event_spec(EventType::ExperimentalBatch).since;
    content.table = true;
    return content;
  }
  ContentWalk walk(data);
  content.table = is_table_title(walk.title()) || walk.title() == EventType::Frequency;
  if (content.table) content.since = event_spec(walk.title()).since;
  if (walk.title() == EventType::Frequency) content.until = kLastWithLateFrequency;
  ContentWalk::Result result;
  while ((result = walk.next()) == ContentWalk::Result::Taken) {
    const EventSpec& spec = event_spec(walk.type());
    content.since = std::max(content.since, spec.since);
    if (!spec.timed()) continue;
    ++content.events;
    content.last_time += walk.delta();
  }
  if (result == ContentWalk::Result::Bad) return std::nullopt;
  content.whole = walk.position();
  return content;
}

}  // namespace tracecheck
