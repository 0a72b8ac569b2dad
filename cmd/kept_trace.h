// The trace that a command writes, kept as it comes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

/// A file that gets every byte at once, and is read again afterwards: the one that was asked for, or a temporary one
/// without a name, where none was or it cannot be read again.
class KeptTrace {
 public:
  /// `path` as -o has it: "" for none, "-" for standard output. A file that was there keeps its bytes until `start`.
  explicit KeptTrace(const std::string& path);
  KeptTrace(const KeptTrace&) = delete;
  KeptTrace& operator=(const KeptTrace&) = delete;
  ~KeptTrace();

  /// The command could not be started: a file that was not there before is there no more.
  void undo();
  /// Empties the file, if no `write` has done so: the command was started.
  void start();
  void write(std::string_view bytes);
  /// Writes a whole file, to `copy_to`, too. False if it cannot be read; `error` tells if it cannot be written.
  bool write_file(const std::string& path);
  /// Whether writing would change that file, whatever names it has by now.
  bool is_file(const std::string& path) const;
  /// A descriptor that is to get every byte besides: standard output, a pipe, a device. -1: none.
  int copy_to() const { return copy_to_; }
  /// Takes down that it did not get them. Who closes a pipe has had enough, which is no failure.
  void copy_failed(int code);

  /// Reads what was written, from the beginning; one source at a time.
  std::unique_ptr<ByteSource> open() const;

  /// A sentence that names the file; "" if all is well.
  const std::string& error() const { return error_; }

 private:
  void open_temporary();
  void open_file(const std::string& path);
  void fail(const std::string& name, int code);

  std::string name_;       // of what was asked for, for messages
  std::string kept_name_;  // of the file that is read again
  std::string new_file_;   // that was not there before; "" for none
  std::string error_;
  int kept_ = -1;
  int copy_to_ = -1;
  bool started_ = false;
};

}  // namespace tracecheck::cmd
