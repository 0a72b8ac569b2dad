// What bytes that are no trace may be instead.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tracecheck {

/// A noun phrase for messages, e.g. "an ELF file (an executable or a core dump)"; "" if nothing is known.
std::string looks_like(std::span<const std::uint8_t> bytes);

}  // namespace tracecheck
