#include "export/perfetto.h"

#include <protozero/pbf_writer.hpp>
#include <utility>

#include "export/json_value.h"
#include "export/lost_text.h"

namespace tracecheck {
namespace {

using protozero::pbf_writer;

// Fields of the published schema, protos/perfetto/trace/ there.
constexpr protozero::pbf_tag_type kTracePacket = 1;

namespace packet {
constexpr protozero::pbf_tag_type kClockSnapshot = 6;
constexpr protozero::pbf_tag_type kTimestamp = 8;
constexpr protozero::pbf_tag_type kSequenceId = 10;
constexpr protozero::pbf_tag_type kTrackEvent = 11;
constexpr protozero::pbf_tag_type kInternedData = 12;
constexpr protozero::pbf_tag_type kSequenceFlags = 13;
constexpr protozero::pbf_tag_type kTrackDescriptor = 60;
constexpr std::uint32_t kStateCleared = 1;
constexpr std::uint32_t kNeedsState = 2;
}  // namespace packet

namespace clock {
constexpr protozero::pbf_tag_type kClock = 1;
constexpr protozero::pbf_tag_type kId = 1;
constexpr protozero::pbf_tag_type kTime = 2;
constexpr std::uint32_t kRealtime = 1;
constexpr std::uint32_t kBoottime = 6;  // that of timestamps without a clock of their own
}  // namespace clock

namespace descriptor {
constexpr protozero::pbf_tag_type kUuid = 1;
constexpr protozero::pbf_tag_type kName = 2;
constexpr protozero::pbf_tag_type kParent = 5;
constexpr protozero::pbf_tag_type kCounter = 8;
constexpr protozero::pbf_tag_type kRank = 12;
constexpr protozero::pbf_tag_type kSiblingMerge = 15;
constexpr std::int32_t kMergeByName = 1;
constexpr std::int32_t kNeverMerge = 2;
constexpr protozero::pbf_tag_type kCounterUnit = 3;
constexpr std::int32_t kCount = 2;
constexpr std::int32_t kBytes = 3;
}  // namespace descriptor

namespace event {
constexpr protozero::pbf_tag_type kAnnotation = 4;
constexpr protozero::pbf_tag_type kType = 9;
constexpr protozero::pbf_tag_type kTrackUuid = 11;
constexpr protozero::pbf_tag_type kCategory = 22;
constexpr protozero::pbf_tag_type kName = 23;
constexpr protozero::pbf_tag_type kCounterValue = 30;
constexpr protozero::pbf_tag_type kFlow = 47;
constexpr protozero::pbf_tag_type kTerminatingFlow = 48;
constexpr std::int32_t kSliceBegin = 1;
constexpr std::int32_t kSliceEnd = 2;
constexpr std::int32_t kInstant = 3;
constexpr std::int32_t kCounter = 4;
}  // namespace event

namespace annotation {
constexpr protozero::pbf_tag_type kUint = 3;
constexpr protozero::pbf_tag_type kText = 6;
constexpr protozero::pbf_tag_type kName = 10;
constexpr protozero::pbf_tag_type kInternedText = 17;
}  // namespace annotation

namespace interned {
constexpr protozero::pbf_tag_type kAnnotationTexts = 29;
constexpr protozero::pbf_tag_type kId = 1;
constexpr protozero::pbf_tag_type kText = 2;
}  // namespace interned

constexpr std::uint32_t kSequence = 1;

std::uint64_t mixed(std::uint64_t value) {
  // The finalizer of splitmix64: ids of 64 bits and their kinds have to share 64 bits.
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

void add_text(pbf_writer& message, protozero::pbf_tag_type tag, std::string_view text) {
  message.add_string(tag, valid_utf8(text));
}

void add_annotation(pbf_writer& event, const Argument& argument) {
  pbf_writer message(event, event::kAnnotation);
  add_text(message, annotation::kName, argument.name);
  if (const auto* text = std::get_if<std::string_view>(&argument.value)) {
    add_text(message, annotation::kText, *text);
  } else {
    message.add_uint64(annotation::kUint, std::get<std::uint64_t>(argument.value));
  }
}

// A line a frame, innermost first.
std::string stack_text(const Stack& stack) {
  std::string text;
  for (const Frame& frame : stack.frames()) {
    if (!text.empty()) text += '\n';
    text += frame_text(frame);
  }
  return text;
}

bool counts_bytes(CounterId counter) { return counter == CounterId::HeapObjects || counter == CounterId::HeapGoal; }

}  // namespace

std::uint64_t PerfettoEncoder::group_uuid(TrackKind kind) const {
  return mixed(mixed(segment_) ^ (group_of(kind).rank + 1000));
}

std::uint64_t PerfettoEncoder::trace_uuid() const { return mixed(mixed(segment_) ^ 3000); }

std::uint64_t PerfettoEncoder::uuid(const Track& track) const {
  return mixed(mixed(mixed(segment_) ^ (static_cast<std::uint64_t>(track.kind) + 2000)) ^ track.id);
}

void PerfettoEncoder::begin_document(std::string& out) {
  std::string mark;
  pbf_writer(mark).add_uint32(packet::kSequenceFlags, packet::kStateCleared);
  put(out, 0, mark);
}

void PerfettoEncoder::end_document(std::string& out, std::span<const ViewedTrace> /*traces*/) {
  if (!wall_start_) return;
  std::string mark;
  {
    pbf_writer message(mark);
    pbf_writer snapshot(message, packet::kClockSnapshot);
    for (const auto& [id, time] : {std::pair(clock::kBoottime, std::int64_t{0}), {clock::kRealtime, *wall_start_}}) {
      pbf_writer reading(snapshot, clock::kClock);
      reading.add_uint32(clock::kId, id);
      reading.add_uint64(clock::kTime, static_cast<std::uint64_t>(time));
    }
  }
  put(out, 0, mark);
}

// A trace among others has a track of its own, with its groups below.
void PerfettoEncoder::begin_segment(std::string& out, std::size_t number, const std::string& title) {
  segment_ = number;
  const auto describe_group = [&](std::uint64_t uuid, std::string_view name, std::uint64_t rank, bool is_below) {
    std::string mark;
    {
      pbf_writer message(mark);
      pbf_writer description(message, packet::kTrackDescriptor);
      description.add_uint64(descriptor::kUuid, uuid);
      if (is_below) description.add_uint64(descriptor::kParent, trace_uuid());
      add_text(description, descriptor::kName, name);
      description.add_int32(descriptor::kRank, static_cast<std::int32_t>(rank));
      description.add_enum(descriptor::kSiblingMerge, descriptor::kNeverMerge);
    }
    put(out, 0, mark);
  };
  if (!title.empty()) describe_group(trace_uuid(), title, 16 * (segment_ + 1), false);
  for (const TrackKind kind : kGroups) {
    describe_group(group_uuid(kind), group_of(kind).name, group_of(kind).rank, !title.empty());
  }
}

void PerfettoEncoder::define(std::string& out, const Stack& stack) {
  if (!stack.present() || stack.lost()) return;
  const auto [place, is_new] = stacks_.try_emplace(stack.id(), interned_ + 1);
  if (!is_new) return;
  ++interned_;
  pbf_writer message(out);
  message.add_uint32(packet::kSequenceFlags, packet::kNeedsState);
  pbf_writer data(message, packet::kInternedData);
  pbf_writer text(data, interned::kAnnotationTexts);
  text.add_uint64(interned::kId, place->second);
  add_text(text, interned::kText, stack_text(stack));
}

void PerfettoEncoder::describe(std::string& out, const Track& track, std::string_view name) {
  pbf_writer message(out);
  pbf_writer description(message, packet::kTrackDescriptor);
  description.add_uint64(descriptor::kUuid, uuid(track));
  description.add_uint64(descriptor::kParent, group_uuid(track.kind));
  add_text(description, descriptor::kName, name);
  if (track.kind == TrackKind::Counter) {
    pbf_writer counter(description, descriptor::kCounter);
    counter.add_enum(descriptor::kCounterUnit,
                     counts_bytes(static_cast<CounterId>(track.id)) ? descriptor::kBytes : descriptor::kCount);
  }
  // Tasks of one type share rows, as far as they do not overlap.
  description.add_enum(descriptor::kSiblingMerge,
                       track.kind == TrackKind::Task ? descriptor::kMergeByName : descriptor::kNeverMerge);
}

void PerfettoEncoder::begin(std::string& out, const Track& track, const MarkContent& content) {
  add_event(out, event::kSliceBegin, track, content);
}

void PerfettoEncoder::instant(std::string& out, const Track& track, const MarkContent& content) {
  add_event(out, event::kInstant, track, content);
}

void PerfettoEncoder::add_event(std::string& out, std::int32_t type, const Track& track,
                                const MarkContent& content) const {
  const auto stack = content.stack.present() ? stacks_.find(content.stack.id()) : stacks_.end();
  pbf_writer message(out);
  if (stack != stacks_.end()) message.add_uint32(packet::kSequenceFlags, packet::kNeedsState);
  pbf_writer event(message, packet::kTrackEvent);
  event.add_enum(event::kType, type);
  event.add_uint64(event::kTrackUuid, uuid(track));
  add_text(event, event::kCategory, content.category);
  add_text(event, event::kName, content.name);
  if (content.flow_end == FlowEnd::From) event.add_fixed64(event::kFlow, content.flow);
  if (content.flow_end == FlowEnd::To) event.add_fixed64(event::kTerminatingFlow, content.flow);
  for (const Argument& argument : content.arguments) add_annotation(event, argument);
  if (stack == stacks_.end()) return;
  pbf_writer stack_annotation(event, event::kAnnotation);
  add_text(stack_annotation, annotation::kName, "stack");
  stack_annotation.add_uint64(annotation::kInternedText, stack->second);
}

void PerfettoEncoder::end(std::string& out, const Track& track, std::string_view /*name*/) {
  pbf_writer message(out);
  pbf_writer event(message, packet::kTrackEvent);
  event.add_enum(event::kType, event::kSliceEnd);
  event.add_uint64(event::kTrackUuid, uuid(track));
}

void PerfettoEncoder::count(std::string& out, CounterId counter, std::uint64_t value) {
  pbf_writer message(out);
  pbf_writer event(message, packet::kTrackEvent);
  event.add_enum(event::kType, event::kCounter);
  event.add_uint64(event::kTrackUuid, uuid({TrackKind::Counter, static_cast<std::uint64_t>(counter)}));
  event.add_int64(event::kCounterValue, static_cast<std::int64_t>(value));
}

void PerfettoEncoder::put(std::string& out, Time time, std::string_view mark) {
  std::string head;
  pbf_writer fields(head);
  fields.add_uint64(packet::kTimestamp, static_cast<std::uint64_t>(time));
  fields.add_uint32(packet::kSequenceId, kSequence);
  pbf_writer(out).add_bytes_vectored(kTracePacket, head, mark);
}

}  // namespace tracecheck
