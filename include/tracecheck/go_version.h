// The versions of the v2 trace format. Fact from: FORMAT.md section 1.
#pragma once

#include <cstdint>

namespace tracecheck {

/// The NN of a header "go 1.NN trace". Go 1.24 programs write 23.
enum class GoVersion : std::uint8_t { Go122 = 22, Go123 = 23, Go125 = 25, Go126 = 26 };

constexpr int minor_of(GoVersion version) { return static_cast<int>(version); }

/// From 1.26 on, a marker closes each generation; before, only the next one's first batch does.
constexpr bool has_end_markers(GoVersion version) { return version >= GoVersion::Go126; }

/// From 1.25 on, each generation begins with a sync batch: frequency and clock snapshot.
constexpr bool has_sync_batches(GoVersion version) { return version >= GoVersion::Go125; }

}  // namespace tracecheck
