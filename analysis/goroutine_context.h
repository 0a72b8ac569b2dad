// What a goroutine did just before and after an event that was looked for: as grep's -A and -B, each goroutine a file of
// its own.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reader/id_hash.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// A match with the lines around it. Blocks of one goroutine may overlap.
struct ContextBlock {
  /// A line, counted among those of its goroutine.
  struct Line {
    std::uint64_t index = 0;
    std::string text;
  };
  /// What of one goroutine's lines was put out: kept here, and by the goroutine for as long as it lives.
  struct Progress {
    std::uint64_t next = 0;    // the first line that may still be
    std::uint64_t wanted = 0;  // the end of those that stand behind a match which was
  };

  Time time = 0;  // the match's
  std::vector<Line> lines;
  std::uint64_t match = 0;  // the index of the match
  std::shared_ptr<Progress> progress;
};

class GoroutineContext {
 public:
  struct Size {
    std::uint64_t before = 0;
    std::uint64_t after = 0;
    bool any() const { return before > 0 || after > 0; }
  };
  /// Takes a block when all of it is there: false for no more.
  using Take = std::function<bool(ContextBlock&&)>;

  GoroutineContext(Size size, Take take) : size_(size), take_(std::move(take)) {}

  /// Whether an event of that goroutine needs a line; if not, `pass` counts it. None is kept for kNone.
  bool wants(GoroutineId id) const;
  void pass(GoroutineId id);

  /// An event of a goroutine that wants it. False: no more are wanted; so below.
  bool add(GoroutineId id, const std::string& text);
  /// The same for one that was looked for.
  bool add_match(GoroutineId id, Time time, const std::string& text);
  /// Something that was looked for and did not end: what its goroutine did last stands before it.
  bool add_last_words(GoroutineId id, Time time, const std::string& text);

  /// The goroutine is gone; another one may have its id.
  bool end(GoroutineId id);
  /// No more events come.
  bool finish();

  /// Blocks that wait for lines.
  std::size_t open() const { return open_; }

 private:
  struct Goroutine {
    std::uint64_t next = 0;
    std::deque<ContextBlock::Line> before;
    std::unique_ptr<ContextBlock> open;
    std::shared_ptr<ContextBlock::Progress> progress;
  };

  void remember(Goroutine& goroutine, const std::string& text);
  void begin_block(Goroutine& goroutine, Time time, const std::string& text);
  bool close(Goroutine& goroutine);
  bool match_of_none(Time time, const std::string& text);

  Size size_;
  Take take_;
  IdHashMap<GoroutineId, Goroutine> goroutines_;
  std::size_t open_ = 0;
};

}  // namespace tracecheck
