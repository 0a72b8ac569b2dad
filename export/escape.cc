#include "export/escape.h"

#include "format/quote.h"
#include "format/utf8.h"

namespace tracecheck {

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const DecodedRune rune = decode_rune(text);
    if (rune.valid && is_printable(rune.rune)) {
      result += text.substr(0, rune.size);
    } else {
      std::string quoted;
      append_quoted(quoted, text.substr(0, rune.size));
      result.append(quoted, 1, quoted.size() - 2);
    }
    text.remove_prefix(rune.size);
  }
  return result;
}

}  // namespace tracecheck
