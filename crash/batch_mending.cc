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

// Reads records or events one after another, from a place where one begins; `visit` is told where each begins.
template <typename Visit>
std::size_t read_along(ByteSpan data, std::optional<EventType> record, std::size_t from, Visit visit) {
  const std::uint8_t* at = data.data() + from;
  const std::uint8_t* const end = data.data() + data.size();
  const std::uint8_t* sound = at;
  while (at < end) {
    visit(static_cast<std::size_t>(at - data.data()));
    if (!(record ? skip_record(*record, at, end) : skip_event(at, end))) break;
    sound = at;
  }
  return static_cast<std::size_t>(sound - data.data());
}

bool is_text(std::uint8_t byte) {
  return byte >= 0x20 ? byte != 0x7f : byte == '\n' || byte == '\r' || byte == '\t' || byte == 0x1b;
}

// Takes lines out of data, one run of them after another, for as long as that makes more of it readable. Where several
// suppositions do, what comes of them decides.
class TextSearch {
 public:
  TextSearch(ByteSpan all, std::size_t size, std::uint64_t& effort, const Fits& fits)
      : all_(all), size_(size), effort_(effort), fits_(fits) {
    search(0);
  }

  std::vector<Insertion> take() { return std::move(found_); }

 private:
  static constexpr std::size_t kMostPieces = 64;
  static constexpr std::size_t kMostChoices = 16;            // that are followed up of one piece
  static constexpr std::size_t kBack = kMaxStringSize + 64;  // text may stand that far before what it makes unreadable
  static constexpr std::size_t kAhead = 64;                  // or behind where an event that it interrupts begins
  static constexpr std::size_t kLongestText = 4096;
  static constexpr std::size_t kWindow = 8192;  // of what is read to see whether a supposition helps
  struct Choice {
    Insertion piece;
    std::size_t reach;  // how far the data can be read then
  };

  // Positions are those in what is left of the data; nothing is taken out before `from`. True: all is found.
  bool search(std::size_t from) {
    rest_ = without(all_, found_);
    if (found_.size() == kMostPieces || rest_.size() < size_) return false;
    std::size_t removed = 0;
    for (const Insertion& piece : found_) removed += piece.size;
    for (const Choice& choice : choices(from)) {
      found_.push_back({choice.piece.at + removed, choice.piece.size});
      const std::size_t behind = size_ + removed + choice.piece.size;
      const bool whole = choice.reach >= size_;
      if (whole ? behind <= all_.size() && is_whole() && fits_(all_.subspan(behind)) : search(choice.piece.at))
        return true;
      found_.pop_back();
    }
    return false;
  }

  bool is_whole() const { return is_sound(ByteSpan(without(all_, found_)).first(size_)); }

  // What may be taken out next, the most promising first.
  std::vector<Choice> choices(std::size_t from) {
    const std::optional<EventType> record = record_of(static_cast<EventType>(rest_[0]));
    starts_.clear();
    const std::size_t unreadable = read_along(ByteSpan(rest_).first(size_), record, record ? 1 : 0,
                                              [this](std::size_t start) { starts_.push_back(start); });
    const std::size_t first = std::max(from, unreadable > kBack ? unreadable - kBack : 0);
    const std::size_t last = std::min(unreadable + kLongestText, rest_.size());
    std::vector<Choice> found;
    for (std::size_t end = first + 1; end < last; ++end) {
      if (rest_[end] != '\n') continue;
      for (std::size_t at = end; at > first && is_text(rest_[at - 1]) && effort_ > 0;) {
        --at;
        const std::size_t reach = at > unreadable + kAhead ? 0 : reach_without({at, end + 1 - at}, record);
        if (reach > unreadable) found.push_back({{at, end + 1 - at}, reach});
      }
    }
    // Of equal ones, more text is likelier than less.
    std::sort(found.begin(), found.end(), [](const Choice& a, const Choice& b) {
      return a.reach != b.reach ? a.reach > b.reach : a.piece.size > b.piece.size;
    });
    if (found.size() > kMostChoices) found.resize(kMostChoices);
    return found;
  }

  // How far the data can be read without that piece.
  std::size_t reach_without(const Insertion& piece, std::optional<EventType> record) {
    --effort_;
    const auto start = std::upper_bound(starts_.begin(), starts_.end(), piece.at);
    if (start == starts_.begin()) return 0;
    const std::size_t begin = *(start - 1);
    const std::size_t behind = piece.at + piece.size;
    const std::size_t end = std::min(behind + kWindow, rest_.size());
    window_.assign(rest_.begin() + static_cast<std::ptrdiff_t>(begin),
                   rest_.begin() + static_cast<std::ptrdiff_t>(piece.at));
    window_.insert(window_.end(), rest_.begin() + static_cast<std::ptrdiff_t>(behind),
                   rest_.begin() + static_cast<std::ptrdiff_t>(end));
    const ByteSpan data = ByteSpan(window_).first(std::min(window_.size(), size_ - std::min(size_, begin)));
    return begin + read_along(data, record, 0, [](std::size_t) {});
  }

  ByteSpan all_;
  std::size_t size_;
  std::uint64_t& effort_;
  const Fits& fits_;
  std::vector<Insertion> found_;
  std::vector<std::uint8_t> rest_;
  std::vector<std::size_t> starts_;  // of records or events
  std::vector<std::uint8_t> window_;
};

}  // namespace

std::size_t sound_prefix(ByteSpan data) {
  if (data.empty()) return 0;
  const auto first = static_cast<EventType>(data[0]);
  if (is_sync(first)) return sound_sync_prefix(data);
  const std::optional<EventType> record = record_of(first);
  return read_along(data, record, record ? 1 : 0, [](std::size_t) {});
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

std::vector<Insertion> find_text_inside(ByteSpan data, std::size_t size, std::uint64_t& effort, const Fits& fits) {
  return TextSearch(data, size, effort, fits).take();
}

Batch with_data(const Batch& batch, ByteSpan data) {
  Batch changed = batch;
  changed.chunk = std::make_shared<Chunk>(std::max<std::size_t>(data.size(), 1));
  std::copy(data.begin(), data.end(), changed.chunk->bytes.get());
  changed.data = {changed.chunk->bytes.get(), data.size()};
  return changed;
}

}  // namespace tracecheck
