// The reader that goes on past damage: what Reader gives, and then what stands in the file behind the place where it
// ends. Events of an unfinished or broken generation come marked as salvaged. Fact from: FORMAT.md section 10.
//
//   tracecheck::SalvageReader reader(tracecheck::open_file("crash.trace"));
//   while (const tracecheck::Event* event = reader.next()) {
//     const auto* log = event->as<tracecheck::Log>();
//     if (log != nullptr) std::cout << (event->salvaged ? "~" : "") << log->message << "\n";
//   }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "tracecheck/byte_source.h"
#include "tracecheck/damage.h"
#include "tracecheck/event.h"
#include "tracecheck/go_version.h"
#include "tracecheck/reader.h"

namespace tracecheck {

/// Where the clock rate of salvaged events comes from.
enum class FrequencySource : std::uint8_t {
  Trace,              // their generation has it
  EarlierGeneration,  // one before: the rate is the same throughout a process
  Assumed,            // 64 ns a unit, as everywhere but on Windows
};
/// "trace", "earlier generation", "assumed".
std::string_view frequency_source_name(FrequencySource source);

/// Two traces in one stream: a program that starts tracing twice on one descriptor, or files put together. Each has a
/// header and, from there on, a life of its own.
struct Segment {
  std::uint64_t offset = 0;  // byte of its header
  GoVersion version = GoVersion::Go126;
  Verdict verdict = Verdict::Complete;  // by itself: that another one follows is not its damage
};

struct SalvageOptions : ReaderOptions {
  /// False: the events end where Reader's do, at the first damage. The verdict is the same.
  bool salvage = true;
};

class SalvageReader {
 public:
  /// `source` must not be null.
  explicit SalvageReader(std::unique_ptr<ByteSource> source, SalvageOptions options = {});
  SalvageReader(SalvageReader&&) noexcept;
  SalvageReader& operator=(SalvageReader&&) noexcept;
  ~SalvageReader();

  /// The next event, valid until the next call; null when the read has ended, for good. Times increase strictly from
  /// event to event, but for salvaged ones: theirs do so on each thread of their generation. The first event of a
  /// segment is a Sync, or salvaged.
  const Event* next();
  /// The same, into `event`, whose views stay valid for longer: until `before_reading_on` is called. False: the read
  /// has ended.
  bool next(Event& event);

  /// `call` is made each time that all events of a generation have come out, before more is read, which may be waited
  /// for, and before anything is dropped or changed that these events point into. It may be empty.
  void before_reading_on(std::function<void()> call);

  // As in Reader; of all segments together.
  const Ending& ending() const;
  Verdict verdict() const;
  const std::vector<Damage>& damage() const;
  /// Of the segment at hand.
  std::optional<GoVersion> version() const;
  const std::vector<GenerationInfo>& generations() const;
  bool wall_clock_stepped_back() const;
  std::uint64_t offset() const;

  /// Segments met so far, the last one possibly in progress: its verdict is not known yet. Empty without a v2 header.
  const std::vector<Segment>& segments() const;

  /// The worst of all salvaged events; none where nothing was salvaged.
  std::optional<FrequencySource> frequency_source() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tracecheck
