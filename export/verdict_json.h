// Damage and verdicts in JSON: the same objects in `verify --json` and at the end of an event stream.
// Schema: docs/schema/events.schema.json.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "analysis/trace_name.h"
#include "tracecheck/damage.h"
#include "tracecheck/salvage.h"

namespace tracecheck {

/// One damaged place: code, severity, offset, length, generation, batch, thread, reading, found, message,
/// resumes_at, lost; null where something is not known, or where there is none.
nlohmann::ordered_json damage_json(const Damage& damage);

/// All of them, in the order of finding.
nlohmann::ordered_json damage_list_json(const std::vector<Damage>& damage);

/// Offset, version and verdict of each.
nlohmann::ordered_json segments_json(const std::vector<Segment>& segments);

/// The Verdict object. `reader` has ended; `exit` is the exit code of the command, `name` which of many
/// traces it is.
nlohmann::ordered_json verdict_json(const SalvageReader& reader, int exit, const TraceName* name = nullptr);

}  // namespace tracecheck
