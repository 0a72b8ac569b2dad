// Input that is read more than once.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

/// False for standard input, and for what comes from a pipe.
bool can_be_opened_again(const std::string& name);

/// A file is opened anew each time. What cannot be, as it comes from a pipe, is kept in a temporary file without a name
/// as it is read the first time.
class RepeatableInput {
 public:
  /// One of `inputs`. `open` opens it; it is open_input, unless it is known better.
  explicit RepeatableInput(std::string name);
  RepeatableInput(std::string name, std::function<std::unique_ptr<ByteSource>()> open);
  RepeatableInput(const RepeatableInput&) = delete;
  RepeatableInput& operator=(const RepeatableInput&) = delete;
  ~RepeatableInput();

  /// The input from its first byte on; of a pipe, as far as the first source was read. One source at a time, and none
  /// may outlive this.
  std::unique_ptr<ByteSource> open();

  /// What the first source gave, and no more: it was read until it ended, by a limit maybe. To work on that once more there
  /// is time anew, more than the first reading took.
  std::unique_ptr<ByteSource> open_again();

  /// How much the first source gave.
  struct FirstReading {
    std::chrono::steady_clock::time_point begin;
    std::optional<std::chrono::steady_clock::duration> took;  // until the first look back at it
    std::uint64_t bytes = 0;
    bool limited = false;  // there is more
  };

 private:
  std::unique_ptr<ByteSource> open_within(const ReadLimits& limits) const;

  std::string name_;
  std::function<std::unique_ptr<ByteSource>()> open_;
  FirstReading first_;
  bool again_ = false;  // it was opened before
  int kept_ = -1;       // the temporary file, if there is one
  int code_ = 0;        // why there is none
};

}  // namespace tracecheck::cmd
