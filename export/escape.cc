#include "export/escape.h"

#include <algorithm>

#include "export/human.h"
#include "format/quote.h"
#include "format/utf8.h"

namespace tracecheck {

namespace {

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const DecodedRune rune = decode_rune(text);
    if (rune.valid && is_printable(rune.rune)) {
      out += text.substr(0, rune.size);
    } else {
      std::string quoted;
      append_quoted(quoted, text.substr(0, rune.size));
      out.append(quoted, 1, quoted.size() - 2);
    }
    text.remove_prefix(rune.size);
  }
}

std::string escaped(std::string_view text) {
  std::string result;
  append_escaped(result, text);
  return result;
}

std::string escaped_start(std::string_view text, std::size_t most, std::size_t more) {
  if (text.size() <= most && more == 0) return escaped(text);
  std::size_t shown = std::min(most, text.size());
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  for (int i = 0; i < 3 && shown > 0 && shown < text.size() && continues(shown); ++i) --shown;
  return escaped(text.substr(0, shown)) + "… (" + counted(text.size() - shown + more, "byte") + " more)";
}

}  // namespace tracecheck
