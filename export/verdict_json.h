// Damage and verdicts in JSON: the same objects in `verify --json` and at the end of an event stream.
// Schema: docs/schema/events.schema.json.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "tracecheck/damage.h"
#include "tracecheck/reader.h"

namespace tracecheck {

/// One damaged place: code, severity, offset, length, generation, batch, thread, reading, found, message,
/// resumes_at; null where something is not known, or where there is none.
nlohmann::ordered_json damage_json(const Damage& damage);

/// All of them, in the order of finding.
nlohmann::ordered_json damage_list_json(const std::vector<Damage>& damage);

/// The Verdict object. `reader` has ended; `exit` is the exit code of the command.
nlohmann::ordered_json verdict_json(const Reader& reader, int exit);

}  // namespace tracecheck
