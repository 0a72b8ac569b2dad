// Many files to read: those named on the command line, in a list, and in directories.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

struct FileListOptions {
  bool recursive = false;
  std::vector<std::string> include;
  std::string from;  // a file with names, "-" for standard input; "" for none

  bool any() const { return recursive || !from.empty(); }
};

/// Adds -r, --include and --files-from to a command.
void add_file_list(CLI::App& app, FileListOptions& options);

/// The files in the order in which they were named, those of a directory sorted. What cannot be read stands among them,
/// directories that cannot be listed, too: `open` tells why.
class FileList {
 public:
  /// `named`: as the command line has them; where neither they nor the options name anything, standard input if
  /// something is piped in. Files that are found in a directory and are one of `outputs`, as -o has them, are left out.
  /// Empty: there is nothing to read, which is bad usage. Other bad usage throws CLI11's error.
  FileList(const std::vector<std::string>& named, const FileListOptions& options,
           const std::vector<std::string>& outputs = {});

  const std::vector<std::string>& names() const { return names_; }
  const std::string& operator[](std::size_t i) const { return names_[i]; }
  std::size_t size() const { return names_.size(); }
  bool empty() const { return names_.empty(); }

  /// The size of all regular files among them, in bytes.
  std::uint64_t bytes() const;

  /// Opens one of the names. Reading it for over a second shows progress on a terminal.
  std::unique_ptr<ByteSource> open(const std::string& name) const;

  /// Drops the files of which `is_wanted` says false.
  template <typename IsWanted>
  void keep(IsWanted is_wanted) {
    std::erase_if(names_, [&](const std::string& name) { return !is_wanted(name); });
  }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::string> problems_;  // why a name cannot be opened
};

}  // namespace tracecheck::cmd
