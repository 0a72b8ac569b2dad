// Numbers for people.
#pragma once

#include <cstdint>
#include <string>

#include "tracecheck/go_version.h"

namespace tracecheck {

/// "go 1.26"; "go 1.23 or 1.24", whose headers are the same (FORMAT.md section 1).
std::string version_text(GoVersion version);

/// "1 event", "2 events".
std::string counted(std::uint64_t count, const std::string& noun);

/// "850ns", "12.5µs", "3.25ms", "1.5s".
std::string duration_text(std::int64_t nanoseconds);
/// The same beside a bound, to the last nanosecond where three digits would not tell which of them is the longer:
/// "5.000321ms".
std::string compared_duration_text(std::int64_t nanoseconds, std::int64_t bound);

/// Seconds with nine decimals: "1.000000250".
std::string seconds_text(std::int64_t nanoseconds);
/// The same, at the end of a string.
void append_seconds(std::string& out, std::int64_t nanoseconds);

/// "512 B", "4.1 MB": powers of 1000.
std::string bytes_text(std::uint64_t bytes);

}  // namespace tracecheck
