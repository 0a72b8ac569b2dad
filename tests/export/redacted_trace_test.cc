// What the command line cannot ask for; the rest is tested there.
#include "export/redacted_trace.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/read_trace.h"

using namespace tracecheck;

namespace {

RedactOutcome redact(RedactOptions options) {
  options.kinds = bit_of(TextKind::Message);  // so that texts are left
  const std::string path = TESTDATA "/ok/go1.26-work.trace";
  const RepairSurvey survey = survey_for_repair(open_file(path));
  return write_redacted(open_file(path), survey, best_run(survey), options, [](std::string_view) { return true; });
}

}  // namespace

TEST_CASE("The list of texts that are left has its bound, and what is beyond it is counted", "[redact]") {
  const RedactOutcome whole = redact({});
  CHECK(whole.left_unlisted == 0);
  CHECK(describe(whole).find("too many") == std::string::npos);
  RedactOptions options;
  options.most_left = 2000;
  const RedactOutcome bounded = redact(options);
  CHECK(bounded.left.size() < 20);
  CHECK(bounded.left.size() > 5);
  CHECK(bounded.left.size() + bounded.left_unlisted >= whole.left.size());
  CHECK(bounded.texts_replaced == whole.texts_replaced);
  CHECK(describe(bounded).find(" left, and others that are too many to list (") != std::string::npos);
}
