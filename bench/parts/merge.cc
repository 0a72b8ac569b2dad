#include "reader/merge.h"

#include <benchmark/benchmark.h>

#include <stdexcept>

#include "bench/parts/sample.h"

namespace tracecheck::bench {
namespace {

// Decoding, order and replay: what it takes to put the events of a generation in order.
void merge_events(benchmark::State& state) {
  const std::unique_ptr<Generation> generation = sample_generation();
  std::int64_t events = 0;
  for (auto _ : state) {
    Replay replay;
    Merge merge(replay);
    if (merge.begin(*generation)) throw std::runtime_error("the generation cannot be merged");
    Merge::Step step = merge.next();
    for (; step == Merge::Step::Event; step = merge.next()) ++events;
    if (step != Merge::Step::Drained) throw std::runtime_error(merge.damage().message);
  }
  state.SetItemsProcessed(events);
}
BENCHMARK(merge_events);

}  // namespace
}  // namespace tracecheck::bench
