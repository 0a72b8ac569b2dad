// A file that a command is to write by itself.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string>

#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

/// Remembers what stood there before: an old trace must not be taken for the command's.
class WrittenFile {
 public:
  /// To be made before the command is started.
  explicit WrittenFile(std::string path);

  /// False if what is there is what was there before.
  bool is_new() const;
  /// Reads it; what is not new, or no regular file, gives a source that ends at once with an
  /// error.
  std::unique_ptr<ByteSource> open() const;

 private:
  std::string path_;
  std::optional<struct stat> before_;
};

}  // namespace tracecheck::cmd
