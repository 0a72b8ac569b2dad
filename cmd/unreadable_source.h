// An input of which it is known before that it cannot be read.
#pragma once

#include <string>
#include <utility>

#include "tracecheck/byte_source.h"

namespace tracecheck::cmd {

/// Ends at once with an error: `why` is as SourceError has it.
class UnreadableSource final : public ByteSource {
 public:
  explicit UnreadableSource(std::string why) { fail(SourceError::Kind::Unreadable, std::move(why)); }
  std::size_t read(std::uint8_t* /*to*/, std::size_t /*size*/) override { return 0; }
  std::uint64_t bytes_in() const override { return 0; }
};

}  // namespace tracecheck::cmd
