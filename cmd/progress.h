// Progress on standard error while something is read for over a second.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

class FileList;

/// Wraps `source`, which reads `name`. Shows nothing unless standard error is a terminal, and wipes its line
/// when the source is done with.
std::unique_ptr<ByteSource> show_progress(std::unique_ptr<ByteSource> source, const std::string& name);

/// One line for many files instead of one for each, as long as this lives: how many are done, and how much of all their
/// bytes was read. One at a time; what reads the files ends before.
class FilesProgress {
 public:
  /// `readings`: how often each of the files is read.
  explicit FilesProgress(const FileList& files, unsigned readings = 1);
  FilesProgress(const FilesProgress&) = delete;
  FilesProgress& operator=(const FilesProgress&) = delete;
  ~FilesProgress();

  void file_done();
};

/// To be there while `text` is written to a terminal: progress is wiped away before, and comes back only below a line
/// that is at its end.
class ProgressPause {
 public:
  explicit ProgressPause(std::string_view text);

 private:
  std::lock_guard<std::mutex> lock_;
};

}  // namespace tracecheck::cmd
