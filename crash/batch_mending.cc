#include "crash/batch_mending.h"

#include <algorithm>

#include "format/limits.h"
#include "reader/sniff.h"

namespace tracecheck {
namespace {

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
    bool is_utf8;
  };

  // Positions are those in what is left of the data; nothing is taken out before `from`. True: all is found.
  bool search(std::size_t from) {
    rest_ = without(all_, found_);
    if (rest_.size() < size_) return false;
    const std::size_t removed = all_.size() - rest_.size();
    if (is_sound(ByteSpan(rest_).first(size_))) return fits_(all_.subspan(size_ + removed));
    if (found_.size() == kMostPieces) return false;
    for (const Choice& choice : choices(from)) {
      found_.push_back({choice.piece.at + removed, choice.piece.size});
      if (search(choice.piece.at)) return true;
      found_.pop_back();
    }
    return false;
  }

  // What may be taken out next, the most promising first.
  std::vector<Choice> choices(std::size_t from) {
    ContentWalk walk(ByteSpan(rest_).first(size_));
    starts_ = {walk.position()};
    while (walk.next() == ContentWalk::Result::Taken) starts_.push_back(walk.position());
    const std::size_t unreadable = walk.position();
    const std::size_t first = std::max(from, unreadable > kBack ? unreadable - kBack : 0);
    const std::size_t last = std::min(unreadable + kLongestText, rest_.size());
    std::vector<Choice> found;
    for (std::size_t end = first + 1; end < last; ++end) {
      if (rest_[end] != '\n') continue;
      for (std::size_t at = end; at > first && is_text(rest_[at - 1]) && effort_ > 0;) {
        --at;
        const std::size_t reach = at > unreadable + kAhead ? 0 : reach_without({at, end + 1 - at}, walk.title());
        if (reach <= unreadable) continue;
        const ByteSpan text = ByteSpan(rest_).subspan(at, end + 1 - at);
        found.push_back({{at, text.size()}, reach, text_run(text) == text.size()});
      }
    }
    // Of equal ones, more text is likelier than less, but for bytes of a number that UTF-8 does not have there.
    std::sort(found.begin(), found.end(), [this](const Choice& a, const Choice& b) {
      const std::size_t to_a = place_in_rest(a);
      const std::size_t to_b = place_in_rest(b);
      if (to_a != to_b) return to_a > to_b;
      return a.is_utf8 != b.is_utf8 ? a.is_utf8 : a.piece.size > b.piece.size;
    });
    if (found.size() > kMostChoices) found.resize(kMostChoices);
    return found;
  }

  // Where that is in the data as it stands, or the end: so what reaches the same place is equal, whatever its size.
  std::size_t place_in_rest(const Choice& choice) const {
    return choice.reach >= size_ ? rest_.size() : choice.reach + choice.piece.size;
  }

  // How far the data can be read without that piece.
  std::size_t reach_without(const Insertion& piece, EventType title) {
    --effort_;
    const auto start = std::upper_bound(starts_.begin(), starts_.end(), piece.at);
    if (start == starts_.begin() && piece.at != 0) return 0;
    const std::size_t begin = piece.at == 0 ? 0 : *(start - 1);
    const std::size_t behind = piece.at + piece.size;
    const std::size_t end = std::min(behind + kWindow, rest_.size());
    window_.assign(rest_.begin() + static_cast<std::ptrdiff_t>(begin),
                   rest_.begin() + static_cast<std::ptrdiff_t>(piece.at));
    window_.insert(window_.end(), rest_.begin() + static_cast<std::ptrdiff_t>(behind),
                   rest_.begin() + static_cast<std::ptrdiff_t>(end));
    const ByteSpan data = ByteSpan(window_).first(std::min(window_.size(), size_ - std::min(size_, begin)));
    // At the front it stands before what tells a table.
    if (piece.at == 0) return sound_prefix(data);
    ContentWalk walk(title, data, 0);
    walk.take_all();
    return begin + walk.position();
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
