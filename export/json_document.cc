#include "export/json_document.h"

#include "export/json_value.h"
#include "export/verdict_json.h"

namespace tracecheck {

void JsonDocumentFormat::begin(std::string& out, const SalvageReader& reader, const Event* first) {
  if (first != nullptr) options_.start = first->time;
  out += "{\"trace\":";
  if (reader.version()) {
    append_trace_json(out, *reader.version(), first);
  } else {
    out += "null";
  }
  out += ",\n\"events\":[";
}

void JsonDocumentFormat::segment(std::string& out, const SalvageReader& reader, const Event& first) {
  options_.start = first.time;
  separate(out);
  append_trace_json(out, *reader.version(), &first);
}

void JsonDocumentFormat::separate(std::string& out) {
  out += empty_ ? "\n" : ",\n";
  empty_ = false;
}

void JsonDocumentFormat::end(std::string& out, const SalvageReader& reader, int exit) {
  out += empty_ ? "],\n\"verdict\":" : "\n],\n\"verdict\":";
  out += json_line(verdict_json(reader, exit));
  out += "}\n";
}

}  // namespace tracecheck
