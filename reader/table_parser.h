// Reads the records of table and sync batches into a generation. Fact from: FORMAT.md section 2.
#pragma once

#include <optional>
#include <string>

#include "reader/generation.h"

namespace tracecheck {

class Generation::TableParser {
 public:
  /// `only_what_is_sound`: bad records are left out, and what is defined again has the later meaning.
  TableParser(Generation& generation, const Batch& batch, bool only_what_is_sound);

  /// Strings, stacks or CPU samples, as the first byte says.
  std::optional<Damage> table();
  std::optional<Damage> sync();

 private:
  bool at_end() const { return at_ == end_; }
  bool record(EventType type);
  bool number(std::uint64_t& value, const char* what);
  void pass_plain_strings();
  bool string_record();
  bool stack_record();
  bool sample_record();
  bool sync_record(std::uint64_t& time);
  bool snapshot_record(std::uint64_t& time);
  bool bad(DamageCode code, std::string message);
  bool define_string(std::uint64_t id, Text text);
  bool go_to_next_record();
  template <typename ReadRecord>
  std::optional<Damage> all(Reading reading, DamageCode bad_record, ReadRecord read_record);

  Generation& generation_;
  const Batch& batch_;
  const bool only_what_is_sound_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  const std::uint8_t* record_start_;
  EventType record_type_ = EventType::None;
  Reading reading_ = Reading::BatchData;
  DamageCode bad_record_ = DamageCode::BadStringRecord;
  std::optional<Damage> damage_;
};

}  // namespace tracecheck
