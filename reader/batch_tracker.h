// Where the stream stands in its generations, as far as framing tells: for those who do not take them apart.
#pragma once

#include <cstdint>
#include <optional>

#include "reader/diagnose.h"
#include "reader/framer.h"
#include "tracecheck/damage.h"
#include "tracecheck/go_version.h"

namespace tracecheck {

class BatchTracker {
 public:
  explicit BatchTracker(GoVersion version) : version_(version) {}

  StreamContext context() const;

  /// Whether a batch, no marker, may stand here by its generation.
  bool fits(const BatchHeader& header) const;
  /// A batch that closes a generation.
  bool is_marker(const Batch& batch) const;
  void take(const Batch& batch);

  /// What is missing, if the stream ends here.
  std::optional<Damage> damage_at_end(const Framer& framer, const EndOfStream& end) const;

 private:
  bool whole() const;
  bool nothing() const;
  void next_generation(std::uint64_t number);

  GoVersion version_;
  std::uint64_t generation_ = 0;
  std::uint64_t whole_ = 0;  // generations that are known to be whole
  bool after_marker_ = false;
  bool has_events_ = false;  // a batch of timed events has come
  bool has_sync_ = false;
  bool ends_with_strings_ = false;  // the last batch holds strings and is not full
  bool only_sync_ = true;
};

}  // namespace tracecheck
