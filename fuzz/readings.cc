#include "fuzz/readings.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/log_scan.h"
#include "crash/repair.h"
#include "export/export_events.h"
#include "export/ndjson.h"
#include "export/parsed_text.h"
#include "export/repaired_trace.h"
#include "tests/support/view_source.h"
#include "tracecheck/feed.h"
#include "tracecheck/reader.h"
#include "tracecheck/salvage.h"

namespace tracecheck::fuzz {
namespace {

// A FeedReader that is fed `step` bytes whenever it knows no more.
class Fed {
 public:
  Fed(Bytes bytes, std::size_t step) : left_(bytes), step_(step) {}

  const Event* next() {
    for (;;) {
      const Event* event = feed_.next();
      if (event != nullptr || feed_.ended()) return event;
      if (left_.empty()) feed_.finish();
      const Bytes piece = left_.first(std::min(step_, left_.size()));
      feed_.feed(piece);
      left_ = left_.subspan(piece.size());
    }
  }
  Verdict verdict() const { return feed_.reader().verdict(); }
  const std::vector<Damage>& damage() const { return feed_.reader().damage(); }
  const std::vector<GenerationInfo>& generations() const { return feed_.reader().generations(); }

 private:
  FeedReader feed_;
  Bytes left_;
  std::size_t step_;
};

template <typename Reader>
Outcome read_all(Reader reader, bool with_text) {
  Outcome reading;
  ParsedText text;
  while (const Event* event = reader.next()) {
    if (event->kind() != EventKind::Sync) ++(event->salvaged ? reading.salvaged : reading.events);
    if (with_text) text.append(reading.text, *event);
  }
  reading.verdict = reader.verdict();
  for (const Damage& damage : reader.damage()) {
    reading.damage += std::string(damage_code_name(damage.code)) + "@" + std::to_string(damage.offset) + "+" +
                      std::to_string(damage.length) + " ";
  }
  for (const GenerationInfo& g : reader.generations()) {
    if (g.state == GenerationState::Whole) reading.whole_events += g.events;
  }
  return reading;
}

}  // namespace

std::unique_ptr<ByteSource> view_of(Bytes bytes, std::size_t most) {
  return std::make_unique<testing::ViewSource>(bytes, most);
}

Outcome read(Bytes bytes, std::size_t most) { return read_all(Reader(view_of(bytes, most)), true); }

Outcome read_fed(Bytes bytes, std::size_t step) { return read_all(Fed(bytes, step), true); }

Outcome read_salvaging(Bytes bytes, bool with_text, std::size_t most) {
  return read_all(SalvageReader(view_of(bytes, most)), with_text);
}

std::uint64_t count_logs(Bytes bytes, const QueryOptions& options) {
  auto query = Query::make(options);
  if (std::holds_alternative<std::string>(query)) return 0;
  LogScan scan(view_of(bytes), std::get<Query>(std::move(query)), false);
  std::uint64_t count = 0;
  while (scan.next()) {
    for (std::size_t i = 0; i < scan.size(); ++i) count += scan[i].match == Match::No ? 0 : 1;
  }
  return count;
}

std::string export_ndjson(Bytes bytes) {
  std::string out;
  NdjsonFormat format({.wall = true});
  QueryOptions everything;
  EventSelection selection{KindSet().set(), std::get<Query>(Query::make(everything))};
  EventExport exporter(format, std::move(selection), [&](std::string_view text) {
    out += text;
    return true;
  });
  SalvageReader reader(view_of(bytes));
  if (exporter.write_events(reader, 1, [] {})) exporter.end(reader, 0);
  return out;
}

std::vector<std::uint8_t> contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<Repaired> repair(Bytes bytes, bool strict) {
  const RepairSurvey survey = survey_for_repair(view_of(bytes));
  if (survey.verdict == Verdict::Complete || survey.generations.empty()) return std::nullopt;
  Repaired repaired;
  const RepairOutcome outcome =
      write_repaired(view_of(bytes), survey, best_segment(survey), strict, [&](std::string_view text) {
        repaired.trace += text;
        return true;
      });
  if (outcome.events_kept == 0) return std::nullopt;
  repaired.events_kept = outcome.events_kept;
  repaired.logs_kept = outcome.logs_kept;
  return repaired;
}

}  // namespace tracecheck::fuzz
