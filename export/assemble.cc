#include "export/assemble.h"

#include <string_view>
#include <vector>

#include "format/text_assembler.h"

namespace tracecheck {
namespace {

constexpr std::size_t kReadSize = 128 * 1024;
constexpr std::size_t kWriteSize = 64 * 1024;

// A batch of data takes a quarter of a megabyte at most. A longer line comes from something else, and
// must not fill the memory; a first line is short.
constexpr std::size_t kMaxLine = 64 * 1024 * 1024;
constexpr std::size_t kMaxFirstLine = 4096;

class Assembly {
 public:
  Assembly(ByteSource& source, const Sink& sink) : source_(source), sink_(sink), chunk_(kReadSize) {}

  AssembleResult run() {
    using Status = AssembleResult::Status;
    while (const std::size_t size = source_.read(chunk_.data(), chunk_.size())) {
      if (!chunk({reinterpret_cast<const char*>(chunk_.data()), size})) return failed();
      if (out_.size() >= kWriteSize && !flush()) return {Status::Stopped, 0, {}};
    }
    if (source_.error()) {
      flush();
      return {Status::Unreadable, lines_ + 1, source_.error()->message};
    }
    const bool good = (partial_.empty() || line(partial_)) && assembler_.finish(out_);
    if (!good) return failed();
    return {flush() ? Status::Done : Status::Stopped, 0, {}};
  }

 private:
  bool chunk(std::string_view text) {
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      const std::string_view part = text.substr(0, end);
      // Most lines lie in one chunk; only one that does not is copied.
      if (partial_.empty()) {
        if (!line(part)) return false;
      } else {
        partial_ += part;
        if (!line(partial_)) return false;
        partial_.clear();
      }
      text.remove_prefix(end + 1);
    }
    partial_ += text;
    const std::size_t limit = lines_ == 0 ? kMaxFirstLine : kMaxLine;
    if (partial_.size() <= limit) return true;
    // The assembler says what is wrong with a first line; a later one is simply too long.
    if (lines_ == 0 && !line(partial_)) return false;
    too_long_ = true;
    return false;
  }

  bool line(std::string_view text) {
    ++lines_;
    return assembler_.add_line(text, out_);
  }

  bool flush() {
    const bool taken = out_.empty() || sink_(out_);
    out_.clear();
    return taken;
  }

  AssembleResult failed() {
    flush();
    if (too_long_) return {AssembleResult::Status::BadText, lines_ + 1, "the line is longer than any can be"};
    return {AssembleResult::Status::BadText, assembler_.error().line, assembler_.error().message};
  }

  ByteSource& source_;
  const Sink& sink_;
  TextAssembler assembler_;
  std::vector<std::uint8_t> chunk_;
  std::string partial_;  // the beginning of a line that goes on in the next chunk
  std::string out_;
  std::uint64_t lines_ = 0;
  bool too_long_ = false;
};

}  // namespace

AssembleResult assemble_text(ByteSource& source, const Sink& sink) { return Assembly(source, sink).run(); }

}  // namespace tracecheck
