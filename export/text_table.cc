#include "export/text_table.h"

#include <algorithm>
#include <numeric>

namespace tracecheck {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeast = 40;  // of a line; a narrower terminal wraps it

bool begins_rune(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }

// Where in the text the code point of that number begins, or the text ends.
std::size_t byte_of(std::string_view text, std::size_t rune) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (begins_rune(text[at]) && rune-- == 0) break;
  }
  return at;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_rune));
}

std::string shortened(std::string_view text, std::size_t most, Cut cut) {
  const std::size_t columns = columns_of(text);
  if (columns <= most) return std::string(text);
  const std::size_t tail = cut == Cut::End ? 0 : (most - 1) / 2;
  const std::size_t head = most - 1 - tail;
  return std::string(text.substr(0, byte_of(text, head))) + "…" +
         std::string(text.substr(byte_of(text, columns - tail)));
}

TextTable::Widths TextTable::full_widths() const {
  Widths widths;
  for (const std::string& header : headers_) widths.push_back(columns_of(header));
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], columns_of(row.cells[i]));
  }
  return widths;
}

// Leaves out numbers until names have room, the last first; returns which.
std::vector<std::size_t> TextTable::leave_out(Widths& widths, std::size_t most) const {
  const auto names = widths.begin() + static_cast<std::ptrdiff_t>(first_name());
  const bool any_names = left_ > 0;
  const std::size_t gaps = any_names ? first_name() : first_name() - 1;  // behind the numbers
  const std::size_t wanted =
      any_names ? std::min(std::accumulate(names, widths.end(), kGap * (left_ - 1)), most / 3) : 0;
  std::size_t numbers = std::accumulate(widths.begin(), names, kGap * gaps);
  std::vector<std::size_t> left_out;
  for (std::size_t i = first_name(); i > 1 && numbers + wanted > most; --i) {
    if (i - 1 == kept_) continue;
    numbers -= widths[i - 1] + kGap;
    widths[i - 1] = 0;
    left_out.insert(left_out.begin(), i - 1);
  }
  return left_out;
}

// To what room is left for them; those before the last get no more than half of it.
void TextTable::narrow_names(Widths& widths, std::size_t most) const {
  std::size_t used = 0;
  for (std::size_t i = 0; i < first_name(); ++i) used += widths[i] == 0 ? 0 : widths[i] + kGap;
  std::size_t room = most > used ? most - used : 1;
  for (std::size_t i = first_name(); i < widths.size(); ++i) {
    const bool last = i + 1 == widths.size();
    widths[i] = std::max<std::size_t>(std::min(widths[i], last ? room : room / 2), 1);
    room -= std::min(room - 1, widths[i] + kGap);
  }
}

std::string TextTable::line(const std::vector<std::string>& cells, const Widths& widths) const {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths[i] == 0) continue;
    if (i > 0) text.append(kGap, ' ');
    const std::string cell = i < first_name() ? cells[i] : shortened(cells[i], widths[i], cut_);
    const std::size_t used = columns_of(cell);
    const std::string padding(widths[i] > used ? widths[i] - used : 0, ' ');
    text += i < first_name() ? padding + cell : cell + padding;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void TextTable::print(std::string& out, const Style& style) const {
  Widths widths = full_widths();
  std::vector<std::size_t> left_out;
  const std::size_t most = std::max(style.width, kLeast);
  if (style.width > 0) {
    left_out = leave_out(widths, most);
    narrow_names(widths, most);
  }
  const auto print_line = [&](std::string text, const char* mark) {
    if (style.width > 0) text = shortened(text, most);
    out += style.color && *mark != '\0' ? mark + text + "\x1b[0m\n" : text + "\n";
  };
  print_line(line(headers_, widths), "\x1b[1m");
  for (const Row& row : rows_) print_line(line(row.cells, widths), row.faint ? "\x1b[2m" : "");
  if (left_out.empty()) return;
  std::string text = "a wider terminal also shows: ";
  for (const std::size_t column : left_out) text += (column == left_out.front() ? "" : ", ") + headers_[column];
  out += style.color ? "\x1b[2m" + text + "\x1b[0m\n" : text + "\n";
}

}  // namespace tracecheck
