#include "export/json_document.h"

#include "export/json_value.h"
#include "export/verdict_json.h"

namespace tracecheck {

void JsonDocumentFormat::begin(std::string& out, const Reader& reader, const Event* first) {
  if (first != nullptr) options_.start = first->time;
  out += "{\"trace\":";
  if (reader.version()) {
    append_trace_json(out, *reader.version(), first);
  } else {
    out += "null";
  }
  out += ",\n\"events\":[";
}

void JsonDocumentFormat::event(std::string& out, const Event& event) {
  out += empty_ ? "\n" : ",\n";
  empty_ = false;
  append_event_json(out, event, options_);
}

void JsonDocumentFormat::end(std::string& out, const Reader& reader, std::uint64_t events, int exit) {
  out += empty_ ? "],\n\"verdict\":" : "\n],\n\"verdict\":";
  out += json_line(verdict_json(reader, events, exit));
  out += "}\n";
}

}  // namespace tracecheck
