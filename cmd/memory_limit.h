// A limit on the memory that this process allocates with `new`.
#pragma once

#include <cstddef>

namespace tracecheck::cmd {

/// From here on no more than `bytes` are given out at a time, on top of what is there already: what would be beyond
/// fails with MemoryLimitReached, and there is 1 MiB more from then on to tell of it. Libraries that allocate by
/// themselves (zlib, zstd, SQLite) are not counted.
void limit_memory(std::size_t bytes);

bool memory_is_limited();

}  // namespace tracecheck::cmd
