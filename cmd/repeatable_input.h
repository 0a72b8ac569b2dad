// Input that is read more than once.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

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

 private:
  std::string name_;
  std::function<std::unique_ptr<ByteSource>()> open_;
  bool again_ = false;  // it was opened before
  int kept_ = -1;       // the temporary file, if there is one
  int code_ = 0;        // why there is none
};

}  // namespace tracecheck::cmd
