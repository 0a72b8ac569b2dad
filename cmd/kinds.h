// --kind: what grep looks for, what export writes, and what redact replaces. The three are of different things, and so
// are their names.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tracecheck::cmd {

enum class KindsOf : std::uint8_t { Matches, Events, Texts };

/// "log, task or region"
std::string kinds_listed(KindsOf what);

/// Adds --kind, which takes names in upper or lower case, several with commas between them. `kinds` gets their places
/// in SearchKind, EventKind or TextKind.
CLI::Option* add_kinds(CLI::App& app, KindsOf what, std::vector<std::size_t>& kinds, const std::string& help);

}  // namespace tracecheck::cmd
