#include "analysis/ending.h"

#include <algorithm>

namespace tracecheck {
namespace {

constexpr Cause kFlushingPanic{"an uncaught panic, which has the trace flushed first", true};
// Some of these exit with 0.
constexpr Cause kEndedAfterGeneration{"killed, or ended without trace.Stop, just after a generation was written"};

bool has_damage(const VerifyReport& report, DamageCode code) {
  return std::any_of(report.damage.begin(), report.damage.end(), [code](const Damage& d) { return d.code == code; });
}

// A damaged trace may have been cut besides.
bool is_cut(const VerifyReport& report) {
  return std::any_of(report.damage.begin(), report.damage.end(),
                     [](const Damage& d) { return d.severity == Severity::Truncated; });
}

void describe_complete(VerifyReport& report) {
  if (!report.repair_mark.empty()) {
    report.end_kind = "repaired";
    report.notes.push_back(report.repair_mark);
    return;
  }
  const bool next_began = !report.generations.empty() && report.generations.back().state == GenerationState::Begun;
  const GoVersion version = *report.version;
  if (const auto note = unseen_loss(version, next_began)) report.notes.emplace_back(*note);
  report.end_kind = next_began ? "next generation begun" : "end of a generation";
  if (next_began) {
    report.causes = {kFlushingPanic, kEndedAfterGeneration};
    return;
  }
  report.causes = {{"trace.Stop"}, {"a flight recorder's snapshot"}};
  if (flushes_on_panic(version)) report.causes.push_back(kFlushingPanic);
  if (!has_sync_batches(version)) report.causes.push_back(kEndedAfterGeneration);
}

void describe_cut(VerifyReport& report) {
  if (has_damage(report, DamageCode::NulTail)) {
    report.end_kind = "zero bytes";
    report.causes = {{"the machine lost power or crashed while the file was being written"},
                     {"a file that was given its size beforehand"}};
    return;
  }
  if (has_damage(report, DamageCode::CompressionCut)) {
    report.end_kind = kCompressionCut;
    report.causes = {{"a copy or download that did not finish"}, {"the compressing program was killed"}};
    return;
  }
  const bool inside_batch = has_damage(report, DamageCode::BatchCut) ||
                            has_damage(report, DamageCode::BatchHeaderCut) || has_damage(report, DamageCode::HeaderCut);
  report.end_kind = inside_batch ? "cut inside a batch" : "cut between batches";
  const bool just_begun = report.generations.empty() || has_damage(report, DamageCode::NoGeneration);
  if (just_begun) report.end_kind = "nothing but the beginning";
  if (inside_batch) {
    report.causes = {{"a buffer between the program and the file was not flushed"},
                     {"a full disk, or a limit on the file's size"},
                     {"a copy that did not finish"},
                     {"the reader of a pipe was given only a part"}};
    return;
  }
  report.causes = {{"killed by a signal (SIGKILL, SIGTERM, SIGQUIT; out of memory)", true},
                   {"os.Exit, log.Fatal or a return from main without trace.Stop"},
                   {"a fatal error of the runtime (concurrent map writes, stack overflow, out of memory)", true}};
  if (report.version && !flushes_on_panic(*report.version)) {
    report.causes.push_back({"an uncaught panic (Go 1.22 does not flush the trace; 1.23 and later do)", true});
  }
}

void describe_corruption(VerifyReport& report) {
  std::vector<Cause> causes;
  if (has_damage(report, DamageCode::ForeignBytes)) {
    report.end_kind = kForeignBytes;
    causes = {{"the program, or one it started, prints to the stream that its trace goes to"}};
  } else if (has_damage(report, DamageCode::SecondHeader)) {
    report.end_kind = "a second trace";
    causes = {{"tracing was stopped and started again on one stream"}, {"two traces were put together into one file"}};
  } else {
    report.end_kind = "damaged";
    causes = {{"the file was changed after it was written (by a shell or a transfer in text mode, a failing "
               "disk, an editor)"},
              {"something else wrote to the same stream or file, in the middle of a batch"},
              {"a write failed in the middle (a full disk leaves holes)"}};
  }
  report.causes.insert(report.causes.begin(), causes.begin(), causes.end());
}

}  // namespace

std::optional<std::string_view> unseen_loss(GoVersion version, bool next_began) {
  if (next_began) {
    return "trace.Stop did not end it: it was a panic, which loses nothing, or a kill or os.Exit, and then up to a "
           "second "
           "may be gone, unseen";
  }
  if (has_sync_batches(version)) return std::nullopt;
  return "a kill between two generations leaves such a trace too: up to a second may be gone, unseen";
}

bool flushes_on_panic(GoVersion version) { return version >= GoVersion::Go123; }

void exclude_crashes(VerifyReport& report) {
  std::erase_if(report.causes, [](const Cause& cause) { return cause.is_crash; });
}

void describe_ending(bool wall_clock_stepped_back, VerifyReport& report) {
  switch (report.verdict) {
    case Verdict::Complete: describe_complete(report); break;
    case Verdict::Truncated: describe_cut(report); break;
    case Verdict::Corrupt:
      if (is_cut(report)) describe_cut(report);
      describe_corruption(report);
      break;
    default: break;
  }
  if (wall_clock_stepped_back && report.verdict != Verdict::Corrupt) {
    report.notes.emplace_back("the wall clock was set back while the trace was taken; trace times are not affected");
  }
  if (report.frequency_source == FrequencySource::Assumed) {
    report.notes.emplace_back(
        "no clock frequency is known; times of the unfinished part assume 64 ns a unit, as everywhere but on Windows");
  }
}

}  // namespace tracecheck
