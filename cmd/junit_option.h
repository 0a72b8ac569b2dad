// --junit: the results of a command as a file that CI systems read.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/junit.h"

namespace tracecheck::cmd {

/// Adds --junit. `path` stays "" where it is not given.
void add_junit(CLI::App& app, std::string& path, const std::string& help);

/// What keeps `path` from being written, in a sentence: it is one of `inputs`, which no command changes, or the file
/// that standard output or standard error goes to, which would be lost. None where there is nothing to object to.
std::optional<std::string> junit_problem(const std::string& path, const std::vector<std::string>& inputs);

/// Writes a suite there, nothing if `path` is "". False, and a complaint, on failure.
bool write_junit(const std::string& path, std::string_view suite, const std::vector<JunitCase>& cases);

}  // namespace tracecheck::cmd
