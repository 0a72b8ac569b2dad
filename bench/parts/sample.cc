#include "bench/parts/sample.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "format/header.h"
#include "reader/generation_reader.h"
#include "reader/stream_start.h"

namespace tracecheck::bench {
namespace {

// Events up to where the second generation begins, or the trace ends.
std::size_t events_of_first_generation() {
  Reader reader = Reader::open_file(sample_path());
  std::size_t count = 0;
  while (const Event* event = reader.next()) {
    if (count > 0 && event->kind() == EventKind::Sync) break;
    ++count;
  }
  return count;
}

}  // namespace

std::string sample_path() { return std::string(TESTDATA) + "/ok/go1.26-work.trace"; }

std::vector<std::uint8_t> sample_batches() {
  std::ifstream file(sample_path(), std::ios::binary);
  file.seekg(kHeaderSize);
  std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(file), {});
  if (bytes.empty()) throw std::runtime_error(sample_path() + " cannot be read");
  return bytes;
}

std::unique_ptr<Generation> sample_generation() {
  const std::unique_ptr<ByteSource> source = open_file(sample_path());
  Framer framer(*source);
  const StreamStart start = find_stream_start(framer, false);
  if (!start.version) throw std::runtime_error(sample_path() + " has no header");
  GenerationReader::Result read = GenerationReader(framer, *start.version).next();
  if (!read.usable) throw std::runtime_error(sample_path() + " has no whole generation");
  return std::move(read.generation);
}

SampleEvents::SampleEvents() : reader_(Reader::open_file(sample_path())) {
  for (std::size_t left = events_of_first_generation(); left > 0; --left) events_.push_back(*reader_.next());
}

}  // namespace tracecheck::bench
