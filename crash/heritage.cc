#include "crash/heritage.h"

#include "format/limits.h"
#include "reader/cursor.h"

namespace tracecheck {
namespace {

// Of those events of `generation` that can be read.
template <typename Visit>
void visit_events(const Generation& generation, Visit visit) {
  for (const ThreadBatches& batches : generation.threads()) {
    Cursor cursor(batches, generation.clock());
    for (Cursor::Step step = cursor.next(); step != Cursor::Step::End; step = cursor.next()) {
      if (step == Cursor::Step::Event) {
        visit(cursor.event());
      } else {
        cursor.skip_bad_batch();
      }
    }
  }
}

}  // namespace

void Heritage::learn(const Generation& whole) {
  begun_ = true;
  if (whole.has_frequency()) frequency_ = whole.frequency();
  if (with_frames_) frames_.learn(whole.stacks());
  learn_texts(whole);
}

// Which list it is shows where runtime.Gosched stands. A trace whose whole generations have other texts there is none
// of those that are known: then nothing is lent.
void Heritage::learn_texts(const Generation& whole) {
  const auto has = [&](std::uint64_t id, std::string_view expected) {
    const Text* text = whole.text(id);
    return text != nullptr && text->view() == expected;
  };
  for (const FixedStrings list : {FixedStrings::UpTo1230, FixedStrings::WeakToStrong, FixedStrings::Synctest}) {
    if (has(gosched_id(list), kGosched)) list_ = list;
  }
  const std::uint64_t end = list_ ? gosched_id(*list_) + 1 : kFirstAmbiguousString;
  for (std::uint64_t id = 1; id < end; ++id) {
    if (whole.text(id) != nullptr && !has(id, fixed_string(id, list_))) has_fixed_texts_ = false;
  }
}

FrequencySource Heritage::lend(Generation& broken) {
  const bool has_own = broken.has_frequency();
  broken.finish_unfinished(Clock(frequency_.value_or(kDefaultFrequency)));
  if (has_fixed_texts_) lend_texts(broken);
  broken.lend_frames(&frames_);
  begun_ = true;
  if (has_own) return FrequencySource::Trace;
  return frequency_ ? FrequencySource::EarlierGeneration : FrequencySource::Assumed;
}

// A program's own texts may have these ids nowhere: they are taken as a generation begins.
void Heritage::lend_texts(Generation& broken) {
  if (!list_) list_ = list_of(broken);
  const std::uint64_t end = list_ ? gosched_id(*list_) + 1 : kFirstAmbiguousString;
  for (std::uint64_t id = 1; id < end; ++id) broken.lend_text(id, fixed_string(id, list_));
  // Only where tracing began does the runtime register why the world was stopped before anything else.
  if (!begun_ && list_) broken.lend_text(end, kStartTrace);
}

// Goroutines that stop do so by being preempted, for no reason, or for runtime.Gosched; and that blocks nobody.
std::optional<FixedStrings> Heritage::list_of(const Generation& broken) const {
  std::optional<FixedStrings> list;
  visit_events(broken, [&](const RawEvent& event) {
    const std::uint64_t reason = event.args[0];
    if (event.type == EventType::GoStop && reason != kUnspecifiedReason && reason != kPreemptedReason) {
      list = fixed_strings_by_gosched(reason);
    } else if (event.type == EventType::GoBlock && reason == gosched_id(FixedStrings::WeakToStrong) && !list) {
      list = FixedStrings::Synctest;
    }
  });
  return list;
}

}  // namespace tracecheck
