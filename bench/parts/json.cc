#include <benchmark/benchmark.h>

#include <string>

#include "bench/parts/sample.h"
#include "export/ndjson.h"

namespace tracecheck::bench {
namespace {

// As `export --format ndjson` writes them.
void write_ndjson(benchmark::State& state) {
  const SampleEvents sample;
  StackCache stacks;
  const NdjsonOptions options{.start = sample.events().front().time, .stacks = &stacks};
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (const Event& event : sample.events()) append_ndjson(out, event, options);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(sample.events().size()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}
BENCHMARK(write_ndjson);

}  // namespace
}  // namespace tracecheck::bench
