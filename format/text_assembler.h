// From the raw text form to the bytes of a trace. Fact from: FORMAT.md section 9.
//
// More is accepted than the reference reads: a missing data line is empty data, and a line may be of any
// length. Nothing is checked beyond the form: a text may describe a broken trace.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/event_type.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

/// What is wrong with a text.
struct TextError {
  std::uint64_t line = 0;  // from 1
  std::string message;     // a sentence
};

/// Takes a text line by line and gives its bytes as they become certain.
class TextAssembler {
 public:
  /// The next line, without its newline. Appends bytes to `out`; false: `error()` says why, and nothing may
  /// follow.
  bool add_line(std::string_view line, std::string& out);

  /// The end of the text.
  bool finish(std::string& out);

  const TextError& error() const { return error_; }

 private:
  enum class Expect : std::uint8_t { Header, Event, Frame, Data };

  bool fail(std::string message);
  bool header(std::string_view line, std::string& out);
  bool event(std::string_view line, std::string& out);
  bool frame(std::string_view line, std::string& out);
  bool data(std::string_view line, std::string& out);
  void append_data(std::string& out, std::string_view data);
  bool find_type(std::string_view name, EventType& type);
  bool read_arguments(std::string_view line, std::string_view owner, const std::vector<std::string_view>& names);
  bool read_argument(std::string_view& line, std::string_view owner, std::string_view name);

  Expect expect_ = Expect::Header;
  GoVersion version_ = GoVersion::Go126;
  EventType type_ = EventType::None;  // the event that frames or data are awaited for
  std::uint64_t frames_left_ = 0;
  std::vector<std::uint64_t> arguments_;  // of the last line
  std::uint64_t line_ = 0;
  TextError error_;
};

}  // namespace tracecheck
