// Small ELF cores in memory, for tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracecheck::testing {

/// An ELF core of these pieces of memory.
class CoreBuilder {
 public:
  CoreBuilder& memory(std::uint64_t address, std::string_view bytes);
  /// The file.
  std::vector<std::uint8_t> bytes() const;

 private:
  struct Piece {
    std::uint64_t address;
    std::string bytes;
  };
  std::vector<Piece> pieces_;
};

/// A trace buffer: 64 KiB, with a batch whose size is not written yet. `last_time` is that of its newest event.
std::string trace_buffer(std::uint64_t generation, std::uint64_t thread, std::uint64_t time, std::string_view data,
                         std::uint64_t last_time);

/// Where a Go program says its version.
std::string build_info(std::string_view go_version);

}  // namespace tracecheck::testing
