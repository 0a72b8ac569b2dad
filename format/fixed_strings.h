// The strings that the runtime registers anew as each generation begins, so that their ids are known even where the
// string table is lost. Frozen. Fact from: FORMAT.md section 10, the table of string ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tracecheck/go_version.h"

namespace tracecheck {

/// Which of the three lists a trace has: the header does not tell Go 1.23.0, 1.23 and 1.24 apart, the id of
/// runtime.Gosched does.
enum class FixedStrings : std::uint8_t {
  UpTo1230,      // 20: runtime.Gosched
  WeakToStrong,  // 20: GC weak to strong wait, 21: runtime.Gosched
  Synctest,      // 21: synctest, 22: runtime.Gosched
};

/// The list of a version, if its header is enough to tell.
std::optional<FixedStrings> fixed_strings(GoVersion version);

/// The list in which `id` is runtime.Gosched.
std::optional<FixedStrings> fixed_strings_by_gosched(std::uint64_t id);

inline constexpr std::uint64_t kFirstAmbiguousString = 20;  // those below are the same in every list
inline constexpr std::uint64_t kUnspecifiedReason = 5;
inline constexpr std::uint64_t kPreemptedReason = 16;
inline constexpr std::string_view kGosched = "runtime.Gosched";
inline constexpr std::string_view kStartTrace = "start trace";

std::uint64_t gosched_id(FixedStrings list);

/// The text of an id; "" if it is not fixed. `list` is not looked at for ids below kFirstAmbiguousString.
std::string_view fixed_string(std::uint64_t id, std::optional<FixedStrings> list);

/// Whether it is one of those, of any list, or why the runtime stops the world.
bool is_fixed_text(std::string_view text);

}  // namespace tracecheck
