#include "crash/batch_mending.h"

#include <algorithm>

#include "format/event_table.h"
#include "format/limits.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

bool skip_numbers(const std::uint8_t*& at, const std::uint8_t* end, std::uint64_t count) {
  std::uint64_t number = 0;
  for (; count > 0; --count) {
    if (read_varint(at, end, number) != VarintStatus::Ok) return false;
  }
  return true;
}

// Past one record of a table, which begins at `at`.
bool skip_record(EventType type, const std::uint8_t*& at, const std::uint8_t* end) {
  if (static_cast<EventType>(*at++) != type) return false;
  if (type == EventType::CPUSample) return skip_numbers(at, end, 5);
  std::uint64_t id = 0;
  std::uint64_t size = 0;
  if (read_varint(at, end, id) != VarintStatus::Ok || read_varint(at, end, size) != VarintStatus::Ok) return false;
  if (type == EventType::Stack) return size <= kMaxFrames && skip_numbers(at, end, 4 * size);
  if (size > kMaxStringSize || size > static_cast<std::uint64_t>(end - at)) return false;
  at += size;
  return true;
}

bool skip_event(const std::uint8_t*& at, const std::uint8_t* end) {
  const EventSpec& spec = event_spec(static_cast<EventType>(*at++));
  return spec.timed() && skip_numbers(at, end, std::uint64_t{1} + spec.arg_count);
}

std::optional<EventType> record_of(EventType table) {
  switch (table) {
    case EventType::Strings: return EventType::String;
    case EventType::Stacks: return EventType::Stack;
    case EventType::CPUSamples: return EventType::CPUSample;
    default: return std::nullopt;
  }
}

bool is_sync(EventType type) { return type == EventType::Sync || type == EventType::Frequency; }

std::size_t sound_sync_prefix(ByteSpan data) {
  const std::uint8_t* at = data.data() + (static_cast<EventType>(data[0]) == EventType::Sync ? 1 : 0);
  const std::uint8_t* const end = data.data() + data.size();
  const std::uint8_t* sound = at;
  for (; at < end; sound = at) {
    const auto type = static_cast<EventType>(*at++);
    const bool known = type == EventType::Frequency || type == EventType::ClockSnapshot;
    if (!known || !skip_numbers(at, end, type == EventType::Frequency ? 1 : 4)) break;
  }
  return static_cast<std::size_t>(sound - data.data());
}

// Where pieces of text may begin in data, and where their lines end.
class TextSearch {
 public:
  TextSearch(ByteSpan data, std::size_t extra) : data_(data), run_(data.size() + 1, 0) {
    for (std::size_t i = data.size(); i-- > 0;) run_[i] = is_text(data[i]) ? run_[i + 1] + 1 : 0;
    // What a program prints ends with its line, most of the time. In a text, only that shows where it stands.
    if (!in_one_piece(extra, true) && !in_one_piece(extra, false)) in_pieces(0, extra, {});
  }

  std::vector<Insertion> found;

 private:
  static constexpr std::size_t kLongestEvent = 64;  // bytes, more or less
  static constexpr std::size_t kMostPieces = 4;
  static constexpr int kMostTries = 4000;

  static bool is_text(std::uint8_t byte) {
    return byte >= 0x20 ? byte != 0x7f : byte == '\n' || byte == '\r' || byte == '\t' || byte == 0x1b;
  }

  // What stands before the text reads well, up to the event that it interrupts.
  std::size_t last_place(const std::vector<Insertion>& supposed) const {
    std::size_t removed = 0;
    for (const Insertion& piece : supposed) removed += piece.size;
    return std::min(sound_prefix(without(data_, supposed)) + removed + kLongestEvent, data_.size());
  }

  bool accept(std::vector<Insertion> supposed) {
    ++tries_;
    if (!is_sound(without(data_, supposed))) return false;
    found = std::move(supposed);
    return true;
  }

  bool in_one_piece(std::size_t extra, bool whole_lines) {
    for (std::size_t at = last_place({}); at-- > 0 && tries_ < kMostTries;) {
      if (run_[at] < extra || (whole_lines && data_[at + extra - 1] != '\n')) continue;
      if (accept({{at, extra}})) return true;
    }
    return false;
  }

  // Lines that were written one after another, with data between them.
  bool in_pieces(std::size_t from, std::size_t extra, const std::vector<Insertion>& supposed) {
    if (supposed.size() == kMostPieces) return false;
    for (std::size_t at = last_place(supposed); at-- > from && tries_ < kMostTries;) {
      for (std::size_t size = 2; size <= std::min<std::size_t>(run_[at], extra); ++size) {
        if (data_[at + size - 1] != '\n' || tries_ >= kMostTries) continue;
        std::vector<Insertion> more = supposed;
        more.push_back({at, size});
        if (size == extra ? accept(std::move(more)) : helps(more) && in_pieces(at + size, extra - size, more)) return true;
      }
    }
    return false;
  }

  // A piece that is one makes more of the data readable.
  bool helps(const std::vector<Insertion>& supposed) {
    ++tries_;
    return last_place(supposed) > supposed.back().at + supposed.back().size + 2 * kLongestEvent;
  }

  ByteSpan data_;
  std::vector<std::uint32_t> run_;  // how much text begins at each place
  int tries_ = 0;
};

}  // namespace

std::size_t sound_prefix(ByteSpan data) {
  const std::uint8_t* at = data.data();
  const std::uint8_t* const end = at + data.size();
  if (!data.empty() && is_sync(static_cast<EventType>(*at))) return sound_sync_prefix(data);
  const std::optional<EventType> record = data.empty() ? std::nullopt : record_of(static_cast<EventType>(*at));
  if (record) ++at;
  const std::uint8_t* sound = at;
  while (at < end && (record ? skip_record(*record, at, end) : skip_event(at, end))) sound = at;
  return static_cast<std::size_t>(sound - data.data());
}

std::vector<std::uint8_t> without(ByteSpan data, const std::vector<Insertion>& insertions) {
  std::vector<std::uint8_t> rest;
  rest.reserve(data.size());
  std::size_t at = 0;
  for (const Insertion& piece : insertions) {
    rest.insert(rest.end(), data.begin() + static_cast<std::ptrdiff_t>(at),
                data.begin() + static_cast<std::ptrdiff_t>(piece.at));
    at = piece.at + piece.size;
  }
  rest.insert(rest.end(), data.begin() + static_cast<std::ptrdiff_t>(at), data.end());
  return rest;
}

std::vector<Insertion> find_text_inside(ByteSpan data, std::size_t extra) { return TextSearch(data, extra).found; }

Batch with_data(const Batch& batch, ByteSpan data) {
  Batch changed = batch;
  changed.chunk = std::make_shared<Chunk>(std::max<std::size_t>(data.size(), 1));
  std::copy(data.begin(), data.end(), changed.chunk->bytes.get());
  changed.data = {changed.chunk->bytes.get(), data.size()};
  return changed;
}

}  // namespace tracecheck
