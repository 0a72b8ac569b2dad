// The options that say what is expected of a command and its trace.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "analysis/expectations.h"

namespace tracecheck::cmd {

/// The check options of one command, each of which may be given several times. It lives as long as the command.
class CheckOptions {
 public:
  void add_to(CLI::App& app);
  /// What was given, in the order of the command line.
  Checks checks(const CLI::App& app) const;

 private:
  struct Given {
    const CLI::Option* option;
    std::unique_ptr<std::vector<std::string>> texts;  // CLI11 writes them here
    ParsedExpectation (*parse)(std::string_view);
  };

  const CLI::Option* crash_ = nullptr;
  std::vector<Given> given_;
};

}  // namespace tracecheck::cmd
