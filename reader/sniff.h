// What bytes that are no trace, or no longer one, may be instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace tracecheck {

/// The length of the text that `bytes` begin with: printable ASCII, white space, UTF-8.
std::size_t text_run(std::span<const std::uint8_t> bytes);

/// A noun phrase for messages, e.g. "an ELF file (an executable or a core dump)"; "" if nothing is known.
std::string looks_like(std::span<const std::uint8_t> bytes);

/// Whether every LF in what follows a damaged place has a CR before it, as a shell or a transfer leaves a trace that
/// it takes for text.
bool has_crlf_throughout(std::span<const std::uint8_t> bytes);

/// Whether what follows a damaged place is UTF-8 in which much was replaced by U+FFFD, as whatever takes a trace for
/// text and wants it to be valid leaves it.
bool was_made_utf8(std::span<const std::uint8_t> bytes);

}  // namespace tracecheck
