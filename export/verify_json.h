// The report of `verify --json`. Schema: docs/schema/verify.schema.json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "analysis/verify.h"

namespace tracecheck {

/// The document of one file; `exit` is the exit code that the file by itself calls for. What is not known
/// is null, never 0.
nlohmann::ordered_json verify_json(const VerifyReport& report, const std::string& file, int exit);

}  // namespace tracecheck
