#include "reader/diagnose.h"

#include <algorithm>
#include <string>

#include "format/event_table.h"
#include "format/header.h"
#include "format/limits.h"
#include "format/quote.h"
#include "reader/sniff.h"

namespace tracecheck {
namespace {

constexpr std::size_t kExcerpt = 48;
constexpr std::size_t kTellingZeros = 32;  // no runtime writes so many in a row

// Reads on for as long as there are zeros; true if that is to the end of the stream.
bool only_zeros_follow(Framer& framer) {
  for (std::span<const std::uint8_t> bytes = framer.peek(1); !bytes.empty(); bytes = framer.peek(1)) {
    if (std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b != 0; })) return false;
    framer.skip(bytes.size());
  }
  return true;
}

std::span<const std::uint8_t> surroundings(Framer& framer, const StreamContext& context) {
  const std::span<const std::uint8_t> bytes = framer.peek(context.look_ahead);
  return bytes.first(std::min(bytes.size(), context.look_ahead));
}

Damage at(const Framer& framer, const StreamContext& context) {
  Damage damage;
  damage.offset = framer.offset();
  damage.batch = framer.batches();
  if (context.generation != 0) damage.generation = context.generation;
  return damage;
}

std::size_t zeros_at_end(std::span<const std::uint8_t> bytes) {
  const auto last = std::find_if(bytes.rbegin(), bytes.rend(), [](std::uint8_t b) { return b != 0; });
  return static_cast<std::size_t>(last - bytes.rbegin());
}

std::string nul_tail_message(std::uint64_t zeros) {
  return "from here on there are only zero bytes, " + std::to_string(zeros) +
         " of them: the file was being written when the machine stopped";
}

// Zeros up to the end of the stream are what a file system leaves of a file that was being written when the
// power failed.
std::optional<Damage> nul_tail(Framer& framer, const StreamContext& context) {
  Damage damage = at(framer, context);
  if (!only_zeros_follow(framer)) return std::nullopt;
  damage.length = framer.offset() - damage.offset;
  damage.code = DamageCode::NulTail;
  damage.severity = Severity::Truncated;
  damage.reading = Reading::BatchType;
  damage.message = nul_tail_message(damage.length);
  return damage;
}

// The same where the zeros begin inside of a batch, and do not fill it.
std::optional<Damage> nul_tail_in_batch(Framer& framer, const Damage& cut) {
  const std::span<const std::uint8_t> bytes = framer.peek(cut.length);
  const std::size_t zeros = zeros_at_end(bytes);
  if (zeros < kTellingZeros) return std::nullopt;
  Damage damage = cut;
  damage.code = DamageCode::NulTail;
  damage.offset += bytes.size() - zeros;
  damage.length = zeros;
  damage.message = nul_tail_message(zeros);
  return damage;
}

// A program that starts tracing twice on one stream, or two files put together.
std::optional<Damage> second_header(Framer& framer, const StreamContext& context) {
  const Header header = parse_header(framer.peek(kHeaderSize));
  if (header.kind == HeaderKind::NotAHeader || header.kind == HeaderKind::Short) return std::nullopt;
  Damage damage = at(framer, context);
  damage.code = DamageCode::SecondHeader;
  damage.length = kHeaderSize;
  damage.reading = Reading::BatchType;
  damage.found = quote_excerpt(framer.peek(kHeaderSize).first(kHeaderSize));
  damage.message =
      "another trace begins here: tracing was started again on the same stream, or two traces were put together";
  return damage;
}

// A digit 4 looks like an end marker. If the generation goes on where the text ends, or a line ends before its true
// marker, it was part of the text.
bool generation_goes_on(std::span<const std::uint8_t> bytes, std::size_t text, const StreamContext& context) {
  const BatchHeader header = parse_batch_header(bytes.subspan(text)).header;
  if (header.type == EventType::EndOfGeneration) return bytes[text - 1] == '\n';
  return header.generation == context.generation;
}

std::string field_message(const FramingError& error) {
  const std::string field(reading_name(error.parse.reading));
  switch (error.parse.status) {
    case BatchStatus::NotABatch:
      return "a batch should begin here, but there is " + event_type_name(error.parse.header.type);
    case BatchStatus::VarintOverflow: return "the " + field + " is a number beyond 64 bits";
    case BatchStatus::TooLarge:
      return "the batch is said to have " + std::to_string(error.parse.header.size) + " bytes; 65536 is the most";
    case BatchStatus::Short: return "the data ends inside the " + field + " of a batch header";
    case BatchStatus::Ok: break;
  }
  return "the data ends inside a batch: " + std::to_string(error.available - error.parse.header.header_size) +
         " of its " + std::to_string(error.parse.header.size) + " bytes are there";
}

Damage plain_framing_damage(const Framer& framer, const FramingError& error, const StreamContext& context) {
  Damage damage = at(framer, context);
  const bool header_done = error.parse.status == BatchStatus::Ok;
  const Reading reading = header_done ? Reading::BatchData : error.parse.reading;
  if (reading > Reading::BatchGeneration) damage.generation = error.parse.header.generation;
  if (reading > Reading::BatchThread) damage.thread = static_cast<std::int64_t>(error.parse.header.thread);
  damage.reading = reading;
  damage.length = error.available;
  damage.message = field_message(error);
  switch (error.parse.status) {
    case BatchStatus::Ok:
      damage.code = DamageCode::BatchCut;
      damage.severity = Severity::Truncated;
      break;
    case BatchStatus::Short:
      damage.code = DamageCode::BatchHeaderCut;
      damage.severity = Severity::Truncated;
      break;
    case BatchStatus::NotABatch: damage.code = DamageCode::NotABatch; break;
    case BatchStatus::VarintOverflow: damage.code = DamageCode::VarintOverflow; break;
    case BatchStatus::TooLarge: damage.code = DamageCode::BatchTooLarge; break;
  }
  return damage;
}

void add_surroundings(Framer& framer, const StreamContext& context, Damage& damage) {
  const std::span<const std::uint8_t> bytes = surroundings(framer, context);
  damage.found = quote_excerpt(bytes);
  const std::optional<std::size_t> resume = find_batch(bytes.empty() ? bytes : bytes.subspan(1), context);
  if (!resume) {
    damage.length = 0;
    return;
  }
  damage.length = *resume + 1;
  damage.resumes_at = damage.offset + damage.length;
}

}  // namespace

bool can_be_judged(Framer& framer) {
  if (!framer.may_starve()) return true;
  const std::span<const std::uint8_t> bytes = framer.peek(kLookAhead);
  if (framer.starved()) return false;
  if (bytes.size() < kLookAhead) return true;
  // Two bytes that are no zeros may be the beginning of a batch header, see diagnose_generation.
  if (std::any_of(bytes.begin() + 2, bytes.end(), [](std::uint8_t b) { return b != 0; })) return true;
  return framer.look_behind_zeros();
}

std::optional<Damage> find_foreign_text(Framer& framer, const StreamContext& context) {
  const std::span<const std::uint8_t> bytes = surroundings(framer, context);
  const std::size_t run = text_run(bytes);
  const std::optional<std::size_t> resume = find_batch(bytes, context);
  // A batch of an experiment begins with the digit 1; one that is cut is no text.
  if (run == 0 || resume == std::size_t{0}) return std::nullopt;
  Damage damage = at(framer, context);
  const bool starts_before =
      context.after_marker &&
      (context.empty || (resume && *resume <= run && generation_goes_on(bytes, *resume, context)));
  const std::size_t length = resume ? std::min(run, *resume) : run;
  const bool between_batches = resume && *resume <= run;
  if (!between_batches && length < 2 && length < bytes.size()) return std::nullopt;
  damage.code = DamageCode::ForeignBytes;
  damage.reading = Reading::Stream;
  damage.offset -= starts_before ? 1 : 0;
  damage.length = length + (starts_before ? 1 : 0);
  damage.found =
      (starts_before ? std::string("\"4") : std::string("\"")) + quote_excerpt(bytes.first(length)).substr(1);
  if (resume) damage.resumes_at = framer.offset() + *resume;
  damage.message = "text that is not the trace's stands " +
                   std::string(length == bytes.size() ? "behind it" : "in the stream") + ": " + damage.found +
                   "; something else writes to where the trace goes";
  return damage;
}

void mark_nul_tail(Framer& framer, std::span<const std::uint8_t> data, std::uint64_t end, Damage& damage) {
  const std::size_t zeros = zeros_at_end(data);
  // A few bytes that are no zeros may have been read with them, as one event.
  if (zeros == 0 || damage.offset + kTellingZeros < end - zeros || !only_zeros_follow(framer)) return;
  if (zeros + (framer.offset() - end) < kTellingZeros) return;
  damage.code = DamageCode::NulTail;
  damage.severity = Severity::Truncated;
  damage.length = framer.offset() - damage.offset;
  damage.message = "from here on there are only zero bytes: the file was being written when the machine stopped";
}

std::string quote_excerpt(std::span<const std::uint8_t> bytes) {
  std::string quoted;
  const std::size_t size = std::min(bytes.size(), kExcerpt);
  append_quoted(quoted, {reinterpret_cast<const char*>(bytes.data()), size});
  if (size < bytes.size()) quoted += "...";
  return quoted;
}

Damage diagnose_framing(Framer& framer, const FramingError& error, const StreamContext& context) {
  if (auto damage = second_header(framer, context)) return *damage;
  const bool crlf = has_crlf_throughout(surroundings(framer, context));
  std::optional<Damage> text = crlf ? std::nullopt : find_foreign_text(framer, context);
  if (text) return *text;
  Damage damage = plain_framing_damage(framer, error, context);
  if (damage.severity == Severity::Truncated) return nul_tail_in_batch(framer, damage).value_or(damage);
  if (was_made_utf8(surroundings(framer, context))) {
    damage.message +=
        "; what was no UTF-8 was replaced by U+FFFD: a collector of logs, perhaps, took the trace for text, and what "
        "it replaced is lost";
  }
  if (crlf) damage.message += "; every LF follows a CR: a shell, or a transfer, took the trace for text";
  add_surroundings(framer, context, damage);
  if (error.parse.header.type == EventType::None) {
    if (auto nul = nul_tail(framer, context)) return *nul;
  }
  return damage;
}

Damage diagnose_generation(Framer& framer, std::uint64_t number, const StreamContext& context) {
  if (auto damage = find_foreign_text(framer, context)) return *damage;
  Damage damage = at(framer, context);
  damage.reading = Reading::BatchGeneration;
  if (number == 0) {
    damage.code = DamageCode::GenerationZero;
    damage.message = "a batch of generation 0, which does not exist";
  } else {
    damage.code = has_end_markers(context.version) ? DamageCode::GenerationNotClosed : DamageCode::GenerationOutOfOrder;
    damage.message = "a batch of generation " + std::to_string(number) + " stands in generation " +
                     std::to_string(context.generation);
    damage.message += has_end_markers(context.version) ? ", which was not closed" : "";
  }
  add_surroundings(framer, context, damage);
  if (number == 0) {
    // A batch header of which only the beginning was written reads as one of generation 0.
    const auto type = static_cast<EventType>(framer.peek(1).front());
    framer.skip(type == EventType::ExperimentalBatch ? 2 : 1);
    if (auto nul = nul_tail(framer, context)) return *nul;
  }
  return damage;
}

}  // namespace tracecheck
