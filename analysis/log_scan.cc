#include "analysis/log_scan.h"

#include <algorithm>

#include "format/limits.h"
#include "reader/cut.h"
#include "reader/stream_start.h"

namespace tracecheck {
namespace {

// The runtime numbers texts from 1 without a gap; a gap shows that a batch of them is lost.
template <typename Value>
bool has_gaps(const IdTable<Value>& table) {
  std::uint64_t highest = 0;
  table.for_each([&](std::uint64_t id, const Value&) { highest = std::max(highest, id); });
  return highest != table.size();
}

// In clock units, of the batches that matter here; for a generation that does not know its clock.
std::uint64_t earliest_batch(const Generation& generation) {
  std::uint64_t earliest = 0;
  for (const ThreadBatches& thread : generation.threads()) {
    for (const EventBatch& batch : thread.batches) {
      if (earliest == 0 || batch.time < earliest) earliest = batch.time;
    }
  }
  return earliest;
}

}  // namespace

LogScan::LogScan(std::unique_ptr<ByteSource> source, Query query, bool invert)
    : source_(std::move(source)), framer_(*source_), query_(std::move(query)), invert_(invert) {}

bool LogScan::next() {
  found_.clear();
  newest_.reset();
  if (ended_ || (!reader_ && !begin())) return false;
  if (!last_) {
    read_generation();
    if (generation_) {
      use_clock();
      search();
      return true;
    }
  }
  end();
  return false;
}

bool LogScan::begin() {
  StreamStart found = find_stream_start(framer_, true);
  if (found.damage) record(std::move(*found.damage));
  version_ = found.version;
  if (found.ending) {
    ending_ = std::move(*found.ending);
    ended_ = true;
    return false;
  }
  reader_.emplace(framer_, *version_);
  return true;
}

void LogScan::read_generation() {
  GenerationReader::Result read = reader_->next();
  std::optional<Damage> damage = damage_of(read, framer_);
  usable_ = read.usable;
  // Text behind the last generation is damage, too, but not this generation's.
  salvaged_ = damage && !(read.usable && !has_end_markers(*version_) && read.generation->looks_finished());
  last_ = read.last;
  generation_ = std::move(read.generation);
  if (generation_) next_began_ = generation_->only_sync();
  if (generation_ && (!generation_->threads().empty() || !generation_->cpu_samples().empty())) anything_came_ = true;
  if (damage) record(std::move(*damage));
}

// An unfinished generation may lack its frequency: the rate is the same throughout a process.
void LogScan::use_clock() {
  if (generation_->has_frequency()) clock_ = generation_->clock();
  if (!clock_) clock_ = Clock(kDefaultFrequency);
  if (!start_) {
    start_ = generation_->has_frequency() ? generation_->start() : clock_->to_ns(earliest_batch(*generation_));
  }
  if (generation_->has_frequency() && generation_->clock_snapshot()) snapshot_ = generation_->clock_snapshot();
}

// Holds each text against the patterns, once. False if no log of the generation can be what is looked for.
bool LogScan::prepare_answers() {
  answers_ = {};
  if (!query_.has_patterns()) return true;
  std::uint8_t all = answer_of_empty_.surely;
  generation_->strings().for_each([&](std::uint64_t id, const Text& text) {
    const TextAnswer answer = query_.answer(text.view());
    all |= answer.surely;
    answers_.insert(id, Known{true, answer});
  });
  const bool texts_may_be_lost = salvaged_ || !usable_ || has_gaps(generation_->strings());
  const bool needed_anyway = query_.has_tasks() || query_.times().from_end();
  return invert_ || texts_may_be_lost || needed_anyway || query_.could_match(all);
}

TextAnswer LogScan::answer_for(std::uint64_t id) const {
  if (id == 0) return answer_of_empty_;
  const Known* known = answers_.find(id);
  return known == nullptr ? query_.answer_of_lost_text() : known->answer;
}

Match LogScan::match(std::uint64_t category, std::uint64_t message) const {
  if (!query_.has_patterns()) return Match::Yes;
  const Match match = query_.match_texts(answer_for(category), answer_for(message));
  if (!invert_ || match == Match::Perhaps) return match;
  return match == Match::Yes ? Match::No : Match::Yes;
}

void LogScan::search() {
  answer_of_empty_ = query_.answer({});
  if (!prepare_answers()) {
    walk_.forget();
    return;
  }
  WalkResult walked = walk_.walk(*generation_, *clock_, [this](std::uint64_t category, std::uint64_t message) {
    return match(category, message) != Match::No;
  });
  newest_ = walked.newest;
  for (const CpuSample& sample : generation_->cpu_samples()) {
    // Those of a generation that was refused are still in clock units.
    const Time time = usable_ ? sample.time : clock_->to_ns(static_cast<std::uint64_t>(sample.time));
    newest_ = std::max(newest_.value_or(time), time);
  }
  query_.tasks().learn(walked.tasks);
  found_ = std::move(walked.logs);
  std::erase_if(found_, [this](const WireLog& log) {
    return !query_.wants_task(log.task) || !query_.wants_goroutine(log.goroutine);
  });
  // In a generation that is broken anyway it is no news.
  if (walked.damage && !salvaged_) {
    mark_nul_tail(*generation_, framer_, *walked.damage);
    record(std::move(*walked.damage));
  }
}

FoundLog LogScan::operator[](std::size_t index) const {
  const WireLog& log = found_[index];
  const Text* category = generation_->text(log.category);
  const Text* message = generation_->text(log.message);
  FoundLog found;
  found.match = match(log.category, log.message);
  found.salvaged = salvaged_;
  if (category == nullptr) found.lost_category = log.category;
  if (message == nullptr) found.lost_message = log.message;
  found.event.time = log.time;
  found.event.thread = log.thread;
  found.event.proc = log.proc;
  found.event.goroutine = log.goroutine;
  found.event.stack = Stack(&generation_->stacks(), log.stack);
  found.event.body = Log{log.task, category == nullptr ? std::string_view() : category->view(),
                         message == nullptr ? std::string_view() : message->view()};
  return found;
}

void LogScan::record(Damage damage) { damage_.push_back(std::move(damage)); }

void LogScan::end() {
  ended_ = true;
  generation_.reset();
  const std::optional<SourceError>& error = source_->error();
  if (error && error->kind != SourceError::Kind::CompressionCut) {
    ending_ = Unreadable{*error};
    return;
  }
  if (damage_.empty() && !anything_came_) record(nothing_came(framer_));
  if (error && verdict() != Verdict::Corrupt) record(compression_cut(framer_, *error));
  if (verdict() == Verdict::Corrupt) ending_ = Corrupt{damage_.front()};
  if (verdict() == Verdict::Truncated) ending_ = Truncated{damage_.front()};
}

Verdict LogScan::verdict() const {
  if (std::holds_alternative<Unreadable>(ending_)) return Verdict::Unreadable;
  if (std::holds_alternative<NotATrace>(ending_)) return Verdict::NotATrace;
  if (std::holds_alternative<NotJudged>(ending_)) return Verdict::NotJudged;
  return verdict_of(damage_);
}

}  // namespace tracecheck
