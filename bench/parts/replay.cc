#include "reader/replay.h"

#include <benchmark/benchmark.h>

#include <map>
#include <stdexcept>

#include "bench/parts/sample.h"
#include "reader/merge.h"

namespace tracecheck::bench {
namespace {

class Names final : public NameSource {
 public:
  explicit Names(const Generation& generation) : generation_(generation) {}
  bool name(std::uint64_t string_id, std::string_view& text) const override {
    const Text* found = generation_.text(string_id);
    if (found != nullptr) text = found->view();
    return found != nullptr;
  }

 private:
  const Generation& generation_;
};

struct Turn {
  RawEvent event;
  ThreadId thread = kNone;
  std::size_t hint = 0;  // of the thread
};

// The events on the wire in the order in which they happened.
std::vector<Turn> turns(const Generation& generation) {
  std::vector<Cursor> cursors;
  std::map<ThreadId, std::size_t> cursor_of;
  for (const ThreadBatches& batches : generation.threads()) {
    cursor_of[batches.thread] = cursors.size();
    cursors.emplace_back(batches, generation.clock());
  }
  std::vector<Turn> found;
  Replay replay;
  Merge merge(replay);
  if (merge.begin(generation)) throw std::runtime_error("the generation cannot be merged");
  while (merge.next() == Merge::Step::Event) {
    // A CPU sample is nothing to the scheduler, and several may come of one event on the wire.
    if (merge.wire_events() - merge.samples_given() == found.size()) continue;
    const ThreadId thread = merge.last_cursor()->thread();
    const std::size_t hint = cursor_of.at(thread);
    if (cursors[hint].next() != Cursor::Step::Event) throw std::runtime_error("a thread has too few events");
    found.push_back({cursors[hint].event(), thread, hint});
  }
  return found;
}

// The scheduler's rules alone, on events that are decoded and in order.
void replay_events(benchmark::State& state) {
  const std::unique_ptr<Generation> generation = sample_generation();
  const Names names(*generation);
  const std::vector<Turn> events = turns(*generation);
  OrderedEvents out;
  for (auto _ : state) {
    Replay replay;
    replay.begin_generation(generation->id());
    std::vector<Slot> hints(generation->threads().size(), kNoSlot);
    for (const Turn& turn : events) {
      out.count = 0;
      if (replay.advance(turn.event, turn.thread, hints[turn.hint], names, out) != Advance::Advanced)
        throw std::runtime_error(replay.error().message);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events.size()));
}
BENCHMARK(replay_events);

}  // namespace
}  // namespace tracecheck::bench
