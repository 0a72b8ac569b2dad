#include "format/batch.h"

#include <benchmark/benchmark.h>

#include <span>
#include <stdexcept>

#include "bench/parts/sample.h"

namespace tracecheck::bench {
namespace {

// From header to header through a trace.
void parse_batches(benchmark::State& state) {
  const std::vector<std::uint8_t> bytes = sample_batches();
  std::int64_t batches = 0;
  for (auto _ : state) {
    for (std::span<const std::uint8_t> rest = bytes; !rest.empty(); ++batches) {
      const BatchParse parse = parse_batch_header(rest);
      if (parse.status != BatchStatus::Ok) throw std::runtime_error("a batch cannot be read");
      rest = rest.subspan(parse.header.header_size + parse.header.size);
    }
  }
  state.SetItemsProcessed(batches);
}
BENCHMARK(parse_batches);

}  // namespace
}  // namespace tracecheck::bench
