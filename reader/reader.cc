#include "tracecheck/reader.h"

#include <utility>

#include "format/header.h"
#include "reader/generation_reader.h"
#include "reader/merge.h"
#include "reader/stream_start.h"
#include "reader/typed_event.h"
#include "reader/validator.h"

namespace tracecheck {
namespace {

// Problems that the checks find leave the order of events as it is, so reading goes on; a trace that is
// wrong throughout need not fill the memory with saying so.
constexpr std::size_t kMaxProblems = 100;

}  // namespace

std::string_view generation_state_name(GenerationState state) {
  switch (state) {
    case GenerationState::Whole: return "whole";
    case GenerationState::Begun: return "begun";
    case GenerationState::Unfinished: return "unfinished";
    case GenerationState::Damaged: return "damaged";
  }
  return {};
}

class Reader::Impl {
 public:
  Impl(std::unique_ptr<ByteSource> source, ReaderOptions options)
      : options_(options), source_(std::move(source)), framer_(*source_), merge_(replay_) {}

  const Event* next() {
    while (phase_ != Phase::Ended) {
      switch (phase_) {
        case Phase::Start: start(); break;
        case Phase::ReadGeneration:
          if (read_generation()) return &event_;
          break;
        case Phase::Events:
          if (next_ordered()) return &event_;
          break;
        case Phase::SyncThenEnd:
          phase_ = Phase::Closing;
          sync(0, nullptr);
          return &event_;
        case Phase::Closing: end(); break;
        case Phase::Ended: break;
      }
    }
    return nullptr;
  }

  const Ending& ending() const { return ending_; }
  const std::vector<Damage>& damage() const { return damage_; }
  std::optional<GoVersion> version() const { return version_; }
  const std::vector<GenerationInfo>& generations() const { return generations_; }
  const Generation* generation() const { return generation_.get(); }
  std::uint64_t wire_events() const { return merge_.wire_events(); }
  std::uint64_t offset() const { return framer_.offset(); }
  bool wall_clock_stepped_back() const { return validator_ && validator_->wall_clock_stepped_back(); }

  Verdict verdict() const {
    if (std::holds_alternative<Unreadable>(ending_)) return Verdict::Unreadable;
    if (std::holds_alternative<NotATrace>(ending_)) return Verdict::NotATrace;
    if (std::holds_alternative<NotJudged>(ending_)) return Verdict::NotJudged;
    bool corrupt = false;
    for (const Damage& d : damage_) corrupt = corrupt || d.severity == Severity::Corrupt;
    if (corrupt) return Verdict::Corrupt;
    return damage_.empty() ? Verdict::Complete : Verdict::Truncated;
  }

 private:
  enum class Phase : std::uint8_t { Start, ReadGeneration, Events, SyncThenEnd, Closing, Ended };

  void start();
  bool read_generation();
  bool install();
  bool next_ordered();
  bool give_out(const OrderedEvent& ordered);
  void sync(Time time, const Generation* generation);
  void check();
  void generation_done();
  void end();
  void stop_with(Damage damage);
  void record(Damage damage) { damage_.push_back(std::move(damage)); }
  bool unfinished_tail() const;
  Damage cut_in_generation(const std::string& why) const;
  void note_generation(GenerationState state);
  bool in_zero_tail(const Damage& damage);

  ReaderOptions options_;
  std::unique_ptr<ByteSource> source_;
  Framer framer_;
  Replay replay_;
  Merge merge_;
  std::optional<GenerationReader> generation_reader_;
  std::optional<Validator> validator_;
  std::optional<GoVersion> version_;
  std::unique_ptr<Generation> generation_;
  std::optional<Damage> set_aside_;  // what ended the stream inside a generation that is replayed all the same
  bool last_ = false;                // no generation follows
  bool stream_ended_ = false;        // the stream ends in the generation at hand
  Phase phase_ = Phase::Start;
  Event event_;
  Time last_time_ = 0;
  std::uint64_t syncs_ = 0;
  std::vector<GenerationInfo> generations_;
  std::vector<Damage> damage_;
  Ending ending_ = CleanEnd{};
};

void Reader::Impl::start() {
  StreamStart found = find_stream_start(framer_, options_.skip_foreign_prefix);
  if (found.damage) record(std::move(*found.damage));
  if (found.ending) {
    ending_ = std::move(*found.ending);
    phase_ = Phase::Ended;
    return;
  }
  version_ = found.version;
  if (!version_) {
    end();
    return;
  }
  generation_reader_.emplace(framer_, *version_);
  validator_.emplace(*version_);
  phase_ = Phase::ReadGeneration;
}

// True: an event is ready.
bool Reader::Impl::read_generation() {
  if (last_) {
    generation_.reset();
    phase_ = Phase::SyncThenEnd;
    return false;
  }
  GenerationReader::Result read = generation_reader_->next();
  generation_ = std::move(read.generation);
  last_ = read.last;
  stream_ended_ = read.stream_ended;
  if (read.usable) {
    set_aside_ = std::move(read.damage);
    note_generation(last_ && generation_->only_sync() ? GenerationState::Begun : GenerationState::Whole);
    return install();
  }
  phase_ = Phase::SyncThenEnd;
  if (generation_) note_generation(GenerationState::Unfinished);
  if (read.damage) {
    set_aside_.reset();
    stop_with(std::move(*read.damage));
  } else if (generation_ && !generation_->only_sync()) {
    stop_with(cut_in_generation("its end marker is missing"));
  } else if (generation_) {
    generations_.back().state = GenerationState::Begun;
    generation_.reset();
  }
  return false;
}

bool Reader::Impl::install() {
  if (std::optional<Damage> malformed = merge_.begin(*generation_)) {
    stop_with(std::move(*malformed));
    phase_ = Phase::Closing;
    return false;
  }
  phase_ = Phase::Events;
  sync(generation_->start(), generation_.get());
  return true;
}

bool Reader::Impl::next_ordered() {
  OrderedEvent ordered;
  switch (merge_.next(ordered)) {
    case Merge::Step::Event: return give_out(ordered);
    case Merge::Step::Drained:
      generation_done();
      phase_ = Phase::ReadGeneration;
      return false;
    case Merge::Step::Failed: break;
  }
  stop_with(merge_.damage());
  phase_ = Phase::Closing;
  return false;
}

bool Reader::Impl::give_out(const OrderedEvent& ordered) {
  if (std::optional<MissingReference> missing = find_missing(ordered, *generation_)) {
    Damage damage;
    damage.code = missing->code;
    damage.offset = merge_.event_offset();
    damage.generation = generation_->id();
    damage.batch = merge_.batch_index();
    damage.thread = ordered.thread;
    damage.reading = Reading::Event;
    damage.message = std::move(missing->message);
    stop_with(std::move(damage));
    phase_ = Phase::Closing;
    return false;
  }
  make_typed(ordered, *generation_, event_);
  if (event_.time <= last_time_) event_.time = wrapping_add(last_time_, 1);
  last_time_ = event_.time;
  ++generations_.back().events;
  check();
  return true;
}

void Reader::Impl::sync(Time time, const Generation* generation) {
  make_sync(time, ++syncs_, generation, event_);
  if (generation == nullptr) event_.time = last_time_;
  if (event_.time <= last_time_) event_.time = wrapping_add(last_time_, 1);
  last_time_ = event_.time;
  check();
}

void Reader::Impl::check() {
  if (!options_.check) return;
  std::optional<Validator::Problem> problem = validator_->check(event_);
  if (!problem || damage_.size() >= kMaxProblems) return;
  Damage damage;
  damage.code = problem->code;
  damage.offset = generation_ ? merge_.event_offset() : framer_.offset();
  if (generation_) {
    damage.generation = generation_->id();
    damage.batch = merge_.batch_index();
  }
  damage.thread = event_.thread;
  damage.reading = Reading::Checks;
  damage.message = std::move(problem->message);
  record(std::move(damage));
}

// Every event of the generation came out.
void Reader::Impl::generation_done() {
  if (set_aside_) {
    stop_with(*std::exchange(set_aside_, std::nullopt));
  } else if (unfinished_tail()) {
    stop_with(cut_in_generation("the string table that ends a generation is missing"));
  }
}

// Before 1.26 nothing marks the end of the last generation; a whole one ends with its strings.
bool Reader::Impl::unfinished_tail() const {
  return generation_ && stream_ended_ && !has_end_markers(*version_) && !generation_->looks_finished() &&
         !generation_->only_sync();
}

// Whether damage in the last batch is due to zeros that go on to the end of the stream.
bool Reader::Impl::in_zero_tail(const Damage& damage) {
  constexpr std::size_t kTelling = 32;  // no runtime writes so many zeros at the end of a batch
  if (!generation_ || damage.batch != framer_.batches() - 1) return false;
  const std::span<const std::uint8_t> data = generation_->last_data();
  std::size_t zeros = 0;
  while (zeros < data.size() && data[data.size() - 1 - zeros] == 0) ++zeros;
  if (zeros < kTelling || damage.offset + kTelling < generation_->end_offset() - zeros) return false;
  return only_zeros_follow(framer_);
}

Damage Reader::Impl::cut_in_generation(const std::string& why) const {
  Damage damage;
  damage.code = DamageCode::IncompleteGeneration;
  damage.severity = Severity::Truncated;
  damage.offset = framer_.offset();
  damage.generation = generation_->id();
  damage.batch = framer_.batches();
  damage.reading = Reading::Generation;
  damage.message = "the data ends inside generation " + std::to_string(generation_->id()) + ": " + why;
  return damage;
}

namespace {

// What the missing rest of a generation brings about by itself.
bool may_come_of_a_cut(DamageCode code) {
  switch (code) {
    case DamageCode::MissingFrequency:
    case DamageCode::MissingSnapshot:
    case DamageCode::MissingFrameText:
    case DamageCode::MissingString:
    case DamageCode::MissingStack:
    case DamageCode::ReplayStuck: return true;
    default: return false;
  }
}

}  // namespace

// Records what ended the read. In a generation that the stream ends in, or breaks off in, missing parts are
// told as what they are: a consequence.
void Reader::Impl::stop_with(Damage damage) {
  GenerationState state = GenerationState::Damaged;
  const bool consequence = may_come_of_a_cut(damage.code);
  if (damage.severity == Severity::Corrupt && in_zero_tail(damage)) {
    damage.code = DamageCode::NulTail;
    damage.severity = Severity::Truncated;
    damage.length = framer_.offset() - damage.offset;
    damage.message = "from here on there are only zero bytes: the file was being written when the machine stopped";
  } else if (set_aside_ && consequence) {
    damage = *std::exchange(set_aside_, std::nullopt);
  } else if (unfinished_tail() && consequence) {
    damage = cut_in_generation(damage.message);
  }
  if (set_aside_) record(std::move(*set_aside_));
  set_aside_.reset();
  if (damage.severity == Severity::Truncated) state = GenerationState::Unfinished;
  if (generation_ && !generations_.empty()) generations_.back().state = state;
  record(std::move(damage));
  last_ = true;
}

void Reader::Impl::note_generation(GenerationState state) {
  GenerationInfo info;
  info.id = generation_->id();
  info.offset = generation_->offset();
  info.length = generation_->end_offset() - generation_->offset();
  info.state = state;
  info.batches = generation_->batches();
  info.threads = generation_->threads().size();
  generations_.push_back(info);
}

void Reader::Impl::end() {
  phase_ = Phase::Ended;
  if (source_->error() && source_->error()->kind != SourceError::Kind::CompressionCut) {
    ending_ = Unreadable{*source_->error()};
    return;
  }
  std::uint64_t events = 0;
  for (const GenerationInfo& g : generations_) events += g.events;
  if (damage_.empty() && version_ && events == 0) record(nothing_came(framer_));
  if (source_->error() && verdict() != Verdict::Corrupt) record(compression_cut(framer_, *source_->error()));
  if (damage_.empty()) return;
  if (verdict() == Verdict::Corrupt) {
    ending_ = Corrupt{damage_.front()};
  } else {
    ending_ = Truncated{damage_.front()};
  }
}

Reader::Reader(std::unique_ptr<ByteSource> source, ReaderOptions options)
    : impl_(std::make_unique<Impl>(std::move(source), options)) {}

Reader Reader::open_file(const std::string& path, ReaderOptions options) {
  return Reader(tracecheck::open_file(path), options);
}

Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

const Event* Reader::next() { return impl_->next(); }
const Ending& Reader::ending() const { return impl_->ending(); }
Verdict Reader::verdict() const { return impl_->verdict(); }
const std::vector<Damage>& Reader::damage() const { return impl_->damage(); }
std::optional<GoVersion> Reader::version() const { return impl_->version(); }
const std::vector<GenerationInfo>& Reader::generations() const { return impl_->generations(); }
const Generation* Reader::generation() const { return impl_->generation(); }
std::uint64_t Reader::wire_events() const { return impl_->wire_events(); }
bool Reader::wall_clock_stepped_back() const { return impl_->wall_clock_stepped_back(); }
std::uint64_t Reader::offset() const { return impl_->offset(); }

}  // namespace tracecheck
