// A profile in the format of pprof: values by stack. Fact from: profile.proto of github.com/google/pprof.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tracecheck {

class Profile {
 public:
  struct ValueType {
    std::string_view type;  // "contentions"
    std::string_view unit;  // "count"
  };
  using StackIndex = std::size_t;

  /// One or two types. The first counts: a stack that counts 0 is not in the message.
  explicit Profile(std::vector<ValueType> types) : types_(std::move(types)) {}

  /// `record` is of the frames (analysis/frames_record.h); "" for no stack.
  StackIndex stack(std::string_view record);
  void add(StackIndex stack, std::int64_t first, std::int64_t second = 0);

  /// True if no stack counts anything.
  bool empty() const;

  /// The whole as a message, not compressed.
  std::string message() const;

 private:
  struct Sample {
    std::string stack;
    std::array<std::int64_t, 2> values{};
  };
  class Message;

  std::vector<ValueType> types_;
  std::deque<Sample> samples_;  // in the order in which their stacks came up; they stay where they are
  std::unordered_map<std::string_view, StackIndex> by_stack_;
};

}  // namespace tracecheck
