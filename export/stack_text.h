// A stack in a line, for people.
#pragma once

#include <string>
#include <string_view>

namespace tracecheck {

/// "sync.(*WaitGroup).Wait waitgroup.go:118 < main.main main.go:42": the innermost frames of a frames' record
/// (analysis/frames_record.h). Not escaped.
std::string stack_text(std::string_view record);

}  // namespace tracecheck
