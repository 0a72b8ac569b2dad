#include <benchmark/benchmark.h>

#include <string>

#include "bench/parts/sample.h"
#include "export/parsed_text.h"

namespace tracecheck::bench {
namespace {

// As `events` prints them.
void write_text(benchmark::State& state) {
  const SampleEvents sample;
  ParsedText text;
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (const Event& event : sample.events()) text.append(out, event);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(sample.events().size()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}
BENCHMARK(write_text);

}  // namespace
}  // namespace tracecheck::bench
