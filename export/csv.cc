#include "export/csv.h"

#include "export/escape.h"
#include "format/decimal.h"

namespace tracecheck {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

// As a cell between quotes; `append` writes the text as it is to be read.
template <typename Append>
void append_quoted_cell(std::string& out, std::string_view text, Append append) {
  out += '"';
  while (true) {
    const std::size_t quote = text.find('"');
    append(out, text.substr(0, quote));
    if (quote == std::string_view::npos) break;
    out += "\"\"";
    text.remove_prefix(quote + 1);
  }
  out += '"';
}

void append_text_cell(std::string& out, std::string_view text) { append_quoted_cell(out, text, append_table_text); }

void append_escaped_cell(std::string& out, std::string_view text) { append_quoted_cell(out, text, append_escaped); }

template <void (*AppendCell)(std::string&, std::string_view)>
void append_stack_cell(std::string& out, const Stack& stack) {
  std::string line;
  append_stack_line(line, stack.frames());
  AppendCell(out, line);
}

struct CellWriter {
  std::string& out;
  StackCache& stacks;
  bool for_terminal;

  void operator()(std::monostate) const {}
  void operator()(std::int64_t number) const { append_decimal(out, number); }
  void operator()(std::uint64_t number) const { append_decimal(out, number); }
  void operator()(CellWord word) const { out += word.text; }
  void operator()(CellText text) const { (for_terminal ? append_escaped_cell : append_text_cell)(out, text.text); }
  void operator()(const Stack& stack) const { stacks.append(out, stack); }
};

}  // namespace

void CsvFormat::begin(std::string& out, const SalvageReader& /*reader*/, const Event* first) {
  if (with_names_) {
    out += "trace";
    for (const std::string_view name : kColumnNames) {
      out += ',';
      out += name;
    }
    out += kLineEnd;
  }
  if (first != nullptr) rows_.begin_segment(*first);
}

EventWriter CsvFormat::writer() const {
  return [rows = rows_](std::string& out, const Event& event) mutable { rows.append(out, event); };
}

CsvRows::CsvRows(std::string_view trace, const EventMembers& members, bool for_terminal)
    : rows_(members),
      stacks_(for_terminal ? append_stack_cell<append_escaped_cell> : append_stack_cell<append_text_cell>),
      for_terminal_(for_terminal) {
  CellWriter{trace_, stacks_, for_terminal_}(CellText{trace});
}

void CsvRows::append(std::string& out, const Event& event) {
  const CellWriter writer{out, stacks_, for_terminal_};
  out += trace_;
  for (const Cell& cell : rows_.row(event)) {
    out += ',';
    std::visit(writer, cell);
  }
  out += kLineEnd;
}

}  // namespace tracecheck
