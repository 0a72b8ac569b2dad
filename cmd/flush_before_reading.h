// Output before input: what is decided is out before the next bytes are waited for.
#pragma once

#include <functional>
#include <memory>

#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

/// Wraps `source`: each of its reads, which may block for as long as a child runs, is preceded by a call of
/// `flush`. A reader gives out all that it can before it reads on, so a generation's output is never kept
/// until the next generation comes. `flush` must be cheap where there is nothing to flush.
std::unique_ptr<ByteSource> flush_before_reading(std::unique_ptr<ByteSource> source, std::function<void()> flush);

}  // namespace tracecheck::cmd
