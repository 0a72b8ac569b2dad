#include "crash/resync.h"

#include <algorithm>

#include "format/header.h"
#include "format/limits.h"
#include "format/varint.h"
#include "reader/diagnose.h"
#include "reader/sniff.h"

namespace tracecheck {
namespace {

constexpr std::size_t kMostTextInside = 16 * 1024;

bool is_table_reading(Reading reading) {
  return reading == Reading::StringRecord || reading == Reading::StackRecord || reading == Reading::SampleRecord ||
         reading == Reading::SyncRecord;
}

ByteSpan whole_bytes(const Batch& batch) {
  return {batch.data.data() - batch.header.header_size, batch.header.header_size + batch.data.size()};
}

std::vector<std::uint8_t> joined(ByteSpan a, ByteSpan b) {
  std::vector<std::uint8_t> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

// What follows another damaged place has no sentence of its own yet.
void add_clause(Damage& damage, const std::string& clause) {
  damage.message += (damage.message.empty() ? "" : "; ") + clause;
}

}  // namespace

StreamContext Resync::context() const {
  StreamContext context;
  context.version = version_;
  context.generation = *generation_ ? (*generation_)->id() : last_generation_;
  if (*generation_) context.time = (*generation_)->earliest();
  return context;
}

// The generation's last batch, if the position is right behind it.
const Batch* Resync::last_batch() const {
  if (!*generation_ || !(*generation_)->last()) return nullptr;
  const Batch& last = *(*generation_)->last();
  return last.end_offset() == framer_.offset() ? &last : nullptr;
}

// The first damage is known already; this tells more of it. What comes later is new.
Damage& Resync::at(std::uint64_t offset, std::uint64_t length) {
  if (first_mended_) {
    Damage damage;
    damage.code = DamageCode::NotABatch;
    damage.reading = Reading::Stream;
    damage.generation = context().generation;
    damage.batch = framer_.batches();
    damage.offset = offset;
    damage_.push_back(std::move(damage));
  }
  Damage& damage = first_mended_ ? damage_.back() : *first_;
  first_mended_ = true;
  if (damage.severity == Severity::Corrupt && offset + length > damage.offset) {
    damage.length = offset + length - damage.offset;
    damage.resumes_at = offset + length;
  }
  return damage;
}

Resync::Next Resync::read_rest(std::unique_ptr<Generation>& generation, std::uint64_t last, Damage& first) {
  generation_ = &generation;
  last_generation_ = last;
  first_ = &first;
  first_mended_ = false;
  damage_.clear();
  if (is_table_reading(first.reading)) read_table_again();
  for (;;) {
    const ByteSpan bytes = framer_.peek(kLookAhead);
    if (bytes.empty()) return Next::End;
    if (parse_header(bytes).kind == HeaderKind::V2) return Next::Header;
    switch (take_next(bytes)) {
      case Found::Taken: break;
      case Found::Closed: return Next::Generation;
      case Found::Nothing:
        if (const std::optional<Next> next = mend(bytes)) return *next;
    }
  }
}

// A table was read up to its first bad record.
void Resync::read_table_again() {
  if (const Batch* last = last_batch()) replace_last(*last);
}

void Resync::replace_last(const Batch& batch) {
  const Batch copy = batch;
  (*generation_)->take_back_last();
  take(copy);
}

void Resync::take(const Batch& batch) {
  std::unique_ptr<Generation>& generation = *generation_;
  if (!generation) generation = std::make_unique<Generation>(version_, batch.header.generation, batch.offset);
  const std::optional<Damage> bad = generation->add_what_is_sound(batch);
  if (bad && bad->offset != first_->offset) damage_.push_back(*bad);
}

Resync::Found Resync::take_next(ByteSpan bytes) {
  if (is_stray_marker(bytes)) return Found::Nothing;
  if (!plausible_start(bytes, context()) && !is_marker_before_text(bytes)) {
    if (*generation_ && begins_other_generation(bytes)) return Found::Closed;
    const BatchParse parse = parse_batch_header(bytes);
    const bool other = parse.status == BatchStatus::Ok && take_other_generation(bytes, parse.header);
    return other ? Found::Taken : Found::Nothing;
  }
  const BatchHeader header = parse_batch_header(bytes).header;
  const bool marker = header.type == EventType::EndOfGeneration;
  const bool ours = !*generation_ || header.generation == (*generation_)->id();
  if (!marker && !ours) return Found::Closed;
  const bool half = header.header_size + header.size > bytes.size();
  if (half) {
    take_half_batch(bytes);
    return Found::Taken;
  }
  auto item = framer_.next();
  const Batch& batch = std::get<Batch>(item);
  if (!marker && !batch.starts_with(EventType::EndOfGeneration)) {
    take(batch);
    return Found::Taken;
  }
  if (!*generation_) return Found::Taken;
  (*generation_)->extend_to(batch.end_offset());
  return Found::Closed;
}

// Generations that are out of order, or of which some are missing: two batches in a row, or more, are of another one.
bool Resync::begins_other_generation(ByteSpan bytes) const {
  StreamContext other = context();
  other.generation = parse_batch_header(bytes).header.generation;
  if (other.generation == 0 || !plausible_batch(bytes, other)) return false;
  const BatchHeader header = parse_batch_header(bytes).header;
  const std::size_t next = header.header_size + static_cast<std::size_t>(header.size);
  // Nothing can be seen behind it: then it must look as the runtime writes it, its size in ten bytes.
  if (next >= bytes.size()) return header.size_width == kMaxVarintBytes;
  const BatchParse behind = parse_batch_header(bytes.subspan(next));
  if (behind.header.type == EventType::EndOfGeneration) return has_end_markers(version_);
  return behind.status == BatchStatus::Ok && behind.header.generation == other.generation;
}

// The stream ends in a batch: what there is of it.
void Resync::take_half_batch(ByteSpan bytes) {
  Batch batch;
  batch.header = parse_batch_header(bytes).header;
  batch.offset = framer_.offset();
  batch.index = framer_.batches();
  const std::size_t damages = damage_.size();
  take(with_data(batch, bytes.subspan(batch.header.header_size)));
  damage_.resize(damages);  // that it breaks off is no news
  framer_.skip(bytes.size());
}

// A batch whose header cannot be right, between batches of this generation: one of its fields was changed.
bool Resync::take_other_generation(ByteSpan bytes, const BatchHeader& header) {
  if (!*generation_ || header.type == EventType::EndOfGeneration || header.experiment > 1) return false;
  const std::size_t total = header.header_size + static_cast<std::size_t>(header.size);
  const StreamContext same = context();
  if (total >= bytes.size() || !plausible_batch(bytes.subspan(total), same)) return false;
  if (parse_batch_header(bytes.subspan(total)).header.generation != (*generation_)->id()) return false;
  if (!is_sound(bytes.subspan(header.header_size, static_cast<std::size_t>(header.size)))) return false;
  Damage& damage = at(framer_.offset(), header.header_size);
  if (&damage != first_) damage.code = DamageCode::GenerationOutOfOrder;
  damage.message = "the header of a batch was changed: it stands between batches of generation " +
                   std::to_string((*generation_)->id()) + " and is read as one of them";
  auto item = framer_.next();
  Batch batch = std::get<Batch>(item);
  batch.header.generation = (*generation_)->id();
  StreamContext as_it_says = same;
  as_it_says.generation = header.generation;
  if (!plausible_batch(bytes, as_it_says)) batch.header.time = (*generation_)->earliest();
  take(batch);
  return true;
}

// What stands at the position is no batch. None: reading can go on there.
std::optional<Resync::Next> Resync::mend(ByteSpan bytes) {
  if (undo_crlf(bytes) || take_text_out_of_last(bytes) || batch_swallowed_others(bytes)) return std::nullopt;
  const std::optional<std::size_t> next = find_next(bytes, 1);
  const bool at_end = bytes.size() < kLookAhead;
  if (!next && !at_end) {
    lose(bytes.size() - kHeaderOverlap);
    return std::nullopt;
  }
  const ByteSpan gap = bytes.first(next.value_or(bytes.size()));
  if (last_goes_on(gap)) return std::nullopt;
  if (!next) return lose_the_end(bytes);
  lose(gap.size());
  return std::nullopt;
}

// Something took the stream for text, and every LF for the end of a line.
bool Resync::undo_crlf(ByteSpan bytes) {
  if (crlf_undone_) return false;
  const Batch* last = last_batch();
  const std::vector<std::uint8_t> seen = last == nullptr ? joined(bytes, {}) : joined(last->data, bytes);
  if (!has_crlf_throughout(seen)) return false;
  crlf_undone_ = true;
  Damage& damage = at(framer_.offset(), 0);
  damage.message =
      damage.message.substr(0, damage.message.find("; every LF")) +
      "; every LF follows a CR: a shell, or a transfer, took the trace for text; it is read without the CRs";
  damage.resumes_at.reset();
  if (last != nullptr) {
    const std::vector<std::uint8_t> again = joined(whole_bytes(*last), {});
    (*generation_)->take_back_last();
    framer_.go_back(again, 1);
  }
  framer_.undo_crlf();
  return true;
}

// Bytes of the batch before are missing, so that it took in the batches behind it.
bool Resync::batch_swallowed_others(ByteSpan bytes) {
  const Batch* last = last_batch();
  if (last == nullptr || last->header.experiment != 0 || is_sound(last->data)) return false;
  const std::vector<std::uint8_t> all = joined(last->data, bytes);
  const std::size_t size = last->data.size();
  for (std::size_t i = sound_prefix(last->data); i < size; ++i) {
    const ByteSpan rest = ByteSpan(all).subspan(i);
    if (!plausible_batch(rest, context()) || is_stray_type(rest) || !chain(all, i)) continue;
    const Batch shortened = with_data(*last, last->data.first(i));
    const std::vector<std::uint8_t> again(all.begin() + static_cast<std::ptrdiff_t>(i),
                                          all.begin() + static_cast<std::ptrdiff_t>(size));
    Damage& damage = at(last->data_offset() + i, 0);
    damage.lost = size - i;
    add_clause(damage,
               std::to_string(size - i) + " bytes are missing in the batch before it, which is read up to there");
    replace_last(shortened);
    framer_.go_back(again, 0);
    return true;
  }
  return false;
}

// The batch before is longer than its header says.
bool Resync::last_goes_on(ByteSpan gap) {
  const Batch* last = last_batch();
  if (last == nullptr || last->header.experiment != 0 || gap.size() < 2 || is_sound(last->data)) return false;
  const std::vector<std::uint8_t> all = joined(last->data, gap);
  if (!is_sound(all)) return false;
  Damage& damage = at(framer_.offset(), gap.size());
  add_clause(damage, "the batch before it goes on for " + std::to_string(gap.size()) + " bytes more than it says");
  replace_last(with_data(*last, all));
  framer_.skip(gap.size());
  return true;
}

// Something was printed while the batch before was being written.
bool Resync::take_text_out_of_last(ByteSpan bytes) {
  const Batch* last = last_batch();
  if (last == nullptr || last->header.experiment != 0 || is_sound(last->data)) return false;
  const std::vector<std::uint8_t> all = joined(last->data, bytes.first(std::min(bytes.size(), kMostTextInside)));
  const std::vector<Insertion> text = find_text_inside(all, last->data.size(), effort_, [this](ByteSpan behind) {
    return behind.empty() || plausible_start(behind, context()) || text_run(behind) > 1;
  });
  if (text.empty()) return false;
  std::size_t taken_out = 0;
  for (const Insertion& piece : text) taken_out += piece.size;
  const std::uint64_t where = last->data_offset() + text.front().at;
  Damage& damage = at(last->offset, whole_bytes(*last).size() + taken_out);
  damage.code = DamageCode::ForeignBytes;
  damage.offset = where;
  damage.length = text.front().size;
  damage.found = quote_excerpt(ByteSpan(all).subspan(text.front().at, text.front().size));
  damage.message = "text that is not the trace's stands inside a batch: " + damage.found +
                   "; it was taken out; something else writes to where the trace goes";
  const std::vector<std::uint8_t> mended = without(all, text);
  replace_last(with_data(*last, ByteSpan(mended).first(last->data.size())));
  framer_.skip(taken_out);
  return true;
}

// Nothing that could be read follows.
Resync::Next Resync::lose_the_end(ByteSpan bytes) {
  if (first_->severity == Severity::Truncated) {
    framer_.skip(bytes.size());
  } else {
    lose(bytes.size()).resumes_at.reset();
  }
  return Next::End;
}

Damage& Resync::lose(std::size_t size) {
  const ByteSpan bytes = framer_.peek(size).first(size);
  const bool text = size > 1 && text_run(bytes) == size;
  Damage& damage = at(framer_.offset(), size);
  if (&damage != first_) {
    damage.code = text ? DamageCode::ForeignBytes : DamageCode::NotABatch;
    damage.found = quote_excerpt(bytes);
    damage.message = text ? "text that is not the trace's stands in the stream: " + damage.found
                          : std::to_string(size) + " bytes are no batch and were passed over";
  }
  if (!text && damage.code != DamageCode::ForeignBytes) damage.lost += size;
  framer_.skip(size);
  return damage;
}

// Where a batch that is likely to be one begins, or another trace.
std::optional<std::size_t> Resync::find_next(ByteSpan bytes, std::size_t from) const {
  const StreamContext where = context();
  std::optional<std::size_t> header = find_header(bytes);
  if (header && parse_header(bytes.subspan(*header)).kind != HeaderKind::V2) header.reset();
  for (std::optional<std::size_t> found = find_batch(bytes, where, from); found;
       found = find_batch(bytes, where, *found + 1)) {
    if (header && *header < *found) return header;
    const ByteSpan rest = bytes.subspan(*found);
    if (!is_stray_type(rest) && !is_stray_marker(rest) && chain(bytes, *found)) return found;
  }
  for (std::size_t i = from; i < header.value_or(bytes.size()); ++i) {
    if (begins_other_generation(bytes.subspan(i))) return i;
  }
  return header;
}

// A byte 0x31 before a batch makes an experimental one of it, of experiment 1. Where there was none, that is chance.
bool Resync::is_stray_type(ByteSpan bytes) const {
  const bool experiments = *generation_ && !(*generation_)->experimental_batches().empty();
  return !experiments && static_cast<EventType>(bytes[0]) == EventType::ExperimentalBatch &&
         plausible_batch(bytes.subspan(1), context());
}

bool Resync::is_stray_marker(ByteSpan bytes) const {
  return *generation_ && is_digit_before_batch(bytes, (*generation_)->id());
}

// A marker with text behind it, up to the next generation or the end. There a number may begin with it.
bool Resync::is_marker_before_text(ByteSpan bytes) const {
  if (!has_end_markers(version_) || !*generation_) return false;
  if (static_cast<EventType>(bytes[0]) != EventType::EndOfGeneration) return false;
  const ByteSpan rest = bytes.subspan(1);
  const ByteSpan behind = rest.subspan(text_run(rest));
  if (behind.size() == rest.size()) return false;
  if (behind.empty()) return rest[0] < '0' || rest[0] > '9';
  return plausible_batch(behind, context()) && parse_batch_header(behind).header.generation != (*generation_)->id();
}

// Whether something plausible follows what begins at `at`, too, as far as it can be seen.
bool Resync::chain(ByteSpan bytes, std::size_t at) const {
  const BatchHeader header = parse_batch_header(bytes.subspan(at)).header;
  const std::size_t next = at + header.header_size + static_cast<std::size_t>(header.size);
  if (next >= bytes.size()) return true;
  const ByteSpan rest = bytes.subspan(next);
  StreamContext behind = context();
  behind.generation = header.type == EventType::EndOfGeneration ? 0 : header.generation;
  return plausible_start(rest, behind) || parse_header(rest).kind == HeaderKind::V2 || text_run(rest) > 0;
}

}  // namespace tracecheck
