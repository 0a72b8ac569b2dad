#include "format/fixed_strings.h"

#include <algorithm>
#include <array>

namespace tracecheck {
namespace {

constexpr std::array<std::string_view, kFirstAmbiguousString> kCommon = {
    "",
    "Not worker",
    "GC (dedicated)",
    "GC (fractional)",
    "GC (idle)",
    "unspecified",
    "forever",
    "network",
    "select",
    "sync.(*Cond).Wait",
    "sync",
    "chan send",
    "chan receive",
    "GC mark assist wait for work",
    "GC background sweeper wait",
    "system goroutine wait",
    "preempted",
    "wait for debug call",
    "wait until GC ends",
    "sleep",
};

constexpr std::array<std::string_view, 2> kLater = {"GC weak to strong wait", "synctest"};

// The kinds of STWBegin.
constexpr std::array<std::string_view, 17> kStops = {
    "unknown",
    "GC mark termination",
    "GC sweep termination",
    "write heap dump",
    "goroutine profile",
    "goroutine profile cleanup",
    "all goroutines stack trace",
    "read mem stats",
    "AllThreadsSyscall",
    "GOMAXPROCS",
    kStartTrace,
    "stop trace",
    "CountPagesInUse (test)",
    "ReadMetricsSlow (test)",
    "ReadMemStatsSlow (test)",
    "PageCachePagesLeaked (test)",
    "ResetDebugLog (test)",
};

template <std::size_t size>
bool has(const std::array<std::string_view, size>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

std::optional<FixedStrings> fixed_strings(GoVersion version) {
  switch (version) {
    case GoVersion::Go122: return FixedStrings::UpTo1230;
    case GoVersion::Go123: return std::nullopt;
    case GoVersion::Go125:
    case GoVersion::Go126: break;
  }
  return FixedStrings::Synctest;
}

std::uint64_t gosched_id(FixedStrings list) { return kFirstAmbiguousString + static_cast<std::uint64_t>(list); }

std::optional<FixedStrings> fixed_strings_by_gosched(std::uint64_t id) {
  for (const FixedStrings list : {FixedStrings::UpTo1230, FixedStrings::WeakToStrong, FixedStrings::Synctest}) {
    if (id == gosched_id(list)) return list;
  }
  return std::nullopt;
}

std::string_view fixed_string(std::uint64_t id, std::optional<FixedStrings> list) {
  if (id < kCommon.size()) return kCommon[static_cast<std::size_t>(id)];
  if (!list || id > gosched_id(*list)) return {};
  if (id == gosched_id(*list)) return kGosched;
  return id == kFirstAmbiguousString ? kLater[0] : kLater[1];
}

bool is_fixed_text(std::string_view text) {
  return text == kGosched || has(kCommon, text) || has(kLater, text) || has(kStops, text);
}

}  // namespace tracecheck
