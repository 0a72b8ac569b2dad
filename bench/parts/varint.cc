#include "format/varint.h"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

namespace tracecheck::bench {
namespace {

constexpr int kNumbers = 4096;

// Mostly one byte, some two, few that are long: as the numbers of events are.
std::string numbers() {
  std::string bytes;
  for (std::uint64_t i = 0; i < kNumbers; ++i) {
    append_varint(bytes, i % 61 == 0 ? i << 40U : i % 5 == 0 ? 128 + i : i % 128);
  }
  bytes.append(kMaxVarintBytes, '\0');  // that many may be looked at
  return bytes;
}

void decode_varints(benchmark::State& state) {
  const std::string bytes = numbers();
  for (auto _ : state) {
    const auto* at = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::uint64_t sum = 0;
    for (int i = 0; i < kNumbers; ++i) {
      const Varint read = varint_at(at);
      at += read.size;
      sum += read.value;
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * kNumbers);
}
BENCHMARK(decode_varints);

void encode_varints(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (std::uint64_t i = 0; i < kNumbers; ++i) append_varint(out, i);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumbers);
}
BENCHMARK(encode_varints);

}  // namespace
}  // namespace tracecheck::bench
