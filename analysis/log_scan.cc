#include "analysis/log_scan.h"

#include <algorithm>

#include "reader/cut.h"

namespace tracecheck {
namespace {

// The runtime numbers texts from 1 without a gap; a gap shows that a batch of them is lost.
template <typename Value>
bool has_gaps(const IdTable<Value>& table) {
  std::uint64_t highest = 0;
  table.for_each([&](std::uint64_t id, const Value&) { highest = std::max(highest, id); });
  return highest != table.size();
}

// Bytes of a generation for which more threads are worth their start.
constexpr std::uint64_t kLarge = 1U << 17U;

}  // namespace

LogScan::LogScan(std::unique_ptr<ByteSource> source, Query query, bool invert, unsigned workers)
    : source_(std::move(source)),
      framer_(*source_),
      stream_(framer_),
      query_(std::move(query)),
      invert_(invert),
      workers_(workers) {}

bool LogScan::next() {
  found_.clear();
  newest_.reset();
  generation_ = nullptr;
  if (!stream_.next()) return false;
  generation_ = &stream_.generation();
  salvaged_ = !stream_.whole();
  next_began_ = generation_->only_sync();
  if (stream_.begins_segment()) {
    start_.reset();
    clock_.begin_segment();
  }
  if (stream_.begins_segment() || stream_.after_a_gap()) walk_.forget();
  if (!start_) start_ = stream_.start();
  if (generation_->has_frequency()) clock_.begin_generation(generation_->clock_snapshot());
  search();
  return true;
}

// Holds each text against the patterns, once. False if no log of the generation can be what is looked for.
bool LogScan::prepare_answers() {
  answers_ = {};
  if (!query_.has_patterns()) return true;
  const bool texts_may_be_lost = salvaged_ || has_gaps(generation_->strings());
  const bool needed_anyway = query_.has_tasks() || query_.times().from_end();
  const bool needed = invert_ || texts_may_be_lost || needed_anyway;
  if (!needed && !query_.could_match(possible_answers())) return false;
  std::uint8_t all = answer_of_empty_.surely;
  generation_->strings().for_each([&](std::uint64_t id, const Text& text) {
    const TextAnswer answer = query_.answer(text.view());
    all |= answer.surely;
    answers_.insert(id, Known{true, answer});
  });
  return needed || query_.could_match(all);
}

// What the generation's texts may answer, without a look at each.
std::uint8_t LogScan::possible_answers() const {
  std::uint8_t all = answer_of_empty_.surely;
  for (const OtherBatch& batch : generation_->other_batches()) {
    if (!begins_with(batch.header, batch.data, EventType::Strings)) continue;
    all |= query_.possible_answers({reinterpret_cast<const char*>(batch.data.data()), batch.data.size()});
  }
  return all;
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
  if (!prepare_answers() || !stream_.read_events()) {
    walk_.forget();
    return;
  }
  const bool large = generation_->end_offset() - generation_->offset() >= kLarge;
  WalkResult walked =
      walk_.walk(*generation_, large ? workers_ : 1,
                 [this](std::uint64_t category, std::uint64_t message) { return match(category, message); });
  newest_ = walked.newest;
  for (const CpuSample& sample : generation_->cpu_samples()) {
    newest_ = std::max(newest_.value_or(sample.time), sample.time);
  }
  query_.tasks().learn(walked.tasks);
  found_ = std::move(walked.logs);
  std::erase_if(found_, [this](const WireLog& log) {
    return !query_.wants_task(log.task) || !query_.wants_goroutine(log.goroutine);
  });
  // In a generation that is broken anyway it is no news.
  if (walked.damage && !salvaged_) {
    salvaged_ = true;
    mark_nul_tail(*generation_, framer_, *walked.damage);
    stream_.add_damage(std::move(*walked.damage));
  }
}

FoundLog LogScan::operator[](std::size_t index) const {
  const WireLog& log = found_[index];
  const Text* category = generation_->text(log.category);
  const Text* message = generation_->text(log.message);
  FoundLog found;
  found.match = log.match;
  found.event.salvaged = salvaged_;
  found.event.lost_text = {category == nullptr ? log.category : 0, message == nullptr ? log.message : 0};
  found.event.time = log.time;
  found.event.thread = log.thread;
  found.event.proc = log.proc;
  found.event.goroutine = log.goroutine;
  found.event.stack = generation_->stacks().stack(log.stack);
  found.event.body = Log{log.task, category == nullptr ? std::string_view() : category->view(),
                         message == nullptr ? std::string_view() : message->view()};
  return found;
}

}  // namespace tracecheck
