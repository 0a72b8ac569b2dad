// A limit on the memory that this process allocates with `new`.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "reader/limited_source.h"

namespace tracecheck::cmd {

/// From here on no more than `bytes` are given out at a time, on top of what is there already: what would be beyond
/// fails with MemoryLimitReached, and there is 1 MiB more from then on to tell of it. Libraries that allocate by
/// themselves (zlib, zstd, SQLite) are not counted.
void limit_memory(std::size_t bytes);

bool memory_is_limited();

/// The limit was reached at this file, of which nothing else could be told.
struct MemoryLimitReachedAt : MemoryLimitReached {
  explicit MemoryLimitReachedAt(std::string name) : file(std::move(name)) {}
  std::string file;
};

/// What `work` gives, which is about the file.
template <typename Work>
auto naming(const std::string& file, Work work) {
  try {
    return work();
  } catch (const MemoryLimitReached&) {
    throw MemoryLimitReachedAt(file);
  }
}

}  // namespace tracecheck::cmd
