#include "export/wire_text.h"

#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "format/event_table.h"
#include "format/raw_text.h"
#include "reader/batch_tracker.h"
#include "reader/diagnose.h"
#include "reader/framer.h"
#include "reader/limited_source.h"
#include "reader/stream_start.h"

namespace tracecheck {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool timed(std::uint8_t first_byte) { return event_spec(static_cast<EventType>(first_byte)).timed(); }

class WireText {
 public:
  WireText(ByteSource& source, const Sink& sink) : source_(source), framer_(source), sink_(sink) {}

  WireTextResult run() {
    try {
      write();
    } catch (const MemoryLimitReached&) {
      result_.verdict = Verdict::NotJudged;
      result_.message = kNoMemoryLeft;
      result_.damage.reset();
    }
    return std::move(result_);
  }

 private:
  void write() {
    StreamStart start = find_stream_start(framer_, false);
    if (!start.version) {
      ended_at_start(start);
      return;
    }
    version_ = *start.version;
    tracker_ = BatchTracker(version_);
    out_ = text_header(version_);
    if (flush()) {
      while (batch()) {
      }
    }
    if (source_.error() && !result_.stopped) source_failed(*source_.error());
  }

  // Ends the text here.
  bool end(Verdict verdict, Damage damage) {
    result_.verdict = verdict;
    result_.message = damage.message;
    result_.damage = std::move(damage);
    return false;
  }

  bool end(Damage damage) { return end(verdict_of(damage.severity), std::move(damage)); }

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
    const bool one_line = out_.find('\n') + 1 == out_.size();
    const bool holds_events = header.experiment == 0 && !data.empty() && timed(data.front());
    result_.any_events = result_.any_events || (holds_events && !one_line);
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
    if (stop->kind == TextStop::Kind::Damaged) mark_nul_tail(framer_, data, damage.offset + damage.length, damage);
    return end(std::move(damage));
  }

  bool at_end(const EndOfStream& end_of_stream) {
    std::optional<Damage> damage = tracker_.damage_at_end(framer_, end_of_stream);
    return damage ? end(std::move(*damage)) : false;
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
    result_.verdict = verdict_of(*ending_of(error), {});
    result_.message = error.message;
    result_.damage.reset();
  }

  ByteSource& source_;
  Framer framer_;
  const Sink& sink_;
  GoVersion version_ = GoVersion::Go126;
  BatchTracker tracker_{GoVersion::Go126};
  std::string out_;
  WireTextResult result_;
};

}  // namespace

WireTextResult write_wire_text(ByteSource& source, const Sink& sink) { return WireText(source, sink).run(); }

}  // namespace tracecheck
