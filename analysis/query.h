// What of a trace a user wants to see: the selection that grep and export share.
//
// A log, or an event, is selected if everything that was given holds; of one option given several times, any.
// Times are apart (time_window.h): only as a trace ends is it known what "2 s before the end" is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/patterns.h"
#include "analysis/time_window.h"
#include "reader/id_hash.h"
#include "tracecheck/event.h"

namespace tracecheck {

/// What the command line says, as it stands there.
struct QueryOptions {
  std::vector<std::string> category;  // patterns: the category must match one of them
  std::vector<std::string> message;
  std::vector<std::string> either;  // category or message
  PatternStyle style;
  std::vector<TaskId> tasks;
  std::vector<GoroutineId> goroutines;
  std::string since;  // "" for none, as in time_window.h
  std::string until;

  bool has_patterns() const { return !category.empty() || !message.empty() || !either.empty(); }
  bool selects_anything() const {
    return has_patterns() || !tasks.empty() || !goroutines.empty() || !since.empty() || !until.empty();
  }
};

/// Tasks that were asked for, with their sub-tasks as far as their beginnings were seen.
class TaskFamily {
 public:
  explicit TaskFamily(const std::vector<TaskId>& tasks) : members_(tasks.begin(), tasks.end()) {}

  /// Of tasks that begin in any order: child and parent. The background task has no sub-tasks.
  void learn(const std::vector<std::pair<TaskId, TaskId>>& begun);
  void learn(TaskId child, TaskId parent);

  bool contains(TaskId task) const { return members_.contains(task); }

 private:
  IdHashSet<TaskId> members_;
};

/// The task that an event belongs to, kNoTask if it belongs to none.
TaskId task_of(const Event& event);

/// What is known of how a text answers the patterns, where it may be lost. One bit for each of the three
/// kinds of pattern.
struct TextAnswer {
  std::uint8_t surely = 0;
  std::uint8_t perhaps = 0;  // a superset of `surely`; the same for a text that is there
};

enum class Match : std::uint8_t { No, Perhaps, Yes };  // Perhaps: the text that would tell is lost

class Query {
 public:
  /// The query, or a sentence that says what is wrong with the options.
  static std::variant<Query, std::string> make(const QueryOptions& options);

  /// Whether `event` is selected, its time apart. To be asked for every event of a trace in order, as
  /// sub-tasks become known by their beginnings. Patterns select logs only; a task selects its own events,
  /// its logs and regions; a goroutine what happens on it or to it.
  bool selects(const Event& event);
  /// The same, but for the patterns.
  bool in_scope(const Event& event);

  const TimeBounds& times() const { return times_; }

  /// The parts, for a search that does not go event by event.
  bool has_patterns() const { return has_patterns_; }
  bool has_tasks() const { return has_tasks_; }
  TextAnswer answer(std::string_view text) const;
  TextAnswer answer_of_lost_text() const;
  /// What texts that stand somewhere in `bytes` may answer, told at a glance.
  std::uint8_t possible_answers(std::string_view bytes) const;
  Match match_texts(TextAnswer category, TextAnswer message) const;
  /// Whether some log could match in both, if these bits are all that any text of a generation answers.
  bool could_match(std::uint8_t all_answers) const;
  bool wants_task(TaskId task) const { return !has_tasks_ || tasks_.contains(task); }
  bool wants_goroutine(GoroutineId goroutine) const { return goroutines_.empty() || goroutines_.contains(goroutine); }
  TaskFamily& tasks() { return tasks_; }

  /// Where in a log's category or message a pattern for it matches, from `at` on; size 0 for nowhere. For
  /// highlighting.
  std::string_view find_in_category(std::string_view text, std::size_t at) const;
  std::string_view find_in_message(std::string_view text, std::size_t at) const;

 private:
  explicit Query(const QueryOptions& options);
  bool fits(std::uint8_t category, std::uint8_t message) const;

  Patterns category_;
  Patterns message_;
  Patterns either_;
  bool has_patterns_ = false;
  std::uint8_t given_ = 0;  // the kinds of pattern that were given
  bool has_tasks_ = false;
  TaskFamily tasks_;
  IdHashSet<GoroutineId> goroutines_;
  TimeBounds times_;
};

}  // namespace tracecheck
