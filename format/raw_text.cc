#include "format/raw_text.h"

#include <array>
#include <string_view>
#include <vector>

#include "format/decimal.h"
#include "format/event_table.h"
#include "format/limits.h"
#include "format/quote.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

constexpr std::array<std::string_view, 4> kFrameLabels = {"\n\tpc=", " func=", " file=", " line="};

// The labels of a type's arguments in wire order, each with the space before and the sign after it.
const std::vector<std::string>& labels_of(EventType type) {
  static const std::array<std::vector<std::string>, 256> all = [] {
    std::array<std::vector<std::string>, 256> result;
    for (std::size_t i = 0; i < result.size(); ++i) {
      const EventSpec& spec = event_spec(static_cast<EventType>(i));
      if (spec.timed()) result[i].push_back(" dt=");
      for (const ArgSpec& arg : spec.arguments()) result[i].push_back(" " + std::string(arg.name) + "=");
    }
    return result;
  }();
  return all[static_cast<std::size_t>(type)];
}

// What may stand in a batch, told by the first byte of its data.
enum class Content : std::uint8_t { Strings, Stacks, CPUSamples, Sync, Timed, Anything };

Content content_of(GoVersion version, EventType first) {
  switch (first) {
    case EventType::Strings: return Content::Strings;
    case EventType::Stacks: return Content::Stacks;
    case EventType::CPUSamples: return Content::CPUSamples;
    case EventType::Frequency: return has_sync_batches(version) ? Content::Timed : Content::Sync;
    case EventType::Sync: return has_sync_batches(version) ? Content::Sync : Content::Timed;
    // Closes a generation; the reference looks at nothing that follows in such a batch.
    case EventType::EndOfGeneration: return has_end_markers(version) ? Content::Anything : Content::Timed;
    default: return Content::Timed;
  }
}

bool belongs(Content content, EventType type) {
  switch (content) {
    case Content::Strings: return type == EventType::String;
    case Content::Stacks: return type == EventType::Stack;
    case Content::CPUSamples: return type == EventType::CPUSample;
    case Content::Sync: return type == EventType::Frequency || type == EventType::ClockSnapshot;
    case Content::Timed: return event_spec(type).timed();
    case Content::Anything: return type != EventType::EventBatch && type != EventType::ExperimentalBatch;
  }
  return false;
}

// A first byte that only says what follows.
bool is_title(Content content, EventType type) { return content != Content::Timed && type != EventType::Frequency; }

Reading reading_of(Content content) {
  switch (content) {
    case Content::Strings: return Reading::StringRecord;
    case Content::Stacks: return Reading::StackRecord;
    case Content::CPUSamples: return Reading::SampleRecord;
    case Content::Sync: return Reading::SyncRecord;
    default: return Reading::Event;
  }
}

DamageCode bad_record_of(Content content) {
  switch (content) {
    case Content::Strings: return DamageCode::BadStringRecord;
    case Content::Stacks: return DamageCode::BadStackRecord;
    case Content::CPUSamples: return DamageCode::BadSampleRecord;
    case Content::Sync: return DamageCode::BadSyncRecord;
    default: return DamageCode::EventCut;
  }
}

class BatchText {
 public:
  BatchText(std::string& out, GoVersion version, const BatchHeader& header, std::span<const std::uint8_t> data)
      : out_(out),
        version_(version),
        header_(header),
        begin_(data.data()),
        at_(begin_),
        end_(begin_ + data.size()),
        event_start_(begin_) {}

  std::optional<TextStop> run() {
    if (!header_in_text_form()) {
      stop_.reading = Reading::BatchType;
      stop_.offset = 0;
      return stop_;
    }
    if (header_.type == EventType::ExperimentalBatch) return experimental();
    out_ += event_spec(header_.type).name;
    if (header_.type == EventType::EndOfGeneration) return end_line();
    append_header_fields({header_.generation, header_.thread, header_.time, header_.size});
    end_line();
    return events();
  }

 private:
  using Kind = TextStop::Kind;

  bool cut_short() const { return static_cast<std::uint64_t>(end_ - begin_) < header_.size; }

  std::nullopt_t end_line() {
    out_.push_back('\n');
    return std::nullopt;
  }

  void append_header_fields(std::initializer_list<std::uint64_t> values) {
    const std::vector<std::string>& labels = labels_of(header_.type);
    std::size_t i = 0;
    for (const std::uint64_t value : values) append_argument(labels[i++], value);
  }

  void append_argument(std::string_view label, std::uint64_t value) {
    out_ += label;
    append_decimal(out_, value);
  }

  bool stop(Kind kind, DamageCode code, std::string message) {
    stop_.kind = kind;
    stop_.code = code;
    stop_.reading = reading_of(content_);
    stop_.offset = header_.header_size + static_cast<std::size_t>(event_start_ - begin_);
    stop_.message = std::move(message);
    return false;
  }

  bool in_text_form(EventType type) {
    if (type <= last_text_type(version_)) return true;
    return stop(Kind::NotInTextForm, DamageCode::BadEventType,
                "the text form of Go 1." + std::to_string(minor_of(version_)) + " has no " + event_type_name(type));
  }

  bool header_in_text_form() {
    if (header_.type == EventType::EndOfGeneration && !has_end_markers(version_)) {
      return stop(Kind::Damaged, DamageCode::NotABatch,
                  "a batch should begin here, but there is EndOfGeneration, which Go 1.26 brought");
    }
    // The text form takes the experiment for a varint, the reader of batches for a byte.
    if (header_.experiment >= 0x80) {
      return stop(Kind::NotInTextForm, DamageCode::BadEventType, "the text form has no experiment above 127");
    }
    return in_text_form(header_.type);
  }

  std::optional<TextStop> experimental() {
    if (cut_short()) {
      stop(Kind::Cut, DamageCode::BatchCut, "the data ends inside an experimental batch");
      return stop_;
    }
    out_ += event_spec(header_.type).name;
    append_header_fields({header_.experiment, header_.generation, header_.thread, header_.time});
    append_data(header_.size);
    return end_line();
  }

  // An empty one has no line, which is how the reference prints it.
  void append_data(std::uint64_t size) {
    if (size == 0) return;
    out_ += "\n\tdata=";
    append_quoted(out_, {reinterpret_cast<const char*>(at_), static_cast<std::size_t>(size)});
    at_ += size;
  }

  std::optional<TextStop> events() {
    if (at_ != end_) content_ = content_of(version_, static_cast<EventType>(*at_));
    while (at_ != end_) {
      event_start_ = at_;
      const std::size_t line_start = out_.size();
      if (!event()) {
        out_.resize(line_start);
        return stop_;
      }
      end_line();
    }
    if (!cut_short()) return std::nullopt;
    event_start_ = at_;
    stop(Kind::Cut, DamageCode::BatchCut, "the data ends inside a batch");
    return stop_;
  }

  bool event() {
    const auto type = static_cast<EventType>(*at_);
    const bool title = at_ == begin_ && is_title(content_, type);
    if (!title && !check_place(type)) return false;
    ++at_;
    out_ += event_spec(type).name;
    std::uint64_t value = 0;
    for (const std::string& label : labels_of(type)) {
      if (!number(type, value)) return false;
      append_argument(label, value);
    }
    if (type == EventType::Stack) return frames(value);
    return type != EventType::String || string_data();
  }

  bool check_place(EventType type) {
    const EventSpec& spec = event_spec(type);
    if (spec.event_class == EventClass::Undefined) {
      return stop(Kind::Damaged, DamageCode::BadEventType, "there is no event of " + event_type_name(type));
    }
    if (!belongs(content_, type)) return misplaced(type);
    if (!spec.timed() && type > last_text_type(version_)) return misplaced(type);
    return in_text_form(type);
  }

  bool misplaced(EventType type) {
    const std::string name = event_type_name(type);
    if (content_ == Content::Timed) {
      return stop(Kind::Damaged, DamageCode::UntimedEvent,
                  name + " stands among the events of a thread, where it has no place");
    }
    return stop(Kind::Damaged, bad_record_of(content_),
                "a " + std::string(reading_name(reading_of(content_))) + " should begin here, but there is " + name);
  }

  bool number(EventType type, std::uint64_t& value) {
    switch (read_varint(at_, end_, value)) {
      case VarintStatus::Ok: return true;
      case VarintStatus::Short: return ends_inside(event_type_name(type));
      case VarintStatus::Overflow: break;
    }
    const DamageCode code = content_ == Content::Timed ? DamageCode::EventVarintOverflow : bad_record_of(content_);
    return stop(Kind::Damaged, code, "an argument of " + event_type_name(type) + " is a number beyond 64 bits");
  }

  bool ends_inside(const std::string& what) {
    if (cut_short()) return stop(Kind::Cut, DamageCode::BatchCut, "the data ends inside an event (" + what + ")");
    return stop(Kind::Damaged, bad_record_of(content_), "the batch ends inside an event (" + what + ")");
  }

  bool frames(std::uint64_t count) {
    if (count > kMaxFrames) {
      return stop(Kind::Damaged, DamageCode::StackTooDeep,
                  "a stack is said to have " + std::to_string(count) + " frames; 128 is the most");
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      for (const std::string_view label : kFrameLabels) {
        std::uint64_t value = 0;
        if (!number(EventType::Stack, value)) return false;
        append_argument(label, value);
      }
    }
    return true;
  }

  bool string_data() {
    std::uint64_t size = 0;
    if (!number(EventType::String, size)) return false;
    if (size > kMaxStringSize) {
      return stop(Kind::Damaged, DamageCode::StringTooLong,
                  "a string is said to have " + std::to_string(size) + " bytes; 1024 is the most");
    }
    if (size > static_cast<std::uint64_t>(end_ - at_)) return ends_inside("String");
    append_data(size);
    return true;
  }

  std::string& out_;
  GoVersion version_;
  const BatchHeader& header_;
  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  const std::uint8_t* event_start_;
  Content content_ = Content::Timed;
  TextStop stop_;
};

}  // namespace

EventType last_text_type(GoVersion version) {
  switch (version) {
    case GoVersion::Go122: return EventType::UserLog;
    case GoVersion::Go123: return EventType::ExperimentalBatch;
    case GoVersion::Go125: return EventType::ClockSnapshot;
    case GoVersion::Go126: return EventType::GoroutineStackFree;
  }
  return EventType::None;
}

std::string text_header(GoVersion version) { return "Trace Go1." + std::to_string(minor_of(version)) + "\n"; }

std::optional<TextStop> append_batch_text(std::string& out, GoVersion version, const BatchHeader& header,
                                          std::span<const std::uint8_t> data) {
  return BatchText(out, version, header, data).run();
}

}  // namespace tracecheck
