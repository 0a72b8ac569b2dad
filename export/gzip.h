// Compression of what is written.
#pragma once

#include <string>
#include <string_view>

namespace tracecheck {

/// `data` as a gzip file without name and time.
std::string gzipped(std::string_view data);

}  // namespace tracecheck
