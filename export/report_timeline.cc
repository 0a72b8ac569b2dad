#include "export/report_timeline.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "analysis/summary.h"
#include "export/json_value.h"

namespace tracecheck {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint32_t kSalvaged = 1U << 2U;
constexpr std::uint32_t kSinceStart = 1U << 3U;
constexpr std::uint32_t kUnended = 1U << 4U;
constexpr std::uint32_t kBegunBefore = 1U << 5U;
constexpr std::uint32_t kProcShift = 6;
constexpr ProcId kMostProc = 1 << 20;  // a hostile one counts as none

// What of a slice lies in the timeline.
struct Piece {
  const RecentSlice* slice;
  Time begin;  // from the timeline's
  Time end;
};

struct GoroutineTrack {
  NameId function = kNoName;
  std::vector<Piece> states;
  std::vector<Piece> regions;
};

class TimelineJson {
 public:
  TimelineJson(const RecentActivity& recent, ReportTables& tables) : recent_(recent), tables_(tables) {}

  Json make() {
    for (const RecentSlice& slice : recent_.slices()) sort_in(slice);
    std::int64_t place = 0;
    for (const auto& [id, track] : goroutines_) places_[id] = place++;
    Json timeline;
    timeline["begin"] = json_signed_number(recent_.begin());
    timeline["end"] = json_signed_number(recent_.end());
    timeline["cut_short"] = recent_.is_cut_short();
    timeline["left_out"] = json_number(recent_.goroutines_left_out());
    timeline["gc"] = ranges(gc_);
    timeline["stops"] = ranges(stops_);
    timeline["procs"] = procs();
    timeline["goroutines"] = goroutines();
    return timeline;
  }

 private:
  void sort_in(const RecentSlice& slice) {
    if (slice.end < recent_.begin()) return;
    const Piece piece{&slice, std::max<Time>(slice.begin - recent_.begin(), 0), slice.end - recent_.begin()};
    if (slice.kind == RecentKind::GcCycle) {
      gc_.push_back(piece);
    } else if (slice.kind == RecentKind::WorldStop) {
      stops_.push_back(piece);
    } else if (slice.kind == RecentKind::OnProc) {
      procs_[slice.proc].push_back(piece);
    } else {
      GoroutineTrack& track = goroutines_[slice.goroutine];
      if (slice.function != kNoName) track.function = slice.function;
      (slice.kind == RecentKind::Region ? track.regions : track.states).push_back(piece);
    }
  }

  std::uint32_t flags(const Piece& piece) const {
    const RecentSlice& slice = *piece.slice;
    std::uint32_t flags = static_cast<std::uint32_t>(slice.kind) & 3U;
    if (slice.salvaged) flags |= kSalvaged;
    if (slice.since_start) flags |= kSinceStart;
    if (slice.unended) flags |= kUnended;
    if (slice.begin < recent_.begin()) flags |= kBegunBefore;
    if (slice.proc >= 0 && slice.proc < kMostProc) flags |= static_cast<std::uint32_t>(slice.proc + 1) << kProcShift;
    return flags;
  }

  static void put_time(Json& list, Time time) { list.push_back(json_signed_number(time)); }

  void put_name(Json& list, const RecentSlice& slice) {
    list.push_back(tables_.text(recent_.text(slice.name), slice.lost_name));
    list.push_back(slice.stack == StackPool::kNoStack ? 0 : tables_.stack(recent_.stacks().record(slice.stack)));
  }

  // Those that follow one another: the gap before each is mostly 0. `put_rest` adds what stands behind the flags.
  template <typename PutRest>
  Json row(const std::vector<Piece>& pieces, PutRest put_rest) {
    Json list = Json::array();
    Time end = 0;
    for (const Piece& piece : pieces) {
      const Time begin = std::max(piece.begin, end);
      put_time(list, begin - end);
      end = std::max(begin, piece.end);
      put_time(list, end - begin);
      list.push_back(flags(piece));
      put_rest(list, *piece.slice);
    }
    return list;
  }

  // Those that lie within one another.
  Json ranges(std::vector<Piece>& pieces, bool with_depth = false) {
    std::stable_sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.begin < b.begin; });
    Json list = Json::array();
    for (const Piece& piece : pieces) {
      put_time(list, piece.begin);
      put_time(list, piece.end - piece.begin);
      list.push_back(flags(piece));
      put_name(list, *piece.slice);
      if (with_depth) list.push_back(piece.slice->depth);
    }
    return list;
  }

  Json procs() {
    Json list = Json::array();
    for (const auto& [id, pieces] : procs_) {
      Json slices = row(pieces, [this](Json& numbers, const RecentSlice& slice) {
        const auto place = places_.find(slice.goroutine);
        numbers.push_back(place == places_.end() ? -1 : place->second);
      });
      list.push_back({{"id", json_id(id)}, {"slices", std::move(slices)}});
    }
    return list;
  }

  Json goroutines() {
    Json list = Json::array();
    for (auto& [id, track] : goroutines_) {
      const std::string_view function = recent_.text(track.function);
      Json states = row(track.states, [this](Json& numbers, const RecentSlice& slice) { put_name(numbers, slice); });
      list.push_back({{"id", json_id(id)},
                      {"function", tables_.text(function)},
                      {"system", !function.empty() && is_system_function(function)},
                      {"states", std::move(states)},
                      {"regions", ranges(track.regions, true)}});
    }
    return list;
  }

  const RecentActivity& recent_;
  ReportTables& tables_;
  std::vector<Piece> gc_;
  std::vector<Piece> stops_;
  std::map<ProcId, std::vector<Piece>> procs_;
  std::map<GoroutineId, GoroutineTrack> goroutines_;
  std::map<GoroutineId, std::int64_t> places_;
};

}  // namespace

Json report_timeline(const RecentActivity& recent, ReportTables& tables) { return TimelineJson(recent, tables).make(); }

}  // namespace tracecheck
