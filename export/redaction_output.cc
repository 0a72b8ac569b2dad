#include "export/redaction_output.h"

#include "export/escape.h"
#include "export/json_value.h"
#include "tracecheck/version.h"

namespace tracecheck {

std::string left_texts(const RedactOutcome& outcome) {
  std::string out;
  for (const auto& [kind, text] : outcome.left) {
    out += text_kind_name(kind);
    out += ": ";
    append_escaped(out, text);
    out += '\n';
  }
  return out;
}

nlohmann::ordered_json redaction_json(const RedactOutcome& outcome, const std::string& file,
                                      const std::string& output) {
  nlohmann::ordered_json document;
  document["schema"] = "tracecheck.redaction/1";
  document["tool"] = "tracecheck " + std::string(version());
  put_text(document, "file", file);
  put_text(document, "output", output);
  document["generations"] = json_number(outcome.generations);
  document["events"] = json_number(outcome.events);
  document["logs"] = json_number(outcome.logs);
  document["texts_replaced"] = json_number(outcome.texts_replaced);
  document["experimental_batches_left_out"] = json_number(outcome.experimental_left_out);
  document["left_unlisted"] = json_number(outcome.left_unlisted);
  document["left"] = nlohmann::ordered_json::array();
  for (const auto& [kind, text] : outcome.left) {
    nlohmann::ordered_json left;
    left["kind"] = text_kind_name(kind);
    put_text(left, "text", text);
    document["left"].push_back(std::move(left));
  }
  return document;
}

}  // namespace tracecheck
