#include "export/text_table.h"

#include <algorithm>

namespace tracecheck {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeast = 40;  // of a line; a narrower terminal wraps it

bool begins_rune(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }

}  // namespace

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_rune));
}

std::string shortened(std::string_view text, std::size_t most) {
  if (columns_of(text) <= most) return std::string(text);
  std::size_t columns = 0;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (begins_rune(text[end]) && ++columns >= most) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string TextTable::line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                            std::size_t most) const {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text.append(kGap, ' ');
    const std::size_t used = columns_of(cells[i]);
    const std::string padding(widths[i] > used ? widths[i] - used : 0, ' ');
    text += i + left_ < cells.size() ? padding + cells[i] : cells[i] + padding;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return most == 0 ? text : shortened(text, std::max(most, kLeast));
}

void TextTable::print(std::string& out, const Style& style) const {
  std::vector<std::size_t> widths(headers_.size());
  for (std::size_t i = 0; i < widths.size(); ++i) {
    widths[i] = columns_of(headers_[i]);
    for (const Row& row : rows_) widths[i] = std::max(widths[i], columns_of(row.cells[i]));
  }
  const auto print_line = [&](const std::vector<std::string>& cells, const char* mark) {
    const std::string text = line(cells, widths, style.width);
    out += style.color && *mark != '\0' ? mark + text + "\x1b[0m\n" : text + "\n";
  };
  print_line(headers_, "\x1b[1m");
  for (const Row& row : rows_) print_line(row.cells, row.faint ? "\x1b[2m" : "");
}

}  // namespace tracecheck
