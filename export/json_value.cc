#include "export/json_value.h"

#include "export/json_text.h"
#include "format/utf8.h"

namespace tracecheck {

nlohmann::ordered_json json_number(std::uint64_t value) {
  if (value <= kMaxExactNumber) return value;
  return std::to_string(value);
}

nlohmann::ordered_json json_signed_number(std::int64_t value) {
  if (value >= 0) return json_number(static_cast<std::uint64_t>(value));
  if (value >= -static_cast<std::int64_t>(kMaxExactNumber)) return value;
  return std::to_string(value);
}

nlohmann::ordered_json json_number(const std::optional<std::uint64_t>& value) {
  if (!value) return nullptr;
  return json_number(*value);
}

nlohmann::ordered_json json_id(std::int64_t id) {
  if (id == -1) return nullptr;
  return json_number(static_cast<std::uint64_t>(id));
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const DecodedRune rune = decode_rune(text);
    append_rune(result, rune.rune);
    text.remove_prefix(rune.size);
  }
  return result;
}

void put_text(nlohmann::ordered_json& object, const std::string& name, std::string_view text) {
  std::string valid = valid_utf8(text);
  const bool changed = valid != text;
  object[name] = std::move(valid);
  if (!changed) return;
  std::string encoded;
  {
    ShortText out(encoded);
    append_json_base64(out, text);
  }
  object[name + "_base64"] = encoded.substr(1, encoded.size() - 2);  // without its quotes
}

std::string json_line(const nlohmann::ordered_json& document) {
  // A text that nobody passed through valid_utf8 must not throw here.
  return escape_unprintable(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace tracecheck
