#include "export/text_workers.h"

#include <system_error>
#include <utility>

#include "export/worker_count.h"

namespace tracecheck {

TextWorkers::TextWorkers(SalvageReader& reader, unsigned workers, std::function<EventWriter()> make, Sink sink,
                         std::function<void()> at_rest)
    : reader_(reader),
      workers_(worker_count(workers)),
      make_(std::move(make)),
      sink_(std::move(sink)),
      writers_(workers_) {
  make_blocks(1, 1);
  reader_.before_reading_on([this, at_rest = std::move(at_rest)] {
    settle();
    at_rest();
  });
}

TextWorkers::~TextWorkers() {
  reader_.before_reading_on({});
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  put_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void TextWorkers::make_blocks(std::size_t count, std::size_t events) {
  blocks_ = std::vector<Block>(count);
  for (Block& block : blocks_) block.events.resize(events);
  begin_block();
}

void TextWorkers::begin_block() {
  Block& filling = block(filled_);
  place_ = filling.events.data();
  end_ = place_ + filling.events.size();
}

void TextWorkers::end_block() {
  Block& filling = block(filled_);
  filling.count = static_cast<std::size_t>(place_ - filling.events.data());
  if (filling.count == 0) return;
  filling.state = State::Waiting;
  ++filled_;
  put_.notify_one();
}

bool TextWorkers::put_block() {
  if (threads_.empty()) return write_alone();
  std::unique_lock lock(mutex_);
  end_block();
  while (filled_ - handed_on_ == blocks_.size()) advance(lock);
  begin_block();
  return !enough_;
}

bool TextWorkers::write_alone() {
  const Event& event = *--place_;
  if (enough_) return false;
  std::string& text = blocks_.front().text;
  if (!writers_.front()) writers_.front() = make_();
  writers_.front()(text, event);
  if (text.size() >= kText) hand_on(text);
  if (workers_ > 1 && ++seen_ == kSmall) start();
  return !enough_;
}

void TextWorkers::start() {
  hand_on(blocks_.front().text);
  make_blocks(kBlocks * workers_, kEvents);
  try {
    while (threads_.size() + 1 < workers_) {
      threads_.emplace_back([this, worker = threads_.size() + 1] { work(worker); });
    }
  } catch (const std::system_error&) {
    // The system gives no more threads: those that are there do it all.
    if (threads_.empty()) make_blocks(1, 1);
  }
}

bool TextWorkers::settle() {
  if (threads_.empty()) {
    hand_on(blocks_.front().text);
  } else {
    std::unique_lock lock(mutex_);
    const Event pending = *place_;
    end_block();
    while (handed_on_ != filled_) advance(lock);
    begin_block();
    *place_ = pending;
  }
  for (EventWriter& writer : writers_) writer = nullptr;
  return !enough_;
}

// Hands on the first block that is under way, or sees to it that it can be.
void TextWorkers::advance(std::unique_lock<std::mutex>& lock) {
  Block& first = block(handed_on_);
  if (first.state == State::Done) {
    ++handed_on_;
    if (first.failure) std::rethrow_exception(std::exchange(first.failure, nullptr));
    lock.unlock();
    hand_on(first.text);
    lock.lock();
  } else if (Block* waiting = first_waiting()) {
    write(*waiting, 0, lock);
  } else {
    done_.wait(lock);
  }
}

void TextWorkers::hand_on(std::string& text) {
  if (!text.empty() && !enough_) enough_ = !sink_(text);
  text.clear();
}

TextWorkers::Block* TextWorkers::first_waiting() {
  for (std::size_t number = handed_on_; number != filled_; ++number) {
    if (block(number).state == State::Waiting) return &block(number);
  }
  return nullptr;
}

void TextWorkers::work(std::size_t worker) {
  std::unique_lock lock(mutex_);
  for (;;) {
    Block* waiting = nullptr;
    put_.wait(lock, [&] { return stopped_ || (waiting = first_waiting()) != nullptr; });
    if (stopped_) return;
    write(*waiting, worker, lock);
    done_.notify_one();
  }
}

void TextWorkers::write(Block& block, std::size_t worker, std::unique_lock<std::mutex>& lock) {
  block.state = State::Running;
  lock.unlock();
  try {
    EventWriter& writer = writers_[worker];
    if (!writer) writer = make_();
    for (std::size_t i = 0; i < block.count; ++i) writer(block.text, block.events[i]);
  } catch (...) {
    block.failure = std::current_exception();
  }
  lock.lock();
  block.state = State::Done;
}

}  // namespace tracecheck
