// Which damage a trace should have, for tables of cases.
#pragma once

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/read_trace.h"

namespace tracecheck::testing {

/// Where and what; as `describe(Damage)` has it.
struct Expected {
  DamageCode code;
  Reading reading;
  std::size_t offset = 0;
  std::size_t length = 0;
  std::optional<std::uint64_t> generation = {};
  std::optional<std::uint64_t> batch = {};
  std::optional<std::int64_t> thread = {};
  Severity severity = Severity::Corrupt;

  std::string text() const {
    Damage damage;
    damage.code = code;
    damage.reading = reading;
    damage.offset = offset;
    damage.length = length;
    damage.generation = generation;
    damage.batch = batch;
    damage.thread = thread;
    damage.severity = severity;
    return describe(damage);
  }
};

inline Expected truncated(Expected expected) {
  expected.severity = Severity::Truncated;
  return expected;
}

struct DamageCase {
  std::string name;
  TraceBuilder trace;
  Expected expected;
  std::string logs;  // the messages that come out all the same
};

/// The case's damage is the only one, its severity the verdict.
inline void check_case(const DamageCase& c) {
  INFO("go 1." << minor_of(c.trace.version()) << ": " << c.name);
  const ReadResult result = read_trace(c.trace);
  CHECK(result.damage.size() == 1);
  REQUIRE_FALSE(result.damage.empty());
  const Damage& damage = result.damage.front();
  CHECK(describe(damage) == c.expected.text());
  CHECK_FALSE(damage.message.empty());
  CHECK(result.verdict == (c.expected.severity == Severity::Truncated ? Verdict::Truncated : Verdict::Corrupt));
  CHECK(result.logs == c.logs);
}

}  // namespace tracecheck::testing
