// Marks on their way to the output: at once, or, where times are selected, as records from which it is still possible
// to tell what was open as the window began.
//
// A slice that is open as the window begins, begins there; one that is open as it ends, ends there.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/timeline_marks.h"
#include "reader/id_hash.h"

namespace tracecheck {

class MarkWriter {
 public:
  /// `encoder` outlives it. `windowed`: a window of times is selected.
  MarkWriter(MarkEncoder& encoder, bool windowed) : encoder_(encoder), windowed_(windowed) {}

  /// Added to the times of all marks until `finish`, in the output only: the window counts from the trace's start.
  void set_shift(Time shift) { shift_ = shift; }

  // Marks, at the end of `out`: as they stand in the output, or windowed as records for `write` and `drop`.
  void describe(std::string& out, Time time, const Track& track, std::string_view name);
  void begin(std::string& out, Time time, const Track& track, const MarkContent& content);
  void end(std::string& out, Time time, const Track& track, std::string_view name);
  void instant(std::string& out, Time time, const Track& track, const MarkContent& content);
  void count(std::string& out, Time time, CounterId counter, std::uint64_t value);
  /// The track is not used again.
  void forget(std::string& out, const Track& track);
  void generation_begins(std::string& out);

  // Windowed. Times as far as they are known so far.
  void set_window(std::optional<Time> since, std::optional<Time> until);
  /// Records that lie before the window: what they begin and end is remembered. Behind damage, times may step back: then
  /// they are written, with the time of the window's begin.
  void drop(std::string& out, std::string_view records);
  /// Records that lie in it.
  void write(std::string& out, std::string_view records);
  /// Records that lie behind it, its end being known: they may say of a goroutine what it did all the time.
  void write_behind(std::string& out, std::string_view records);
  /// Closes what is open, at the window's end or, if that is earlier, at `last`; all tracks are new from here on.
  void finish(std::string& out, Time last);

 private:
  enum class Kind : std::uint8_t { Define, Describe, Begin, End, Instant, Forget, Generation };
  struct Record;
  // A slice as it is to begin if the window begins later, and its end; nothing if it lies behind the window.
  struct OpenSlice {
    std::string begin;
    std::string end;
  };
  struct OpenTrack {
    std::string description;  // if it is not written yet
    std::vector<OpenSlice> slices;
  };
  using TrackMap = std::array<IdHashMap<std::uint64_t, OpenTrack>, kTrackKinds>;

  void add(std::string& out, Kind kind, Time time, const Track& track, std::string_view text);
  void define(std::string& out, Time time, const Stack& stack);
  void put(std::string& out, Time time, std::string_view mark);
  OpenTrack& open(const Track& track);
  void note(const Record& record);
  void write(std::string& out, const Record& record);
  void write_end(std::string& out, const Record& record);
  void write_description(std::string& out, OpenTrack& track, Time time);
  void begin_window(std::string& out);
  template <typename Visit>
  void for_each_open(Visit visit);

  MarkEncoder& encoder_;
  bool windowed_;
  Time shift_ = 0;
  std::optional<Time> since_;
  std::optional<Time> until_;
  bool behind_ = false;      // the records at hand lie behind the window
  bool begun_ = false;       // the window has
  std::string definitions_;  // of the generation at hand, as records, while the window has not begun
  TrackMap open_;
  std::string text_;  // the mark at hand
  std::string bare_;
  std::string end_;
};

}  // namespace tracecheck
