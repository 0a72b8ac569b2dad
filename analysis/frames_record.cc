#include "analysis/frames_record.h"

#include <cstdint>
#include <protozero/pbf_builder.hpp>
#include <protozero/pbf_message.hpp>

namespace tracecheck {
namespace {

enum class StackField : protozero::pbf_tag_type { Frame = 1 };

enum class FrameField : protozero::pbf_tag_type {
  Pc = 1,
  Function = 2,
  File = 3,
  Line = 4,
  Borrowed = 5,
  LostFunction = 6,
  LostFile = 7,
};

std::string_view text_of(protozero::data_view view) { return {view.data(), view.size()}; }

Frame read_frame(protozero::pbf_message<FrameField> message) {
  Frame frame;
  while (message.next()) {
    switch (message.tag()) {
      case FrameField::Pc: frame.pc = message.get_uint64(); break;
      case FrameField::Function: frame.function = text_of(message.get_view()); break;
      case FrameField::File: frame.file = text_of(message.get_view()); break;
      case FrameField::Line: frame.line = message.get_uint64(); break;
      case FrameField::Borrowed: frame.borrowed = message.get_bool(); break;
      case FrameField::LostFunction: frame.lost_function = message.get_uint64(); break;
      case FrameField::LostFile: frame.lost_file = message.get_uint64(); break;
    }
  }
  return frame;
}

}  // namespace

void append_frames_record(std::string& out, const Stack& stack) { append_record_of(out, stack.frames()); }

void append_record_of(std::string& out, std::span<const Frame> frames) {
  protozero::pbf_builder<StackField> stack(out);
  for (const Frame& frame : frames) {
    protozero::pbf_builder<FrameField> record(stack, StackField::Frame);
    record.add_uint64(FrameField::Pc, frame.pc);
    record.add_bytes(FrameField::Function, frame.function.data(), frame.function.size());
    record.add_bytes(FrameField::File, frame.file.data(), frame.file.size());
    record.add_uint64(FrameField::Line, frame.line);
    if (frame.borrowed) record.add_bool(FrameField::Borrowed, true);
    if (frame.lost_function != 0) record.add_uint64(FrameField::LostFunction, frame.lost_function);
    if (frame.lost_file != 0) record.add_uint64(FrameField::LostFile, frame.lost_file);
  }
}

std::vector<Frame> frames_of_record(std::string_view record) {
  std::vector<Frame> frames;
  protozero::pbf_message<StackField> message(record.data(), record.size());
  while (message.next(StackField::Frame, protozero::pbf_wire_type::length_delimited)) {
    frames.push_back(read_frame(message.get_message()));
  }
  return frames;
}

}  // namespace tracecheck
