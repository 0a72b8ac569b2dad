// The text of --help.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>

namespace tracecheck::cmd {

/// For CLI11's `formatter`: lines of at most `width` columns, but for words that are longer.
class Help final : public CLI::FormatterBase {
 public:
  explicit Help(std::size_t width) : width_(width) {}
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;

 private:
  std::size_t width_;
};

/// The width to use for what is written to `descriptor`: the terminal's, but no more than can be read well.
std::size_t help_width(int descriptor);

}  // namespace tracecheck::cmd
