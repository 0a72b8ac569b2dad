#include "cmd/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "export/wrap.h"

namespace tracecheck::cmd {

std::optional<std::size_t> terminal_width(int descriptor) {
  const char* columns = std::getenv("COLUMNS");
  const std::string_view text = columns == nullptr ? "" : columns;
  std::size_t width = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), width);
  if (problem == std::errc() && end == text.data() + text.size() && width > 0) return width;
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return std::nullopt;
}

std::size_t line_width(int descriptor) {
  return isatty(descriptor) == 1 ? terminal_width(descriptor).value_or(kAnyWidth) : kAnyWidth;
}

}  // namespace tracecheck::cmd
