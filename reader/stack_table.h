// The stacks of one generation. Fact from: FORMAT.md section 3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "reader/id_hash.h"
#include "reader/id_table.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// A text of the string table; views bytes of a batch.
struct Text {
  const char* data = nullptr;
  std::uint32_t size = 0;
  bool present() const { return data != nullptr; }
  std::string_view view() const { return {data, size}; }
};
using StringTable = IdTable<Text>;

/// A frame as the wire has it: func and file are string ids.
struct RawFrame {
  std::uint64_t pc = 0;
  std::uint64_t function = 0;
  std::uint64_t file = 0;
  std::uint64_t line = 0;
};

class FrameMemory;

class StackTable {
 public:
  explicit StackTable(const StringTable& strings) : strings_(strings) {}

  /// Adds a stack of `count` frames, which were appended with `append_frame` just before. False if the id is taken.
  /// `again`: it then has the later meaning instead.
  bool insert(std::uint64_t id, std::size_t count, bool again = false);
  void append_frame(const RawFrame& frame) { frames_.push_back(frame); }
  /// Takes out again what was appended last.
  void drop_frames(std::size_t count) { frames_.resize(frames_.size() - count); }

  /// The stack of that id, as an event has it.
  Stack stack(std::uint64_t id) const { return Stack(this, id); }
  bool contains(std::uint64_t id) const { return id == 0 || stacks_.find(id) != nullptr; }
  std::size_t size() const { return stacks_.size(); }
  /// As in IdTable.
  std::size_t end_of_dense() const { return stacks_.end_of_dense(); }

  /// A func or file id that a frame that counts refers to and the string table lacks. Frames are keyed by
  /// pc: only the first that mentions a pc counts.
  std::optional<std::uint64_t> missing_text() const;

  /// Frames with their texts; what the first mention of each pc says. A text that is missing is empty, unless
  /// another generation lends the frame.
  std::vector<Frame> frames(std::uint64_t id) const;

  /// Frames that count where a text is missing. Must outlive the table.
  void lend_frames(const FrameMemory* frames) { lent_ = frames; }

  /// Visits each stack's id.
  template <typename Visit>
  void for_each_stack(Visit visit) const {
    stacks_.for_each([&](std::uint64_t id, const Entry&) { visit(id); });
  }

  /// Visits each pc's frame, with its texts.
  template <typename Visit>
  void for_each_frame(Visit visit) const {
    for (const auto& [pc, index] : first_mentions()) visit(frame_of(frames_[index]));
  }

 private:
  struct Entry {
    std::uint32_t first = 0;  // index of the first frame, plus one, so that a default entry is absent
    std::uint32_t count = 0;
    bool present() const { return first != 0; }
  };
  const IdHashMap<std::uint64_t, std::uint32_t>& first_mentions() const;
  Frame frame_of(const RawFrame& raw) const;

  const StringTable& strings_;
  std::vector<RawFrame> frames_;
  IdTable<Entry> stacks_;
  const FrameMemory* lent_ = nullptr;
  // Made when first asked for, by the thread that reads or the one that writes what was read.
  mutable std::mutex mentions_mutex_;
  mutable IdHashMap<std::uint64_t, std::uint32_t> first_by_pc_;
  mutable std::uint32_t mentions_ = 0;  // frames that it knows
};

}  // namespace tracecheck
