#include "export/verdict_json.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <set>
#include <string>

using namespace tracecheck;

namespace {

nlohmann::json schema() {
  std::ifstream file(TESTDATA "/../docs/schema/events.schema.json");
  return nlohmann::json::parse(file).at("$defs");
}

// The names of an enum's values: those of all bytes, as far as they have one.
template <typename Enum>
std::set<std::string> names(std::string_view (*name_of)(Enum)) {
  std::set<std::string> result;
  for (int value = 0; value < 256; ++value) {
    const std::string_view name = name_of(static_cast<Enum>(value));
    if (!name.empty()) result.emplace(name);
  }
  return result;
}

}  // namespace

TEST_CASE("The schema names every code of damage, and no other", "[json]") {
  const nlohmann::json defs = schema();
  const nlohmann::json& damage = defs.at("damage").at("properties");
  CHECK(damage.at("code").at("enum").get<std::set<std::string>>() == names(damage_code_name));
  CHECK(damage.at("reading").at("enum").get<std::set<std::string>>() == names(reading_name));
  CHECK(damage.at("severity").at("enum").get<std::set<std::string>>() == names(severity_name));
  const nlohmann::json& verdict = defs.at("Verdict").at("properties").at("verdict");
  CHECK(verdict.at("enum").get<std::set<std::string>>() == names(verdict_name));
}

TEST_CASE("What is not known of a damaged place is null", "[json]") {
  Damage damage;
  damage.code = DamageCode::Empty;
  damage.severity = Severity::Truncated;
  damage.message = "nothing";
  CHECK(damage_json(damage).dump() ==
        R"({"code":"empty","severity":"truncated","offset":0,"length":0,"generation":null,"batch":null,"thread":null,)"
        R"("reading":"stream","found":null,"message":"nothing","resumes_at":null,"lost":0})");
}

TEST_CASE("What is known of a damaged place is there, to 64 bits", "[json]") {
  Damage damage;
  damage.code = DamageCode::ForeignBytes;
  damage.offset = 100;
  damage.length = 6;
  damage.generation = ~0ULL;
  damage.batch = 0;
  damage.thread = -2;
  damage.reading = Reading::BatchType;
  damage.found = "\"hello\\n\"";
  damage.message = "bad \xff byte";
  damage.resumes_at = 106;
  damage.lost = 7;
  CHECK(damage_json(damage).dump() ==
        R"({"code":"foreign_bytes","severity":"corrupt","offset":100,"length":6,"generation":"18446744073709551615",)"
        R"("batch":0,"thread":"18446744073709551614","reading":"batch type","found":"\"hello\\n\"",)"
        "\"message\":\"bad \xef\xbf\xbd byte\",\"resumes_at\":106,\"lost\":7}");
}

TEST_CASE("A verdict without damage says why", "[json]") {
  SalvageReader missing(open_file(TESTDATA "/no such file"));
  CHECK(missing.next() == nullptr);
  CHECK(verdict_json(missing, 2).dump() ==
        R"({"kind":"Verdict","verdict":"unreadable","exit":2,"events":0,"salvaged":0,)"
        R"("frequency_source":null,"segments":[],"message":"no such file","damage":[]})");

  const std::string v1 = "go 1.21 trace";
  std::vector<std::uint8_t> bytes(v1.begin(), v1.end());
  bytes.resize(16);
  SalvageReader old(open_bytes(std::move(bytes)));
  CHECK(old.next() == nullptr);
  const auto json = verdict_json(old, 4);
  CHECK(json["verdict"] == "not judged");
  CHECK(json["message"].get<std::string>().find("v1 trace") != std::string::npos);
  CHECK(json["damage"].empty());
}
