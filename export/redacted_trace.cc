#include "export/redacted_trace.h"

#include <algorithm>
#include <vector>

#include "crash/repair_mark.h"
#include "export/human.h"
#include "export/kept_generations.h"
#include "export/text_roles.h"
#include "export/trace_writer.h"
#include "format/fixed_strings.h"
#include "format/limits.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

constexpr std::array<std::string_view, kTextKinds> kNames = {
    "category", "message", "task", "region", "label", "function", "file", "type", "reason", "mark", "unused"};

constexpr std::size_t kRedactable = static_cast<std::size_t>(TextKind::Type) + 1;

constexpr std::uint8_t kAllocFree = 1;  // the experiment; its batches begin with one of these
constexpr std::uint8_t kTypes = 0;      // records of id, address, size, bytes with pointers, length, name
constexpr std::uint8_t kInfo = 1;       // four numbers

// Names of functions may hold those of types in brackets; the runtime's own have no need of other signs.
bool is_runtime_function(std::string_view text) {
  const auto is_plain = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || std::string_view("._()*[]-").find(c) != std::string_view::npos;
  };
  return text.starts_with("runtime.") && std::all_of(text.begin(), text.end(), is_plain);
}

// Takes records apart that are not known to be sound.
class Fields {
 public:
  explicit Fields(std::span<const std::uint8_t> data) : at_(data.data()), end_(at_ + data.size()) {}

  bool at_end() const { return at_ == end_; }
  bool good() const { return good_; }
  std::uint64_t number() {
    std::uint64_t value = 0;
    if (good_) good_ = read_varint(at_, end_, value) == VarintStatus::Ok;
    return value;
  }
  std::string_view text(std::uint64_t size) {
    good_ = good_ && size <= static_cast<std::uint64_t>(end_ - at_);
    if (!good_) return {};
    const std::string_view text(reinterpret_cast<const char*>(at_), static_cast<std::size_t>(size));
    at_ += size;
    return text;
  }
  void skip_type() { ++at_; }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  bool good_ = true;
};

// Writes records, in as many batches as they need.
class Records {
 public:
  Records(TraceWriter& out, const BatchHeader& header, std::uint8_t first)
      : out_(out), header_(header), first_(static_cast<char>(first)), data_(1, first_) {}

  bool add(const std::string& record) {
    bool taken = true;
    if (data_.size() + record.size() > kMaxBatchSize) {
      taken = out_.add_batch(header_, data_);
      data_.assign(1, first_);
    }
    data_ += record;
    return taken;
  }
  bool finish() { return out_.add_batch(header_, data_); }

 private:
  TraceWriter& out_;
  const BatchHeader& header_;
  char first_;
  std::string data_;
};

class Redaction {
 public:
  Redaction(GoVersion version, const RedactOptions& options, const Sink& sink)
      : options_(options), writer_(version, sink) {}

  bool add(const Generation& generation);
  RedactOutcome finish();

 private:
  bool add_batch(const OtherBatch& batch);
  bool add_strings(const OtherBatch& batch);
  bool add_experiment(const OtherBatch& batch);
  bool add_types(const OtherBatch& batch);
  std::string redacted(std::string_view text, unsigned roles);
  void list_left(TextKind kind, std::string_view text);
  bool stays(std::string_view text, unsigned roles) const;

  const RedactOptions& options_;
  TraceWriter writer_;
  TextRoles roles_;  // of the generation at hand
  std::optional<std::string_view> mark_;
  RedactOutcome outcome_;
  std::size_t left_bytes_ = 0;
};

bool Redaction::add(const Generation& generation) {
  std::optional<TextRoles> roles = find_text_roles(generation);
  if (!roles) return true;
  roles_ = std::move(*roles);
  mark_ = find_repair_mark(generation);
  const WireCounts counts = count_wire(generation);
  ++outcome_.generations;
  outcome_.events += counts.events;
  outcome_.logs += counts.logs;
  const std::vector<OtherBatch> batches = in_stream_order(generation);
  outcome_.written = writer_.begin_generation(generation.id()) &&
                     std::all_of(batches.begin(), batches.end(), [this](const OtherBatch& b) { return add_batch(b); });
  return outcome_.written;
}

// Of batches other than these every byte was read as a number.
bool Redaction::add_batch(const OtherBatch& batch) {
  if (batch.header.experiment != 0) return add_experiment(batch);
  if (!batch.data.empty() && static_cast<EventType>(batch.data[0]) == EventType::Strings) return add_strings(batch);
  return writer_.add_batch(batch.header, {reinterpret_cast<const char*>(batch.data.data()), batch.data.size()});
}

bool Redaction::add_strings(const OtherBatch& batch) {
  Records out(writer_, batch.header, batch.data[0]);
  Fields in(batch.data.subspan(1));
  while (!in.at_end()) {
    in.skip_type();
    const std::uint64_t id = in.number();
    const std::string_view text = in.text(in.number());
    if (!in.good()) break;
    const auto roles = roles_.find(id);
    const std::string after = redacted(text, roles == roles_.end() ? 0 : roles->second);
    std::string record(1, static_cast<char>(EventType::String));
    append_varint(record, id);
    append_varint(record, after.size());
    if (!out.add(record + after)) return false;
  }
  return out.finish();
}

// What no format is known of may hold any text.
bool Redaction::add_experiment(const OtherBatch& batch) {
  if (batch.header.experiment == kAllocFree && !batch.data.empty()) {
    Fields in(batch.data.subspan(1));
    if (batch.data[0] == kInfo) {
      for (int i = 0; i < 4; ++i) in.number();
      if (in.good() && in.at_end()) {
        return writer_.add_batch(batch.header, {reinterpret_cast<const char*>(batch.data.data()), batch.data.size()});
      }
    } else if (batch.data[0] == kTypes) {
      while (in.good() && !in.at_end()) {
        for (int i = 0; i < 4; ++i) in.number();
        in.text(in.number());
      }
      if (in.good()) return add_types(batch);
    }
  }
  ++outcome_.experimental_left_out;
  return true;
}

bool Redaction::add_types(const OtherBatch& batch) {
  Records out(writer_, batch.header, batch.data[0]);
  Fields in(batch.data.subspan(1));
  while (!in.at_end()) {
    std::string record;
    for (int i = 0; i < 4; ++i) append_varint(record, in.number());
    const std::string after = redacted(in.text(in.number()), bit_of(TextKind::Type));
    append_varint(record, after.size());
    if (!out.add(record + after)) return false;
  }
  return out.finish();
}

bool Redaction::stays(std::string_view text, unsigned roles) const {
  if (text == mark_ && roles == 0) return true;
  if (is_fixed_text(text)) return true;
  if (roles == bit_of(TextKind::Function) && is_runtime_function(text)) return true;
  if (options_.kinds != 0 && roles != 0 && (roles & options_.kinds) == 0) return true;
  return !options_.match.empty() && !options_.match.match(text);
}

// One generation's texts are bounded, those of a whole trace are not.
void Redaction::list_left(TextKind kind, std::string_view text) {
  constexpr std::size_t kNode = 96;  // what the set takes beside the text, about
  std::pair<TextKind, std::string> left(kind, text);
  if (outcome_.left.contains(left)) return;
  if (left_bytes_ + text.size() + kNode > options_.most_left) {
    ++outcome_.left_unlisted;
    return;
  }
  left_bytes_ += text.size() + kNode;
  outcome_.left.insert(std::move(left));
}

std::string Redaction::redacted(std::string_view text, unsigned roles) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (text.empty()) return {};
  if (stays(text, roles)) {
    if (roles == 0) list_left(text == mark_ ? TextKind::Mark : TextKind::Unused, text);
    for (std::size_t i = 0; i < kTextKinds; ++i) {
      const auto kind = static_cast<TextKind>(i);
      if ((roles & bit_of(kind)) != 0) list_left(kind, text);
    }
    return std::string(text);
  }
  ++outcome_.texts_replaced;
  const std::uint64_t hash = keyed_hash(options_.key, text);
  std::string after = "text-";
  for (int shift = 60; shift >= 0; shift -= 4) after.push_back(kDigits[(hash >> static_cast<unsigned>(shift)) & 0xfU]);
  return after;
}

RedactOutcome Redaction::finish() {
  if (outcome_.written && outcome_.generations > 0) outcome_.written = writer_.finish({});
  return std::move(outcome_);
}

}  // namespace

std::string_view text_kind_name(TextKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::vector<std::string> redactable_kinds() { return {kNames.begin(), kNames.begin() + kRedactable}; }

std::string describe(const RedactOutcome& outcome) {
  std::string text = counted(outcome.generations, "generation") + " with " + counted(outcome.events, "event") +
                     " and " + counted(outcome.logs, "log") + "; " + counted(outcome.texts_replaced, "text") +
                     " replaced, " + std::to_string(outcome.left.size()) + " left";
  if (outcome.left_unlisted > 0) {
    text += ", and others that are too many to list (" + std::to_string(outcome.left_unlisted) +
            ", counted anew in each generation)";
  }
  if (outcome.experimental_left_out > 0) {
    text += "; left out data of experiments that is in no known form, batches: " +
            std::to_string(outcome.experimental_left_out);
  }
  return text + unread_text(outcome.unread);
}

RedactOutcome write_redacted(std::unique_ptr<ByteSource> source, const RepairSurvey& survey, RepairRange range,
                             const RedactOptions& options, const Sink& sink) {
  if (range.begin == range.end) return {};
  GenerationFeed feed(std::move(source), survey);
  Redaction redaction(survey.generations[range.begin].version, options, sink);
  while (feed.next()) {
    if (feed.index() < range.begin) continue;
    if (feed.index() >= range.end || !redaction.add(feed.generation())) break;
  }
  RedactOutcome outcome = redaction.finish();
  outcome.unread = feed.unread();
  outcome.failure = feed.failure();
  return outcome;
}

}  // namespace tracecheck
