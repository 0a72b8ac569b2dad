// Tables for people: aligned columns, as wide as what is in them, cut to the width of a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracecheck {

/// How text is to be shown.
struct Style {
  bool color = false;
  std::size_t width = 0;  // of the terminal, in columns; 0: there is none, lines may have any length
};

/// Where a name that is too long lacks a part: names and paths are told apart by their ends, too.
enum class Cut : std::uint8_t { Middle, End };

class TextTable {
 public:
  /// A header of each column. The first ones are numbers, aligned to the right; the last `left` are names.
  explicit TextTable(std::vector<std::string> headers, std::size_t left = 1, Cut cut = Cut::Middle)
      : headers_(std::move(headers)), left_(left), cut_(cut) {}

  /// Cells are shown as they are: text of strangers has to be escaped before. `faint`: less important than others.
  void add(std::vector<std::string> cells, bool faint = false) { rows_.push_back({std::move(cells), faint}); }
  bool empty() const { return rows_.empty(); }
  /// A column that is never left out, as is the first.
  void keep(std::size_t column) { kept_ = column; }

  /// Appends the header and the rows, each a line. Where names would have less than a third of a terminal's width, the
  /// last columns of numbers are left out, and a line says which.
  void print(std::string& out, const Style& style) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    bool faint = false;
  };
  // Of each column; 0: it is left out.
  using Widths = std::vector<std::size_t>;
  std::size_t first_name() const { return headers_.size() - left_; }
  Widths full_widths() const;
  std::vector<std::size_t> leave_out(Widths& widths, std::size_t most) const;
  void narrow_names(Widths& widths, std::size_t most) const;
  std::string line(const std::vector<std::string>& cells, const Widths& widths) const;

  std::vector<std::string> headers_;
  std::size_t left_;
  Cut cut_;
  std::size_t kept_ = 0;
  std::vector<Row> rows_;
};

/// How many columns of a terminal the text takes: its code points.
std::size_t columns_of(std::string_view text);

/// The text, cut so that it takes no more than `most` columns, at least one; then there is a "…" where it lacks a part.
std::string shortened(std::string_view text, std::size_t most, Cut cut = Cut::End);

}  // namespace tracecheck
