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

class TextTable {
 public:
  /// A header of each column. Columns are aligned to the right, but for the last `left`.
  explicit TextTable(std::vector<std::string> headers, std::size_t left = 1)
      : headers_(std::move(headers)), left_(left) {}

  /// Cells are shown as they are: text of strangers has to be escaped before. `faint`: less important than others.
  void add(std::vector<std::string> cells, bool faint = false) { rows_.push_back({std::move(cells), faint}); }
  bool empty() const { return rows_.empty(); }

  /// Appends the header and the rows, each a line.
  void print(std::string& out, const Style& style) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    bool faint = false;
  };
  std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                   std::size_t most) const;

  std::vector<std::string> headers_;
  std::size_t left_;
  std::vector<Row> rows_;
};

/// How many columns of a terminal the text takes: its code points.
std::size_t columns_of(std::string_view text);

/// The text, cut so that it takes no more than `most` columns; then it ends in "…".
std::string shortened(std::string_view text, std::size_t most);

}  // namespace tracecheck
