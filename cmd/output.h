// Standard output, or the file that `-o` names.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "export/sink.h"
#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

/// Buffers what is written. A closed pipe downstream ends the program as the shell expects it; any other
/// failure is kept as an error that names the file.
class Output {
 public:
  /// Standard output.
  Output() = default;
  /// Standard output for "-". Else a temporary file beside `path` (links followed), renamed by `commit`; a device, a
  /// pipe, or a name of an open file such as /dev/stdout is written directly.
  explicit Output(const std::string& path);
  /// A regular file, made if it is not there, that is written directly behind what it has: what is written stays,
  /// whatever becomes of this program. Fails while another program does the same.
  enum class Behind : std::uint8_t { All };
  Output(const std::string& path, Behind behind);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  /// Of a file that is written behind what it has: keeps only so many bytes of that. Before anything is written.
  bool keep_only(std::uint64_t bytes);

  /// False once anything failed.
  bool write(std::string_view text);
  bool flush();
  /// Flushes, and reads what was written from its first byte on, before `commit`; nothing may be written after that.
  /// Null on failure, or where it is no file of our own.
  std::unique_ptr<ByteSource> read_back();
  /// Flushes, and puts the file in its place. False on failure; then nothing is left of it.
  bool commit();

  /// A sentence that names the file; "" if all is well.
  const std::string& error() const { return error_; }
  bool is_terminal() const;
  /// The name of the temporary file, for what writes a file by itself and nothing through `write`; "" where the target
  /// is written directly, or anything failed.
  const std::string& temporary_file() const { return temporary_; }
  Sink sink() {
    return [this](std::string_view text) { return write(text); };
  }

 private:
  bool fail(const std::string& what, int code);
  bool write_all(std::string_view text);

  int descriptor_ = 1;
  std::string name_ = "standard output";  // for messages
  std::string target_;                    // "" for standard output
  std::string temporary_;                 // "" where the target is written directly
  std::string buffer_;
  std::string error_;
};

/// The number of the open file that a name such as /dev/stdout or /dev/fd/3 stands for. A file put in the place of the
/// one that it leads to would lose what stands there, and what others write after us.
std::optional<int> open_file_number(const std::string& path);

/// The name at the end of the links that a name leads to, be there a file yet or not.
std::string behind_links(const std::string& path);

/// Whether there is something that is not a regular file: a pipe, a device, a folder.
bool is_no_regular_file(const std::string& path);

/// Whether what is written to that name goes to standard output.
bool is_standard_output(const std::string& path);

/// Whether writing `output`, "-" for standard output, would change `input`: no command does that.
bool is_same_file(const std::string& output, const std::string& input);

/// Whether an open descriptor leads to the regular file of that name, or for "-" to that of standard output.
bool goes_to_file(int descriptor, const std::string& path);

}  // namespace tracecheck::cmd
