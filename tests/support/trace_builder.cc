#include "tests/support/trace_builder.h"

#include <stdexcept>

#include "format/event_table.h"
#include "format/header.h"
#include "format/varint.h"

namespace tracecheck::testing {

Records& Records::byte(std::uint8_t value) {
  bytes_.push_back(static_cast<char>(value));
  return *this;
}

Records& Records::number(std::uint64_t value) {
  append_varint(bytes_, value);
  return *this;
}

Records& Records::padded(std::uint64_t value) {
  append_padded_varint(bytes_, value);
  return *this;
}

Records& Records::text(std::string_view bytes) {
  bytes_ += bytes;
  return *this;
}

Records& Records::record(EventType type, std::initializer_list<std::uint64_t> values) {
  this->type(type);
  for (const std::uint64_t value : values) number(value);
  return *this;
}

Records& Records::event(EventType type, std::uint64_t delta, std::initializer_list<std::uint64_t> args) {
  if (args.size() != event_spec(type).arg_count) throw std::logic_error("arguments of " + event_type_name(type));
  this->type(type).number(delta);
  for (const std::uint64_t arg : args) number(arg);
  return *this;
}

Records& Records::string(std::uint64_t id, std::string_view text) {
  return record(EventType::String, {id, text.size()}).text(text);
}

Records& Records::stack(std::uint64_t id, std::initializer_list<Frame> frames) {
  record(EventType::Stack, {id, frames.size()});
  for (const Frame& f : frames) number(f.pc).number(f.function).number(f.file).number(f.line);
  return *this;
}

TraceBuilder::TraceBuilder(GoVersion version, Sizes sizes)
    : version_(version), sizes_(sizes), bytes_(header_bytes(version)) {}

TraceBuilder& TraceBuilder::raw(std::string_view bytes) {
  bytes_ += bytes;
  return *this;
}

TraceBuilder& TraceBuilder::finish_batch(std::size_t offset, std::uint64_t generation, std::uint64_t thread,
                                         std::uint64_t time, std::string_view data) {
  append_varint(bytes_, generation);
  append_varint(bytes_, thread);
  append_varint(bytes_, time);
  sizes_ == Sizes::Padded ? append_padded_varint(bytes_, data.size()) : append_varint(bytes_, data.size());
  batches_.push_back({offset, bytes_.size(), bytes_.size() + data.size(), next_index()});
  bytes_ += data;
  return *this;
}

TraceBuilder& TraceBuilder::batch(std::uint64_t generation, std::uint64_t thread, std::uint64_t time,
                                  const Records& data) {
  const std::size_t offset = bytes_.size();
  bytes_.push_back(static_cast<char>(EventType::EventBatch));
  return finish_batch(offset, generation, thread, time, data.bytes());
}

TraceBuilder& TraceBuilder::experimental(std::uint8_t experiment, std::uint64_t generation, std::uint64_t thread,
                                         std::uint64_t time, std::string_view data) {
  const std::size_t offset = bytes_.size();
  bytes_.push_back(static_cast<char>(EventType::ExperimentalBatch));
  bytes_.push_back(static_cast<char>(experiment));
  return finish_batch(offset, generation, thread, time, data);
}

TraceBuilder& TraceBuilder::clock(std::uint64_t generation, std::uint64_t time, std::uint64_t frequency) {
  Records data;
  if (has_sync_batches(version_)) data.type(EventType::Sync);
  data.record(EventType::Frequency, {frequency});
  if (has_sync_batches(version_) && time != 0) {
    data.record(EventType::ClockSnapshot, {1, time + 5000, 1700000000 + generation, 7});
  }
  return batch(generation, kNoId, time, data);
}

TraceBuilder& TraceBuilder::end() {
  if (!has_end_markers(version_)) return *this;
  ++markers_;
  return raw("\x34");
}

TraceBuilder& TraceBuilder::open_generation(std::uint64_t generation, std::uint64_t time) {
  using T = EventType;
  if (has_sync_batches(version_)) clock(generation, time);
  batch(generation, 1, time,
        Records()
            .event(T::ProcStatus, 100, {0, 1})
            .event(T::GoStatus, 100, {1, 1, 2})
            .event(T::UserLog, 100, {0, 4, 5, 1})
            .event(T::HeapAlloc, 100, {generation}));
  return has_sync_batches(version_) ? *this : clock(generation, time);
}

TraceBuilder& TraceBuilder::close_generation(std::uint64_t generation, std::string_view message) {
  using T = EventType;
  table(generation, Records().type(T::Stacks).stack(1, {{0x1001, 1, 2, 10}, {0x1002, 3, 2, 20}}));
  table(generation, Records()
                        .type(T::Strings)
                        .string(1, "main.work")
                        .string(2, "/src/main.go")
                        .string(3, "main.main")
                        .string(4, "category")
                        .string(5, message));
  return end();
}

TraceBuilder& TraceBuilder::cut_at(std::size_t offset) {
  bytes_.resize(offset);
  return *this;
}

TraceBuilder& TraceBuilder::insert_at(std::size_t offset, std::string_view bytes) {
  bytes_.insert(offset, bytes);
  return *this;
}

TraceBuilder& TraceBuilder::overwrite_at(std::size_t offset, std::string_view bytes) {
  bytes_.replace(offset, bytes.size(), bytes);
  return *this;
}

TraceBuilder& TraceBuilder::zero_from(std::size_t offset, std::size_t length) {
  return overwrite_at(offset, std::string(length, '\0'));
}

TraceBuilder whole_trace(GoVersion version, std::size_t generations, Sizes sizes) {
  TraceBuilder trace(version, sizes);
  for (std::size_t g = 1; g <= generations; ++g) trace.generation(g, 1000 * g);
  return trace;
}

}  // namespace tracecheck::testing
