#include "crash/batch_content.h"

#include <algorithm>

#include "format/event_table.h"
#include "format/limits.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

constexpr std::uint8_t kLastWithLateFrequency = 24;  // from 1.25 on it stands in the sync batch

class ContentWalk {
 public:
  ContentWalk(const BatchHeader& header, std::span<const std::uint8_t> data)
      : begin_(data.data()), at_(begin_), end_(begin_ + data.size()) {
    content_.last_time = header.time;
  }

  std::optional<BatchContent> run() {
    if (at_ != end_) first();
    while (at_ != end_ && state_ == State::Whole) {
      content_.whole = static_cast<std::size_t>(at_ - begin_);
      one();
    }
    if (state_ == State::Bad) return std::nullopt;
    if (state_ == State::Whole) content_.whole = static_cast<std::size_t>(at_ - begin_);
    return content_;
  }

 private:
  enum class State : std::uint8_t { Whole, Cut, Bad };

  // The first byte says what the batch holds.
  void first() {
    title_ = static_cast<EventType>(*at_);
    content_.since = event_spec(title_).since;
    switch (title_) {
      case EventType::Strings:
      case EventType::Stacks:
      case EventType::CPUSamples:
      case EventType::Sync:
        content_.table = true;
        ++at_;
        break;
      case EventType::Frequency:
        content_.table = true;
        content_.until = kLastWithLateFrequency;
        break;
      default: break;
    }
  }

  bool belongs(EventType type) const {
    switch (title_) {
      case EventType::Strings: return type == EventType::String;
      case EventType::Stacks: return type == EventType::Stack;
      case EventType::CPUSamples: return type == EventType::CPUSample;
      case EventType::Frequency: return type == EventType::Frequency;
      case EventType::Sync: return type == EventType::Frequency || type == EventType::ClockSnapshot;
      default: return event_spec(type).timed();
    }
  }

  void one() {
    const auto type = static_cast<EventType>(*at_++);
    if (!belongs(type)) {
      state_ = State::Bad;
      return;
    }
    const EventSpec& spec = event_spec(type);
    std::uint64_t delta = 0;
    if (spec.timed() && !number(delta)) return;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < spec.arg_count; ++i) {
      if (!number(value)) return;
    }
    if (type == EventType::Stack) numbers(value, kMaxFrames, 4);
    if (type == EventType::String) text();
    if (!spec.timed() || state_ != State::Whole) return;
    ++content_.events;
    content_.last_time += delta;
    content_.since = std::max(content_.since, spec.since);
  }

  bool number(std::uint64_t& value) {
    switch (read_varint(at_, end_, value)) {
      case VarintStatus::Ok: return true;
      case VarintStatus::Short: state_ = State::Cut; return false;
      case VarintStatus::Overflow: state_ = State::Bad; return false;
    }
    return false;
  }

  void numbers(std::uint64_t count, std::uint64_t most, std::uint64_t each) {
    if (count > most) state_ = State::Bad;
    std::uint64_t value = 0;
    for (std::uint64_t i = 0; state_ == State::Whole && i < count * each; ++i) number(value);
  }

  void text() {
    std::uint64_t size = 0;
    if (!number(size)) return;
    if (size > kMaxStringSize) {
      state_ = State::Bad;
    } else if (size > static_cast<std::uint64_t>(end_ - at_)) {
      state_ = State::Cut;
    } else {
      at_ += size;
    }
  }

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  EventType title_ = EventType::None;
  State state_ = State::Whole;
  BatchContent content_;
};

}  // namespace

std::optional<BatchContent> look_at_content(const BatchHeader& header, std::span<const std::uint8_t> data) {
  if (header.experiment == 0) return ContentWalk(header, data).run();
  BatchContent content;
  content.whole = data.size();
  content.last_time = header.time;
  content.since = event_spec(EventType::ExperimentalBatch).since;
  content.table = true;
  return content;
}

}  // namespace tracecheck
