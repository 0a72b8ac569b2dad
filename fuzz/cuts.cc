// Cuts traces at every byte and holds what verify, grep, export, salvage and repair make of what is left:
//
//   cuts [--all] FILE...
//
// No cut of a trace that is not corrupt is "corrupt"; what is recovered never shrinks as the data grows; what repair
// writes reads back complete. Without --all: every byte of the first 4 kB, and a byte before, at and behind each
// boundary of a batch or an event in it. Exits with 1 where something does not hold.
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "format/batch.h"
#include "format/event_table.h"
#include "format/header.h"
#include "format/varint.h"
#include "fuzz/readings.h"

namespace tracecheck::fuzz {
namespace {

constexpr std::size_t kEveryByte = 4096;

void insert_around(std::set<std::size_t>& places, std::size_t boundary) {
  places.insert({boundary - 1, boundary, boundary + 1});
}

// Ends of events in a batch's data, which begins at `from`. Those of a table's entries come as far as they look like
// events: anything goes that is somewhere inside.
void insert_events(std::set<std::size_t>& places, Bytes data, std::size_t from) {
  const std::uint8_t* at = data.data();
  const std::uint8_t* const end = at + data.size();
  while (at < end) {
    const EventSpec& spec = event_spec(static_cast<EventType>(*at++));
    std::uint64_t value = 0;
    for (std::size_t left = spec.arg_count + (spec.timed() ? 1U : 0U); left > 0; --left) {
      if (read_varint(at, end, value) != VarintStatus::Ok) return;
    }
    insert_around(places, from + static_cast<std::size_t>(at - data.data()));
  }
}

std::set<std::size_t> some_places(Bytes bytes) {
  std::set<std::size_t> places;
  for (std::size_t size = 0; size < std::min(bytes.size(), kEveryByte); ++size) places.insert(size);
  for (std::size_t at = kHeaderSize; at < bytes.size();) {
    const BatchParse batch = parse_batch_header(bytes.subspan(at));
    if (batch.status != BatchStatus::Ok) break;
    const std::size_t data = at + batch.header.header_size;
    at = data + static_cast<std::size_t>(batch.header.size);
    insert_around(places, data);
    insert_around(places, at);
    if (at <= bytes.size()) insert_events(places, bytes.subspan(data, at - data), data);
  }
  places.erase(places.lower_bound(bytes.size()), places.end());
  return places;
}

// What was recovered of a cut trace.
struct Recovered {
  std::uint64_t whole = 0;  // events of whole generations
  std::uint64_t logs = 0;
};

class Cuts {
 public:
  Cuts(std::string name, Bytes bytes) : name_(std::move(name)), bytes_(bytes) {
    may_be_corrupt_ = verify(view_of(bytes)).verdict == Verdict::Corrupt;
  }

  void at(std::size_t size) {
    size_ = size;
    ++cuts_;
    const Bytes cut = bytes_.first(size);
    const VerifyReport report = verify(view_of(cut));
    const Outcome salvaged = read_salvaging(cut, false);
    expect(may_be_corrupt_ || report.verdict != Verdict::Corrupt, "verify says corrupt");
    expect(salvaged.verdict == report.verdict, "verify and export judge differently");
    expect(salvaged.events == report.events, "verify and export replay another number of events");
    expect(count_logs(cut) == report.logs, "verify and grep find another number of logs");
    if (!may_be_corrupt_) {
      expect(salvaged.whole_events >= most_.whole, "there is less of whole generations");
      expect(report.logs >= most_.logs, "there are fewer logs");
    }
    most_ = {std::max(most_.whole, salvaged.whole_events), std::max(most_.logs, report.logs)};
    check_export(cut);
    check_repair(cut);
  }

  std::uint64_t cuts() const { return cuts_; }
  std::uint64_t failed() const { return failed_; }

 private:
  void expect(bool holds, const char* otherwise) {
    if (holds) return;
    if (++failed_ <= 10) std::printf("%s cut at %zu: %s\n", name_.c_str(), size_, otherwise);
  }

  void check_export(Bytes cut) {
    const std::string text = export_ndjson(cut);
    expect(text.empty() || text.ends_with("}\n"), "export ends in the middle of a line");
  }

  void check_repair(Bytes cut) {
    for (const bool strict : {false, true}) {
      const std::optional<Repaired> repaired = repair(cut, strict);
      if (!repaired) continue;
      const VerifyReport back = verify(view_of(bytes_of(repaired->trace)));
      expect(back.verdict == Verdict::Complete,
             strict ? "a strict repair is not complete" : "a repair is not complete");
      expect(back.logs == repaired->logs_kept, "a repair has another number of logs than it says");
    }
  }

  std::string name_;
  Bytes bytes_;
  bool may_be_corrupt_ = false;
  Recovered most_;
  std::size_t size_ = 0;
  std::uint64_t cuts_ = 0;
  std::uint64_t failed_ = 0;
};

int run(const std::vector<std::string>& files, bool all) {
  std::uint64_t cuts = 0;
  std::uint64_t failed = 0;
  for (const std::string& file : files) {
    const std::vector<std::uint8_t> bytes = contents(file);
    Cuts cut(file, bytes);
    if (all) {
      for (std::size_t size = 0; size < bytes.size(); ++size) cut.at(size);
    } else {
      for (const std::size_t size : some_places(bytes)) cut.at(size);
    }
    cuts += cut.cuts();
    failed += cut.failed();
  }
  std::printf("cuts: %zu traces, %llu cuts, %llu expectations do not hold\n", files.size(),
              static_cast<unsigned long long>(cuts), static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace tracecheck::fuzz

int main(int argc, char** argv) {
  // Readers come and go by the million: their buffers need not go back to the system each time.
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  std::vector<std::string> files(argv + 1, argv + argc);
  const bool all = !files.empty() && files.front() == "--all";
  if (all) files.erase(files.begin());
  return tracecheck::fuzz::run(files, all);
}
