// Where an exporter's output goes.
#pragma once

#include <functional>
#include <string_view>

namespace tracecheck {

/// Takes the next bytes of the output; false: it takes no more, and the exporter stops without complaint.
using Sink = std::function<bool(std::string_view)>;

}  // namespace tracecheck
