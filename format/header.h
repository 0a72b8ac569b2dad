// The sixteen bytes that a trace begins with. Fact from: FORMAT.md section 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "tracecheck/go_version.h"

namespace tracecheck {

inline constexpr std::size_t kHeaderSize = 16;

/// How far into a stream a header is looked for when text stands before it, in bytes.
inline constexpr std::size_t kHeaderSearchLimit = 64 * 1024;

enum class HeaderKind : std::uint8_t {
  V2,            // a trace of a known version
  V1,            // Go 1.11 to 1.21: another format
  UnknownMinor,  // a well-formed header of a version not known
  Short,         // all there is could be the beginning of a header
  NotAHeader,
};

struct Header {
  HeaderKind kind = HeaderKind::NotAHeader;
  std::uint32_t minor = 0;  // NN of "go 1.NN trace"; 0 if there is none
};

/// Judges the first bytes of `bytes`; at most sixteen are looked at.
Header parse_header(std::span<const std::uint8_t> bytes);

/// The header of a version, as it stands in a file.
std::string header_bytes(GoVersion version);

/// The offset of the first well-formed header (of any version) in `bytes`.
std::optional<std::size_t> find_header(std::span<const std::uint8_t> bytes);

}  // namespace tracecheck
