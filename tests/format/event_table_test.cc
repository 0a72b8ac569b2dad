#include "format/event_table.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

using namespace tracecheck;

TEST_CASE("Exactly the types 1 to 52 and 128 to 136 are defined", "[events]") {
  for (std::size_t i = 0; i < 256; ++i) {
    INFO(i);
    const EventSpec& spec = event_spec(static_cast<EventType>(i));
    const bool defined = (i >= 1 && i <= 52) || (i >= 128 && i <= 136);
    CHECK((spec.event_class != EventClass::Undefined) == defined);
    CHECK(spec.name.empty() == !defined);
  }
}

TEST_CASE("Every row is in itself sound", "[events]") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < 256; ++i) {
    const auto type = static_cast<EventType>(i);
    const EventSpec& spec = event_spec(type);
    if (spec.name.empty()) continue;
    INFO(spec.name);
    CHECK(names.insert(spec.name).second);
    CHECK(event_type_by_name(spec.name) == type);
    CHECK(event_type_name(type) == spec.name);
    const bool known = spec.since == 22 || spec.since == 23 || spec.since == 25 || spec.since == 26;
    CHECK(known);
    CHECK((spec.experiment == "AllocFree") == (i >= 128));
    std::set<std::string_view> args;
    for (const ArgSpec& arg : spec.arguments()) {
      CHECK_FALSE(arg.name.empty());
      CHECK(args.insert(arg.name).second);
    }
    CHECK(args.count("dt") == (type == EventType::ClockSnapshot ? 1 : 0));
  }
}

TEST_CASE("Stack and string arguments are where the row says", "[events]") {
  for (std::size_t type = 0; type < 256; ++type) {
    const EventSpec& spec = event_spec(static_cast<EventType>(type));
    INFO(spec.name);
    for (std::size_t i = 0; i < spec.arg_count; ++i) {
      const auto index = static_cast<std::int8_t>(i);
      const ArgRole role = spec.args[i].role;
      CHECK((role == ArgRole::StackId) == (spec.stack_arg == index));
      CHECK((role == ArgRole::NewStackId) == (spec.new_stack_arg == index));
      const bool listed = spec.string_args[0] == index || spec.string_args[1] == index;
      CHECK((role == ArgRole::StringId) == listed);
    }
  }
  CHECK(event_spec(EventType::UserLog).string_args == std::array<std::int8_t, 2>{1, 2});
  CHECK(event_spec(EventType::GoCreate).new_stack_arg == 1);
  CHECK(event_spec(EventType::GoCreate).stack_arg == 2);
}

TEST_CASE("Types without a name are called by their number", "[events]") {
  CHECK(event_type_name(static_cast<EventType>(53)) == "type 53");
  CHECK(event_type_name(EventType::None) == "type 0");
  CHECK(event_type_by_name("") == EventType::None);
  CHECK(event_type_by_name("gostart") == EventType::None);
}
