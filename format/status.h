// Goroutine and proc statuses as status events carry them. Frozen. Fact from: FORMAT.md section 4.
#pragma once

#include <cstdint>

namespace tracecheck {

enum class GoStatusCode : std::uint8_t { None = 0, Runnable = 1, Running = 2, Syscall = 3, Waiting = 4 };
enum class ProcStatusCode : std::uint8_t { None = 0, Running = 1, Idle = 2, Syscall = 3, SyscallAbandoned = 4 };

inline constexpr std::uint64_t kMaxStatusCode = 4;

}  // namespace tracecheck
