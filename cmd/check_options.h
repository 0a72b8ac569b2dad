// The options that say what is expected of a command and its trace.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "analysis/expectations.h"

namespace tracecheck::cmd {

struct CheckOption;

/// The check options of one command, each of which may be given several times. It lives as long as the command.
class CheckOptions {
 public:
  /// For a command that runs another one: about that and its trace.
  void add_for_command(CLI::App& app);
  /// For a command that reads traces: about these, limits too.
  void add_for_trace(CLI::App& app);
  /// What was given, in the order of the command line.
  Checks checks(const CLI::App& app) const;

 private:
  struct Given {
    const CLI::Option* option;
    std::unique_ptr<std::vector<std::string>> texts;  // CLI11 writes them here
    ParsedExpectation (*parse)(std::string_view);
  };

  void add(CLI::App& app, const CheckOption& option);

  const CLI::Option* crash_ = nullptr;
  std::vector<Given> given_;
};

}  // namespace tracecheck::cmd
