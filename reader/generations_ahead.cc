#include "reader/generations_ahead.h"

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

#include "reader/cut.h"
#include "reader/reference_memory.h"

namespace tracecheck {

GenerationsAhead::GenerationsAhead(Framer& framer, GenerationReader& reader, GoVersion version,
                                   ThreadwiseCheck::Listener& listener, ThreadwiseOptions options)
    : framer_(framer),
      reader_(reader),
      version_(version),
      listener_(listener),
      options_(options),
      depth_(options.workers) {}

GenerationsAhead::~GenerationsAhead() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (current_) current_->given_up = true;
    for (const auto& entry : ahead_) entry->given_up = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

GenerationReader::Result GenerationsAhead::next() {
  std::unique_ptr<Entry> entry;
  {
    std::unique_lock lock(mutex_);
    if (current_) give_up(*current_, lock);
    if (!ahead_.empty()) {
      entry = std::move(ahead_.front());
      ahead_.pop_front();
      // Who takes it knows the state before.
      if (entry->state == State::Waiting) entry->state = State::Idle;
    }
  }
  if (!entry) entry = read();
  {
    const std::lock_guard lock(mutex_);
    current_ = std::move(entry);
  }
  if (!std::exchange(forgotten_, false)) read_ahead();
  return std::move(current_->result);
}

std::unique_ptr<GenerationsAhead::Entry> GenerationsAhead::read() {
  auto entry = std::make_unique<Entry>(version_, reader_.next());
  entry->generation = entry->result.generation.get();
  entry->framer = framer_.place();
  entry->reader = reader_.place();
  return entry;
}

bool GenerationsAhead::worth_checking(const Entry& entry) const {
  const GenerationReader::Result& result = entry.result;
  if (!result.usable || result.damage || (result.stream_ended && looks_unfinished(*entry.generation))) return false;
  return entry.generation->end_offset() - entry.generation->offset() >= options_.least;
}

// Behind a generation that is none to be checked by itself comes nothing that is, as a rule.
void GenerationsAhead::read_ahead() {
  const Entry* last = ahead_.empty() ? current_.get() : ahead_.back().get();
  try {
    while (ahead_.size() < depth_ && worth_checking(*last) && !last->result.last && framer_.puts_off()) {
      start_workers();
      if (threads_.empty()) return;
      std::unique_ptr<Entry> entry = read();
      last = entry.get();
      entry->outcome.account = listener_.open_account();
      if (worth_checking(*entry)) entry->state = State::Waiting;
      {
        const std::lock_guard lock(mutex_);
        ahead_.push_back(std::move(entry));
      }
      changed_.notify_all();
    }
  } catch (const std::bad_alloc&) {
    // Whoever needs it more gets what memory there is.
    forget();
    return_to_current();
  }
}

void GenerationsAhead::start_workers() {
  try {
    while (threads_.size() + 1 < options_.workers) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    // The system gives no more threads: those that are there do it all.
    options_.workers = static_cast<unsigned>(threads_.size()) + 1;
  }
}

void GenerationsAhead::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    Entry* entry = nullptr;
    changed_.wait(lock, [&] { return stopped_ || (entry = first_waiting()) != nullptr; });
    if (stopped_) return;
    entry->state = State::Running;
    lock.unlock();
    check(*entry);
    lock.lock();
    entry->state = State::Done;
    changed_.notify_all();
  }
}

GenerationsAhead::Entry* GenerationsAhead::first_waiting() {
  for (const auto& entry : ahead_) {
    if (entry->state == State::Waiting) return entry.get();
  }
  return nullptr;
}

void GenerationsAhead::check(Entry& entry) {
  try {
    const Generation& generation = *entry.generation;
    Outcome& outcome = entry.outcome;
    ReferenceMemory references;
    references.begin(generation);
    generation.stacks().for_each_stack([&](std::uint64_t id) {
      const Stack stack = generation.stacks().stack(id);
      outcome.validator.look_at(stack);
      references.remember(stack);
    });
    if (!outcome.validator.satisfied()) return;
    outcome.replay.begin_guess(generation.id());
    ThreadwiseCheck check(generation,
                          {outcome.replay, outcome.validator, references, framer_.source(), &entry.given_up},
                          *outcome.account);
    if (!check.run() || entry.given_up) return;
    outcome.events = check.events();
    outcome.newest = check.newest();
    outcome.met_tasks = check.met_tasks();
    outcome.sure = true;
  } catch (const std::bad_alloc&) {
    // It is not sure.
  }
}

GenerationsAhead::Outcome* GenerationsAhead::outcome() {
  std::unique_lock lock(mutex_);
  if (current_->state == State::Idle) return nullptr;
  while (current_->state != State::Done) {
    Entry* other = first_waiting();
    if (other == nullptr) {
      changed_.wait(lock);
      continue;
    }
    other->state = State::Running;
    lock.unlock();
    check(*other);
    lock.lock();
    other->state = State::Done;
  }
  if (current_->outcome.sure) depth_ = std::min<std::size_t>(depth_ + 1, options_.workers + 1);
  return &current_->outcome;
}

void GenerationsAhead::give_up(Entry& entry, std::unique_lock<std::mutex>& lock) {
  entry.given_up = true;
  changed_.wait(lock, [&] { return entry.state != State::Running; });
  entry.state = State::Idle;
}

void GenerationsAhead::forget() {
  std::unique_lock lock(mutex_);
  if (ahead_.empty()) return;
  for (const auto& entry : ahead_) {
    if (entry->state == State::Waiting) entry->state = State::Idle;
    entry->given_up = true;
  }
  for (const auto& entry : ahead_) give_up(*entry, lock);
  ahead_.clear();
  return_to_current();
}

// Traces in which this happens again and again are not read much more than once.
void GenerationsAhead::return_to_current() {
  framer_.return_to(current_->framer);
  reader_.return_to(current_->reader);
  depth_ = 1;
  forgotten_ = true;
}

}  // namespace tracecheck
