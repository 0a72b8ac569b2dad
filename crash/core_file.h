// The memory of a dead process, page by page, out of an ELF core. What an ELF core looks like: elf(5), core(5).
//
// A core is read once from front to back, as it comes, so that it may be packed or come through a pipe. Memory stays
// at a few megabytes whatever its size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tracecheck/byte_source.h"

namespace tracecheck {

class CoreFile {
 public:
  static constexpr std::size_t kPage = 4096;
  static constexpr std::size_t kAhead = 64 * 1024;

  /// `source` must outlive this.
  explicit CoreFile(ByteSource& source);

  /// Reads the headers. A sentence without the file's name if this is no core of a 64-bit little-endian process.
  std::optional<std::string> open();

  /// Goes on to the next page whose bytes are in the core, in the order of the file. False at the end.
  bool next_page();
  /// Where the page stood in the process.
  std::uint64_t address() const { return address_; }
  /// The bytes from the page's first on, kAhead of them where so many follow in the process and the core. Valid until
  /// the next call of `next_page`.
  std::span<const std::uint8_t> ahead() const;

  /// Once `next_page` gave false: bytes of memory that the headers name and the file does not have.
  std::uint64_t missing() const { return missing_; }

 private:
  // Memory whose bytes follow each other in the process and in the file.
  struct Run {
    std::uint64_t offset = 0;
    std::uint64_t address = 0;
    std::uint64_t size = 0;
  };

  std::optional<std::string> read_runs(std::uint64_t table_offset, std::uint64_t count);
  void add_run(const std::uint8_t* program_header);
  bool next_run();
  void fill();
  std::size_t read(std::uint8_t* to, std::size_t size);
  bool skip_to(std::uint64_t offset);

  ByteSource& source_;
  std::uint64_t offset_ = 0;  // bytes read from the source
  bool ended_ = false;
  std::vector<Run> runs_;
  std::size_t run_ = 0;        // the next one
  std::uint64_t left_ = 0;     // bytes of the current run that are not in the window yet
  std::uint64_t address_ = 0;  // of the page
  std::size_t page_size_ = 0;  // of the page; 0 before the first of a run
  std::size_t begin_ = 0;      // of the page in the window
  std::size_t end_ = 0;        // bytes in the window
  std::uint64_t missing_ = 0;
  std::vector<std::uint8_t> window_;
};

}  // namespace tracecheck
