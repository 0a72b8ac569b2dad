// Where output goes.
#pragma once

#include <functional>
#include <string_view>

namespace tracecheck {

/// Takes text in order. False: nobody reads any more, or it could not be written; stop, quietly.
using Sink = std::function<bool(std::string_view)>;

}  // namespace tracecheck
