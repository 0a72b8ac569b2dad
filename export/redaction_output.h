// What `redact` left of the texts of a trace, for people and as JSON. Schema: docs/schema/redaction.schema.json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "export/redacted_trace.h"

namespace tracecheck {

/// A line a text: "KIND: TEXT", by kind and text.
std::string left_texts(const RedactOutcome& outcome);

/// The names are printed as given.
nlohmann::ordered_json redaction_json(const RedactOutcome& outcome, const std::string& file, const std::string& output);

}  // namespace tracecheck
