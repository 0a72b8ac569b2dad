#include "export/verify_text.h"

#include <algorithm>
#include <cstdio>

#include "analysis/ending.h"
#include "export/escape.h"
#include "export/human.h"
#include "export/lost_text.h"
#include "export/wall_time.h"
#include "format/clock.h"

namespace tracecheck {
namespace {

constexpr std::size_t kMaxDamageShown = 5;

std::string painted_verdict(Verdict verdict, bool color) {
  const std::string name(verdict_name(verdict));
  if (!color) return name;
  const char* paint = verdict == Verdict::Complete    ? "\x1b[1;32m"
                      : verdict == Verdict::Truncated ? "\x1b[1;33m"
                                                      : "\x1b[1;31m";
  return paint + name + "\x1b[0m";
}

class Lines {
 public:
  void add(const char* label, const std::string& text) { lines_.push_back({label, text}); }
  std::vector<VerifyLine> take() { return std::move(lines_); }

 private:
  std::vector<VerifyLine> lines_;
};

std::string summary(const VerifyReport& report) {
  const auto begun = [](const GenerationInfo& g) { return g.state == GenerationState::Begun; };
  const auto just_begun = std::count_if(report.generations.begin(), report.generations.end(), begun);
  const std::uint64_t generations = report.generations.size() - static_cast<std::uint64_t>(just_begun);
  std::string text = version_text(*report.version) + ", " + counted(generations, "generation") + ", " +
                     counted(report.events + report.salvageable, "event") + ", " + counted(report.logs, "log");
  if (const auto span = report.span(); span.value_or(0) > 0) text += ", " + duration_text(*span);
  if (report.start && report.snapshot) text += ", from " + wall_time_at(*report.snapshot, *report.start);
  return text;
}

std::string place(const Damage& damage) {
  std::string text = "byte " + std::to_string(damage.offset);
  if (damage.generation) text += ", generation " + std::to_string(*damage.generation);
  if (damage.batch) text += ", batch " + std::to_string(*damage.batch);
  if (damage.thread && *damage.thread != kNone) text += ", thread " + std::to_string(*damage.thread);
  return text + ", reading " + std::string(reading_name(damage.reading));
}

std::string text_or_lost(const std::optional<std::string>& text, std::uint64_t id) {
  constexpr std::size_t kMostShown = 200;  // more would hide what stands around
  return text ? escaped_start(*text, kMostShown) : text_or_id({}, id);
}

std::string log_text(const LastLog& log) {
  std::string text = log.trace_start ? seconds_text(elapsed(*log.trace_start, log.time)) + " " : std::string();
  if (log.goroutine) text += "g" + std::to_string(*log.goroutine) + " ";
  if (log.task != kBackgroundTask && log.task != kNoTask) text += "task " + std::to_string(log.task) + " ";
  return text + text_or_lost(log.category, log.category_id) + ": " + text_or_lost(log.message, log.message_id);
}

std::string memory_text(const LastWords& last) {
  std::string text;
  if (last.heap_live) text += "heap " + bytes_text(*last.heap_live);
  if (last.heap_goal) text += (text.empty() ? "goal " : ", goal ") + bytes_text(*last.heap_goal);
  if (last.gc_on) text += std::string(text.empty() ? "" : ", ") + (*last.gc_on ? "GC under way" : "no GC under way");
  return text;
}

void add_damage(Lines& lines, const VerifyReport& report) {
  std::vector<Damage> places = report.damage;
  std::stable_sort(places.begin(), places.end(), [](const Damage& a, const Damage& b) { return a.offset < b.offset; });
  std::size_t shown = 0;
  for (const Damage& damage : places) {
    if (shown++ == kMaxDamageShown) {
      lines.add("", "and " + counted(report.damage.size() - kMaxDamageShown, "more damaged place") +
                        " (`tracecheck verify --json` has all)");
      break;
    }
    lines.add(shown == 1 ? "where" : "and", place(damage));
    lines.add("what", escaped(damage.message));
    if (damage.resumes_at) lines.add("", "a batch of the trace follows at byte " + std::to_string(*damage.resumes_at));
  }
}

// What of the trace can be read, but not by those who stop at damage; and what cannot.
void add_rest(Lines& lines, const VerifyReport& report) {
  std::string text;
  if (report.salvageable > 0) {
    text = std::to_string(report.salvageable) + " of the events can only be salvaged, from " +
           (report.verdict == Verdict::Truncated ? "the generation that is not whole" : "what was damaged");
  }
  if (report.logs_text_lost == 1) text += "; the text of 1 log is lost";
  if (report.logs_text_lost > 1) text += "; the texts of " + counted(report.logs_text_lost, "log") + " are lost";
  if (!text.empty()) lines.add("rest", text);
  std::uint64_t lost = 0;
  for (const Damage& damage : report.damage) lost += damage.lost;
  if (lost > 0) lines.add("lost", counted(lost, "byte") + " of the trace cannot be read");
}

// Several traces in one stream.
void add_segments(Lines& lines, const VerifyReport& report) {
  if (report.segments.size() < 2) return;
  for (const Segment& segment : report.segments) {
    lines.add("segment", "from byte " + std::to_string(segment.offset) + ": " +
                             std::string(verdict_name(segment.verdict)) + " (" + version_text(segment.version) + ")");
  }
}

void add_next_step(Lines& lines, const VerifyReport& report) {
  if (report.verdict != Verdict::Truncated && report.verdict != Verdict::Corrupt) return;
  const char* label = "next";
  if (report.events + report.salvageable > 0) {
    lines.add(label,
              "`tracecheck grep` searches what is there, `tracecheck export` writes it, `tracecheck repair` makes a "
              "trace that the Go tools open");
    label = "then";
  }
  if (report.segments.size() > 1) {
    lines.add(label, "`tail -c +" + std::to_string(report.segments.back().offset + 1) +
                         "` takes out the last of the traces, for what reads only one");
    label = "then";
  }
  if (report.end_kind == kForeignBytes) {
    lines.add(label, "let the program write its trace to a file or a descriptor of its own");
  } else if (report.end_kind == kCompressionCut) {
    lines.add(label, "copy it once more, whole, from where it comes from");
  } else if (report.bytes_in == 0) {
    lines.add(label, "nothing was written; the program must call trace.Start with this file or stream");
  } else if (report.events + report.salvageable == 0) {
    lines.add(label, "nothing can be read; tracing must run for longer, or the program end with trace.Stop");
  }
}

}  // namespace

std::vector<VerifyLine> verify_lines(const VerifyReport& report) {
  Lines lines;
  if (report.version) lines.add("trace", summary(report));
  if (report.version || report.verdict == Verdict::Truncated) add_damage(lines, report);
  add_segments(lines, report);
  add_rest(lines, report);
  if (report.verdict != Verdict::Complete) {
    for (std::size_t i = 0; i < report.causes.size(); ++i)
      lines.add(i == 0 ? "perhaps" : "or", std::string(report.causes[i].text));
  }
  const LastLog* last = report.last.last_log();
  const auto& readable = report.last.readable_log;
  if (last != nullptr) lines.add("last log", log_text(*last));
  if (readable && last != &*readable) lines.add("readable", log_text(*readable));
  if (const std::string memory = memory_text(report.last); !memory.empty()) lines.add("memory", memory);
  for (const std::string& note : report.notes) lines.add("note", note);
  add_next_step(lines, report);
  return lines.take();
}

std::string verify_text(const VerifyReport& report, const std::string& file, bool color, std::size_t width) {
  constexpr std::size_t kColumn = 12;
  std::string text = file + ": " + painted_verdict(report.verdict, color);
  if (!report.message.empty()) text += ": " + escaped(report.message);
  text += "\n";
  for (const VerifyLine& line : verify_lines(report)) {
    char column[16];
    std::snprintf(column, sizeof column, "  %-10s", std::string(line.label).c_str());
    text += column;
    append_wrapped(text, line.text, kColumn, kColumn, width);
  }
  return text;
}

}  // namespace tracecheck
