#include "format/text_assembler.h"

#include <array>
#include <optional>

#include "format/event_table.h"
#include "format/header.h"
#include "format/quote.h"
#include "format/raw_text.h"
#include "format/text_line.h"
#include "format/trace_encoder.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

const std::vector<std::string_view> kFrameNames = {"pc", "func", "file", "line"};

// The names of a type's arguments in wire order.
const std::vector<std::string_view>& names_of(EventType type) {
  static const std::array<std::vector<std::string_view>, 256> all = [] {
    std::array<std::vector<std::string_view>, 256> result;
    for (std::size_t i = 0; i < result.size(); ++i) {
      const EventSpec& spec = event_spec(static_cast<EventType>(i));
      if (spec.timed()) result[i].push_back("dt");
      for (const ArgSpec& arg : spec.arguments()) result[i].push_back(arg.name);
    }
    return result;
  }();
  return all[static_cast<std::size_t>(type)];
}

bool has_data(EventType type) { return type == EventType::String || type == EventType::ExperimentalBatch; }

std::string bad_version(std::uint64_t minor, HeaderKind kind) {
  const std::string name = "Go 1." + std::to_string(minor);
  if (kind == HeaderKind::V1) return name + " has another trace format, without a text form";
  return "the trace version " + name + " is not known; 1.22, 1.23, 1.25 and 1.26 are";
}

// The versions known are those of the trace header.
HeaderKind judge_version(std::uint64_t minor) {
  if (minor < 10 || minor > 99) return HeaderKind::UnknownMinor;
  const std::string bytes = header_bytes(static_cast<GoVersion>(minor));
  return parse_header({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}).kind;
}

}  // namespace

bool TextAssembler::add_line(std::string_view line, std::string& out) {
  ++line_;
  // As the scanner of the reference does; it matters to a data line between backquotes only.
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  std::string_view rest = line;
  if (take_token(rest).empty()) return true;
  switch (expect_) {
    case Expect::Header: return header(line, out);
    case Expect::Event: return event(line, out);
    case Expect::Frame: return frame(line, out);
    case Expect::Data: return data(line, out);
  }
  return false;
}

bool TextAssembler::finish(std::string& out) {
  if (expect_ == Expect::Header) return fail("the text is empty; its first line should be like \"Trace Go1.26\"");
  if (expect_ == Expect::Frame) {
    return fail("the text ends inside a stack, " + std::to_string(frames_left_) + " frames early");
  }
  if (expect_ == Expect::Data) append_data(out, {});
  return true;
}

bool TextAssembler::fail(std::string message) {
  error_ = {line_, std::move(message)};
  return false;
}

bool TextAssembler::header(std::string_view line, std::string& out) {
  constexpr std::string_view kVersionPrefix = "Go1.";
  std::string_view rest = line;
  const std::string_view title = take_token(rest);
  const std::string_view name = take_token(rest);
  std::optional<std::uint64_t> minor;
  if (name.starts_with(kVersionPrefix)) minor = parse_decimal(name.substr(kVersionPrefix.size()));
  if (title != "Trace" || !minor) {
    return fail("the first line should be like \"Trace Go1.26\", but it is " + shown(line) +
                (line.starts_with("go 1.") ? "; a trace's text is what `tracecheck wire` prints" : ""));
  }
  const HeaderKind kind = judge_version(*minor);
  if (kind != HeaderKind::V2) return fail(bad_version(*minor, kind));
  if (!trim_space(rest).empty()) return fail("the first line goes on after the version: " + shown(trim_space(rest)));
  version_ = static_cast<GoVersion>(*minor);
  append_header(out, version_);
  expect_ = Expect::Event;
  return true;
}

bool TextAssembler::find_type(std::string_view name, EventType& type) {
  type = event_type_by_name(name);
  if (type == EventType::None) return fail("there is no event called " + shown(name));
  if (type <= last_text_type(version_)) return true;
  return fail("the text form of Go 1." + std::to_string(minor_of(version_)) + " has no " + std::string(name));
}

bool TextAssembler::event(std::string_view line, std::string& out) {
  EventType type = EventType::None;
  const std::string_view name = take_token(line);
  if (!find_type(name, type) || !read_arguments(line, name, names_of(type))) return false;

  if (type == EventType::EventBatch) {
    append_batch_header(out, {.type = type,
                              .generation = arguments_[0],
                              .thread = arguments_[1],
                              .time = arguments_[2],
                              .size = arguments_[3]});
  } else {
    out.push_back(static_cast<char>(type));
    for (const std::uint64_t value : arguments_) append_varint(out, value);
  }
  type_ = type;
  if (type == EventType::Stack) frames_left_ = arguments_.back();
  if (type == EventType::Stack && frames_left_ > 0) expect_ = Expect::Frame;
  if (has_data(type)) expect_ = Expect::Data;
  return true;
}

bool TextAssembler::frame(std::string_view line, std::string& out) {
  if (!read_arguments(line, "a stack's frame", kFrameNames)) return false;
  for (const std::uint64_t value : arguments_) append_varint(out, value);
  if (--frames_left_ == 0) expect_ = Expect::Event;
  return true;
}

bool TextAssembler::data(std::string_view line, std::string& out) {
  const std::size_t sign = line.find('=');
  if (trim_space(line.substr(0, sign)) != "data") {
    // Not a data line: what the text form prints for empty data.
    append_data(out, {});
    return event(line, out);
  }
  std::optional<std::string> bytes;
  if (sign != std::string_view::npos) bytes = unquote(trim_space(line.substr(sign + 1)));
  if (!bytes) return fail("the data is not one quoted text: " + shown(trim_space(line)));
  append_data(out, *bytes);
  return true;
}

void TextAssembler::append_data(std::string& out, std::string_view data) {
  // An experimental batch's size is filled in later, like any batch's.
  type_ == EventType::ExperimentalBatch ? append_padded_varint(out, data.size()) : append_varint(out, data.size());
  out += data;
  expect_ = Expect::Event;
}

bool TextAssembler::read_arguments(std::string_view line, std::string_view owner,
                                   const std::vector<std::string_view>& names) {
  arguments_.clear();
  for (const std::string_view name : names) {
    if (!read_argument(line, owner, name)) return false;
  }
  const std::string_view rest = trim_space(line);
  if (rest.empty()) return true;
  return fail("nothing more belongs to " + std::string(owner) + ", but there is " + shown(rest));
}

bool TextAssembler::read_argument(std::string_view& line, std::string_view owner, std::string_view name) {
  const std::string_view token = take_token(line);
  const auto wanted = [&] { return "the argument " + std::string(name) + " of " + std::string(owner); };
  if (token.empty()) return fail(wanted() + " is missing");
  const std::size_t sign = token.find('=');
  if (sign == std::string_view::npos || token.substr(0, sign) != name) {
    return fail(wanted() + " should be here, but there is " + shown(token));
  }
  const std::string_view digits = token.substr(sign + 1);
  const std::optional<std::uint64_t> value = parse_decimal(digits);
  if (!value) return fail(wanted() + " is not a whole number of up to 64 bits: " + shown(digits));
  arguments_.push_back(*value);
  return true;
}

}  // namespace tracecheck
