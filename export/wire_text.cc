#include "export/wire_text.h"

#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "format/limits.h"
#include "format/raw_text.h"
#include "format/varint.h"
#include "reader/diagnose.h"
#include "reader/framer.h"
#include "reader/stream_start.h"

namespace tracecheck {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Where the stream stands in its generations, as far as framing tells.
class GenerationTracker {
 public:
  explicit GenerationTracker(GoVersion version) : version_(version) {}

  StreamContext context() const {
    StreamContext context;
    context.version = version_;
    context.generation = generation_;
    context.after_marker = after_marker_;
    return context;
  }

  /// Whether a batch, no marker, may stand here by its generation.
  bool fits(const BatchHeader& header) const {
    const std::uint64_t number = header.generation;
    if (number == 0) return false;
    if (generation_ == 0 || number == generation_) return true;
    return has_end_markers(version_) ? after_marker_ : number == generation_ + 1;
  }

  /// A batch that closes a generation.
  bool is_marker(const Batch& batch) const {
    return batch.header.type == EventType::EndOfGeneration ||
           (has_end_markers(version_) && batch.starts_with(EventType::EndOfGeneration));
  }

  void take(const Batch& batch) {
    after_marker_ = is_marker(batch);
    if (after_marker_) {
      ++whole_;
      only_sync_ = true;
      return;
    }
    if (batch.header.generation != generation_) next_generation(batch.header.generation);
    const bool frequency = batch.starts_with(EventType::Frequency) && !has_sync_batches(version_);
    const bool sync = frequency || batch.starts_with(EventType::Sync);
    const bool strings = batch.starts_with(EventType::Strings);
    const bool table = strings || batch.starts_with(EventType::Stacks) || batch.starts_with(EventType::CPUSamples);
    has_sync_ = has_sync_ || sync;
    only_sync_ = only_sync_ && sync;
    // The last strings of a generation rarely fill their batch; a full one comes earlier.
    ends_with_strings_ = strings && batch.data.size() + kMaxStringSize + 2 * kMaxVarintBytes <= kMaxBatchSize;
    if (!sync && !table && batch.header.experiment == 0) has_events_ = true;
  }

  /// Whether the stream may end here without loss: behind whole generations, or behind the sync batch of one
  /// more.
  bool whole() const {
    if (has_end_markers(version_)) return only_sync_;
    // Before 1.25 a frequency comes as a generation is being closed: by itself it shows that the rest is gone.
    return (has_sync_ && ends_with_strings_) || (only_sync_ && has_sync_batches(version_));
  }

  /// Whether no generation is known to be whole, and none has events.
  bool nothing() const { return whole_ == 0 && !ends_with_strings_ && !has_events_; }

 private:
  void next_generation(std::uint64_t number) {
    if (generation_ != 0 && !has_end_markers(version_)) ++whole_;
    generation_ = number;
    has_sync_ = false;
    only_sync_ = true;
  }

  GoVersion version_;
  std::uint64_t generation_ = 0;
  std::uint64_t whole_ = 0;  // generations that are known to be whole
  bool after_marker_ = false;
  bool has_events_ = false;  // a batch of timed events has come
  bool has_sync_ = false;
  bool ends_with_strings_ = false;  // the last batch holds strings and is not full
  bool only_sync_ = true;
};

class WireText {
 public:
  WireText(ByteSource& source, const Sink& sink) : source_(source), framer_(source), sink_(sink) {}

  WireTextResult run() {
    StreamStart start = find_stream_start(framer_, false);
    if (!start.version) {
      ended_at_start(start);
      return std::move(result_);
    }
    version_ = *start.version;
    tracker_ = GenerationTracker(version_);
    out_ = text_header(version_);
    if (flush()) {
      while (batch()) {
      }
    }
    if (source_.error() && !result_.stopped) source_failed(*source_.error());
    return std::move(result_);
  }

 private:
  // Ends the text here.
  bool end(Verdict verdict, Damage damage) {
    result_.verdict = verdict;
    result_.message = damage.message;
    result_.damage = std::move(damage);
    return false;
  }

  bool end(Damage damage) {
    const Verdict verdict = damage.severity == Severity::Truncated ? Verdict::Truncated : Verdict::Corrupt;
    return end(verdict, std::move(damage));
  }

  bool flush() {
    if (!out_.empty() && !sink_(out_)) result_.stopped = true;
    out_.clear();
    return !result_.stopped;
  }

  void ended_at_start(StreamStart& start) {
    if (const auto* other = std::get_if<NotJudged>(&*start.ending)) {
      result_.verdict = Verdict::NotJudged;
      result_.message = other->message;
    } else if (const auto* unreadable = std::get_if<Unreadable>(&*start.ending)) {
      source_failed(unreadable->error);
    } else if (std::holds_alternative<NotATrace>(*start.ending)) {
      end(Verdict::NotATrace, std::move(*start.damage));
    } else {
      end(std::move(*start.damage));
    }
  }

  bool batch() {
    std::variant<Batch, EndOfStream, FramingError> next = framer_.next();
    if (const auto* end_of_stream = std::get_if<EndOfStream>(&next)) return at_end(*end_of_stream);
    if (const auto* error = std::get_if<FramingError>(&next)) return bad_framing(*error);
    const Batch& batch = std::get<Batch>(next);
    if (!tracker_.is_marker(batch) && !tracker_.fits(batch.header)) {
      framer_.unread(batch);
      return end(diagnose_generation(framer_, batch.header.generation, tracker_.context()));
    }
    tracker_.take(batch);
    return text_of(batch.header, batch.data, batch.offset, batch.index);
  }

  // Writes what there is of a batch; false if that was not all of it.
  bool text_of(const BatchHeader& header, Bytes data, std::uint64_t offset, std::uint64_t index) {
    const std::optional<TextStop> stop = append_batch_text(out_, version_, header, data);
    if (!flush()) return false;
    if (!stop) return true;

    Damage damage;
    damage.code = stop->code;
    damage.severity = stop->kind == TextStop::Kind::Cut ? Severity::Truncated : Severity::Corrupt;
    damage.offset = offset + stop->offset;
    damage.length = header.header_size + data.size() - stop->offset;
    damage.batch = index;
    damage.reading = stop->reading;
    damage.message = stop->message;
    if (header.type != EventType::EndOfGeneration) {
      damage.generation = header.generation;
      damage.thread = static_cast<std::int64_t>(header.thread);
    }
    if (stop->kind == TextStop::Kind::NotInTextForm) return end(Verdict::NotJudged, std::move(damage));
    if (stop->kind == TextStop::Kind::Damaged) mark_zero_tail(data, damage);
    return end(std::move(damage));
  }

  // Zeros that begin inside a batch and go on to the end of the stream are no corruption: the file was being
  // written when the machine stopped.
  void mark_zero_tail(Bytes data, Damage& damage) {
    if (!is_zero_tail(framer_, damage.offset, data, damage.offset + damage.length)) return;
    damage.code = DamageCode::NulTail;
    damage.severity = Severity::Truncated;
    damage.length = framer_.offset() - damage.offset;
    damage.message = "from here on there are only zero bytes: the file was being written when the machine stopped";
  }

  bool at_end(const EndOfStream& end_of_stream) {
    if (tracker_.nothing()) return end(nothing_came(framer_));
    if (!end_of_stream.dangling && tracker_.whole()) return false;
    Damage damage;
    damage.severity = Severity::Truncated;
    damage.offset = framer_.offset();
    damage.batch = framer_.batches();
    damage.generation = tracker_.context().generation;
    damage.code = end_of_stream.dangling ? DamageCode::BatchHeaderCut : DamageCode::IncompleteGeneration;
    damage.reading = end_of_stream.dangling ? Reading::BatchExperiment : Reading::Generation;
    damage.message = end_of_stream.dangling ? "the data ends inside a batch header"
                                            : "the data ends inside generation " + std::to_string(*damage.generation);
    return end(std::move(damage));
  }

  bool bad_framing(const FramingError& error) {
    const BatchHeader& header = error.parse.header;
    // The number of the one experiment there is, 1, is also a batch type: what is left of an experimental
    // batch must not be searched for another.
    const bool cut = error.parse.status == BatchStatus::Ok && header.experiment <= 1 && tracker_.fits(header);
    if (!cut) return end(diagnose_framing(framer_, error, tracker_.context()));
    // Of a half batch the whole events are written, and the place is where the first other one begins.
    const Bytes bytes = framer_.peek(error.available).first(error.available);
    framer_.skip(bytes.size());
    text_of(header, bytes.subspan(header.header_size), error.offset, error.index);
    return false;
  }

  // Good bytes may have come before: what was written stays written.
  void source_failed(const SourceError& error) {
    const bool cut = error.kind == SourceError::Kind::CompressionCut;
    if (cut && result_.verdict != Verdict::Complete && result_.verdict != Verdict::Truncated) return;
    Damage damage = compression_cut(framer_, error);
    if (cut) {
      end(std::move(damage));
      return;
    }
    result_.verdict = Verdict::Unreadable;
    result_.message = error.message;
    result_.damage.reset();
  }

  ByteSource& source_;
  Framer framer_;
  const Sink& sink_;
  GoVersion version_ = GoVersion::Go126;
  GenerationTracker tracker_{GoVersion::Go126};
  std::string out_;
  WireTextResult result_;
};

}  // namespace

WireTextResult write_wire_text(ByteSource& source, const Sink& sink) { return WireText(source, sink).run(); }

}  // namespace tracecheck
