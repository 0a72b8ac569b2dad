// A stack's frames as bytes that mean the same beyond their generation, to keep them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tracecheck/event.h"

namespace tracecheck {

/// Appends the record of a stack that is there. Equal records are equal stacks.
void append_frames_record(std::string& out, const Stack& stack);
/// The same of its frames, innermost first.
void append_record_of(std::string& out, std::span<const Frame> frames);

/// The frames, innermost first; their texts are views into the record.
std::vector<Frame> frames_of_record(std::string_view record);

}  // namespace tracecheck
