#include "export/at_end_text.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "export/escape.h"
#include "export/human.h"
#include "export/stack_text.h"

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

std::string place(const GoroutineAtEnd& goroutine, const Summary& summary) {
  return goroutine.stack ? escaped(stack_text(summary.stacks[*goroutine.stack])) : "(not known)";
}

}  // namespace

void append_at_end(std::string& out, const Summary& summary, std::size_t top, const Style& style) {
  const std::vector<Group> groups = grouped(summary);
  if (groups.empty()) return;
  TextTable table({"goroutines", "one is", "at least", "waits for", "at the end at"}, 2, Cut::End);
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
