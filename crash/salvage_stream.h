// The core of SalvageReader: events in order, ordered by EventStream for as long as it reads, and by SalvagedOrder
// where a generation is unfinished or broken. Fact from: FORMAT.md section 10.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "crash/heritage.h"
#include "crash/resync.h"
#include "crash/salvaged_order.h"
#include "reader/event_stream.h"
#include "reader/framer.h"
#include "tracecheck/salvage.h"

namespace tracecheck {

class SalvageStream {
 public:
  using Item = EventStream::Item;

  /// Frames of whole generations are remembered for broken ones only if `wants_frames`: it costs time.
  SalvageStream(std::unique_ptr<ByteSource> source, SalvageOptions options, bool wants_frames);
  SalvageStream(const SalvageStream&) = delete;
  SalvageStream& operator=(const SalvageStream&) = delete;

  Item next() {
    if (!order_) [[likely]] {
      const Item item = stream_->next();
      if (item == Item::Event) [[likely]]
        return item;
      return next_elsewhere(item);
    }
    return next_elsewhere(Item::Event);
  }

  /// As in EventStream.
  void check_threadwise(ThreadwiseCheck::Listener& listener, ThreadwiseOptions options);

  /// As in SalvageReader.
  void before_reading_on(std::function<void()> call) { before_reading_on_ = std::move(call); }

  /// After Item::Event.
  const OrderedEvent& event() { return order_ ? order_->event() : stream_->event(); }
  bool salvaged() const { return order_ != nullptr; }
  /// Its time as it is on the wire; if salvaged, as it is in its order.
  Time wire_time() { return order_ ? order_->event().time : stream_->wire_time(); }
  /// As in SalvagedOrder.
  bool replayed() const { return !order_ || order_->replayed(); }
  /// How often reading went on behind damage, or with another trace: as if nothing had come before.
  std::uint64_t resumed() const { return resumed_; }
  /// Whether it is the first event of one on the wire; for salvaged ones.
  bool begins_wire_event() const { return order_->begins_wire_event(); }

  // As in EventStream, and SalvageReader. A generation of which nothing came out before it is salvaged begins with a
  // Sync, too.
  const Sync& sync() const { return sync_; }
  Time sync_time() const { return sync_time_; }
  const Generation* generation() const { return stream_->generation(); }
  std::optional<GoVersion> version() const { return stream_->version(); }
  Verdict verdict() const;
  const Ending& ending() const;
  const std::vector<Damage>& damage() const;
  const std::vector<GenerationInfo>& generations() const;
  bool wall_clock_stepped_back() const { return stepped_back_ || stream_->wall_clock_stepped_back(); }
  std::uint64_t offset() const { return framer_.offset(); }
  const std::vector<Segment>& segments() const { return segments_; }
  std::optional<FrequencySource> frequency_source() const { return frequency_source_; }

 private:
  Item next_elsewhere(Item item);
  Item past_stream(Item item);
  Item next_salvaged();
  void begin_segment();
  void end_segment(bool another_follows);
  void forget_cut();
  void note_segment();
  void begin_salvage();
  Item before_salvaged();
  void judge_unfinished();
  bool order_goes_on();
  Item after_salvage();
  void tell_passed_over();

  std::unique_ptr<ByteSource> source_;
  Framer framer_;
  SalvageOptions options_;
  bool wants_frames_;
  ThreadwiseCheck::Listener* listener_ = nullptr;
  ThreadwiseOptions threadwise_;
  std::function<void()> before_reading_on_;
  std::unique_ptr<EventStream> stream_;
  std::optional<Heritage> heritage_;
  std::unique_ptr<SalvagedOrder> order_;
  bool salvage_begun_ = false;  // of what ended the stream
  Sync sync_;
  Time sync_time_ = 0;
  std::uint64_t effort_ = kMendingEffort;
  std::uint32_t until_look_ = kEventsBetweenLooks;
  Resync::Next next_ = Resync::Next::End;
  Time newest_ = 0;
  std::uint64_t resumed_ = 0;
  std::vector<Segment> segments_;
  std::optional<FrequencySource> frequency_source_;
  // Of earlier segments; all together once the last has ended.
  std::vector<Damage> damage_;
  std::vector<GenerationInfo> generations_;
  bool stepped_back_ = false;
  bool ended_ = false;
  std::optional<Ending> ending_;
};

}  // namespace tracecheck
