// A stack in a line, for people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tracecheck/event.h"

namespace tracecheck {

/// The first of the frames, innermost first, that tells where a goroutine is: those before it are how every goroutine
/// waits (the packages runtime, internal/..., sync and syscall, but for what was called of the last two). 0 where all
/// are of that kind.
std::size_t first_telling_frame(const std::vector<Frame>& frames);

/// "sync.(*WaitGroup).Wait waitgroup.go:118 < main.main main.go:42": the first frames of a frames' record
/// (analysis/frames_record.h) that tell where it is. Not escaped.
std::string stack_text(std::string_view record);

}  // namespace tracecheck
