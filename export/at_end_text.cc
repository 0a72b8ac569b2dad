#include "export/at_end_text.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "analysis/frames_record.h"
#include "export/escape.h"
#include "export/human.h"
#include "export/lost_text.h"

namespace tracecheck {
namespace {

struct Group {
  const GoroutineAtEnd* longest = nullptr;
  std::uint64_t count = 0;
};

// Goroutines of one kind, in the order of the longest wait.
std::vector<Group> grouped(const Summary& summary) {
  using Key = std::tuple<std::optional<std::string>, State, std::optional<std::string>, std::optional<std::size_t>>;
  std::map<Key, std::size_t> places;
  std::vector<Group> groups;
  for (const GoroutineAtEnd& goroutine : summary.at_end) {
    if (!goroutine.stuck()) continue;
    const Key key{goroutine.function, goroutine.state, goroutine.reason, goroutine.stack};
    const auto [place, is_new] = places.try_emplace(key, groups.size());
    if (is_new) groups.push_back({&goroutine, 0});
    ++groups[place->second].count;
  }
  return groups;
}

std::string waits_for(const GoroutineAtEnd& goroutine) {
  switch (goroutine.state) {
    case State::Runnable: return "runnable";
    case State::Syscall: return "syscall";
    default: return goroutine.reason ? escaped(*goroutine.reason) : "(not told)";
  }
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// "sync.(*WaitGroup).Wait waitgroup.go:118 < main.main main.go:42"
std::string place(const GoroutineAtEnd& goroutine, const Summary& summary) {
  constexpr std::size_t kMostFrames = 3;
  if (!goroutine.stack) return "(not known)";
  std::string text;
  std::size_t count = 0;
  for (Frame frame : frames_of_record(summary.stacks[*goroutine.stack])) {
    if (count++ == kMostFrames) break;
    frame.file = base_name(frame.file);
    if (!text.empty()) text += " < ";
    text += frame_text(frame);
  }
  return escaped(text);
}

}  // namespace

void append_at_end(std::string& out, const Summary& summary, std::size_t top, const Style& style) {
  const std::vector<Group> groups = grouped(summary);
  if (groups.empty()) return;
  TextTable table({"goroutines", "one is", "at least", "waits for", "at the end at"}, 2);
  for (std::size_t i = 0; i < std::min(top, groups.size()); ++i) {
    const GoroutineAtEnd& goroutine = *groups[i].longest;
    table.add({std::to_string(groups[i].count), std::to_string(static_cast<std::uint64_t>(goroutine.id)),
               (goroutine.salvaged ? "~" : "") + duration_text(goroutine.at_least), waits_for(goroutine),
               place(goroutine, summary)});
  }
  out += '\n';
  table.print(out, style);
  if (groups.size() > top) {
    out += "and " + std::to_string(groups.size() - top) + " more: --top N shows N, --json all\n";
  }
}

}  // namespace tracecheck
