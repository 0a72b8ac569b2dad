#include "export/trace_writer.h"

#include <algorithm>
#include <vector>

#include "format/trace_encoder.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

std::uint64_t free_string_of(const Generation& generation) {
  std::uint64_t largest = 0;
  generation.strings().for_each([&largest](std::uint64_t id, const Text&) { largest = std::max(largest, id); });
  std::uint64_t id = largest + 1;
  while (generation.has_text(id)) ++id;  // 0, which always is there, where the largest is as large as can be
  return id;
}

}  // namespace

std::vector<OtherBatch> in_stream_order(const Generation& generation) {
  std::vector<OtherBatch> batches = generation.other_batches();
  batches.reserve(generation.batches());
  for (const ThreadBatches& thread : generation.threads()) {
    for (const EventBatch& batch : thread.batches) {
      batches.push_back({event_batch(thread.thread, batch.time), batch.data, batch.index});
    }
  }
  std::stable_sort(batches.begin(), batches.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
  return batches;
}

BatchHeader event_batch(ThreadId thread, std::uint64_t time) {
  BatchHeader header;
  header.type = EventType::EventBatch;
  header.thread = static_cast<std::uint64_t>(thread);
  header.time = time;
  return header;
}

bool TraceWriter::add(const Generation& generation) {
  if (!begin_generation(generation.id())) return false;
  set_free_string(free_string_of(generation));
  for (const OtherBatch& batch : in_stream_order(generation)) {
    if (!add_batch(batch.header, {reinterpret_cast<const char*>(batch.data.data()), batch.data.size()})) return false;
  }
  return true;
}

bool TraceWriter::begin_generation(std::uint64_t number) {
  std::string header;
  if (!begun_) append_header(header, version_);
  if (begun_ ? !end_generation() : !sink_(header)) return false;
  begun_ = true;
  generation_ = number;
  free_string_ = 1;
  return true;
}

bool TraceWriter::add_batch(BatchHeader header, std::string_view data) {
  header.generation = generation_;
  header.size = data.size();
  last_time_ = header.time;
  std::string bytes;
  append_batch_header(bytes, header);
  return sink_(bytes) && sink_(data);
}

bool TraceWriter::finish(std::string_view mark) {
  if (mark.empty()) return end_generation();
  std::string data;
  data.push_back(static_cast<char>(EventType::Strings));
  data.push_back(static_cast<char>(EventType::String));
  append_varint(data, free_string_);
  append_varint(data, mark.size());
  data += mark;
  return add_batch(event_batch(kNone, last_time_), data) && end_generation();
}

bool TraceWriter::end_generation() {
  if (!has_end_markers(version_)) return true;
  std::string marker;
  append_batch_header(marker, {.type = EventType::EndOfGeneration});
  return sink_(marker);
}

}  // namespace tracecheck
