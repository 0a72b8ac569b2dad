#include "analysis/query.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace tracecheck;

namespace {

Query make(const QueryOptions& options) {
  auto made = Query::make(options);
  const auto* problem = std::get_if<std::string>(&made);
  INFO((problem == nullptr ? "" : *problem));
  REQUIRE(problem == nullptr);
  return std::get<Query>(std::move(made));
}

std::string problem_of(const QueryOptions& options) {
  const auto made = Query::make(options);
  REQUIRE(std::holds_alternative<std::string>(made));
  return std::get<std::string>(made);
}

QueryOptions patterns(std::vector<std::string> category, std::vector<std::string> message = {},
                      std::vector<std::string> either = {}) {
  QueryOptions options;
  options.category = std::move(category);
  options.message = std::move(message);
  options.either = std::move(either);
  return options;
}

Event event(EventBody body, GoroutineId goroutine = 1) {
  Event result;
  result.goroutine = goroutine;
  result.body = std::move(body);
  return result;
}

bool finds(const QueryOptions& options, std::string_view category, std::string_view message) {
  return make(options).selects(event(Log{0, category, message}));
}

}  // namespace

TEST_CASE("A query without options selects everything", "[query]") {
  Query query = make({});
  CHECK(query.selects(event(Log{0, "a", "b"})));
  CHECK(query.selects(event(Sync{})));
  CHECK_FALSE(QueryOptions{}.selects_anything());
}

TEST_CASE("Patterns of one option are alternatives, different options must all hold", "[query]") {
  CHECK(finds(patterns({"^a$", "^b$"}), "b", "x"));
  CHECK_FALSE(finds(patterns({"^a$", "^b$"}), "c", "a"));
  CHECK(finds(patterns({"a"}, {"x"}), "a", "x"));
  CHECK_FALSE(finds(patterns({"a"}, {"x"}), "a", "y"));
  CHECK_FALSE(finds(patterns({"a"}, {"x"}), "b", "x"));
  CHECK(finds(patterns({}, {}, {"x"}), "x", "-"));
  CHECK(finds(patterns({}, {}, {"x"}), "-", "x"));
  CHECK_FALSE(finds(patterns({"a"}, {}, {"x"}), "a", "-"));
}

TEST_CASE("Pattern styles are those of grep", "[query]") {
  QueryOptions options = patterns({}, {"a.c"});
  CHECK(finds(options, "", "xabcx"));
  CHECK(finds(options, "", "a\nc"));
  options.style.fixed = true;
  CHECK_FALSE(finds(options, "", "abc"));
  CHECK(finds(options, "", "xa.cx"));
  options.style.whole = true;
  CHECK_FALSE(finds(options, "", "xa.cx"));
  CHECK(finds(options, "", "a.c"));
  options.style.ignore_case = true;
  CHECK(finds(options, "", "A.C"));
  options = patterns({}, {"ÄÖ"});
  options.style.ignore_case = true;
  CHECK(finds(options, "", "xäöx"));
}

TEST_CASE("A whole-text alternation is anchored as a whole", "[query]") {
  QueryOptions options = patterns({}, {"a|b"});
  options.style.whole = true;
  CHECK(finds(options, "", "b"));
  CHECK_FALSE(finds(options, "", "ab"));
}

TEST_CASE("A pattern that is no UTF-8 finds its bytes", "[query]") {
  QueryOptions options = patterns({}, {"\xff"});
  CHECK(finds(options, "",
              "a\xff"
              "b"));
  CHECK_FALSE(finds(options, "", "ÿ"));
}

TEST_CASE("What is wrong with an option is said in a sentence", "[query]") {
  CHECK(problem_of(patterns({"("})) == "the pattern '(' is not a regular expression: missing ): (");
  QueryOptions options;
  options.since = "soon";
  CHECK(problem_of(options).find("--since soon is not a time: give 1.5s") == 0);
}

TEST_CASE("Patterns select logs only", "[query]") {
  CHECK_FALSE(make(patterns({""})).selects(event(Sync{})));
  CHECK_FALSE(make(patterns({}, {}, {"x"})).selects(event(RegionBegin{{0, "x"}})));
}

TEST_CASE("A task selects what belongs to it and to its sub-tasks", "[query]") {
  QueryOptions options;
  options.tasks = {5};
  Query query = make(options);
  CHECK_FALSE(query.selects(event(TaskBegin{{4, kNoTask, "t"}})));
  CHECK(query.selects(event(TaskBegin{{6, 5, "child"}})));
  CHECK(query.selects(event(TaskBegin{{7, 6, "grandchild"}})));
  CHECK_FALSE(query.selects(event(TaskBegin{{8, 4, "of another"}})));
  CHECK(query.selects(event(Log{7, "a", "b"})));
  CHECK(query.selects(event(Log{5, "a", "b"})));
  CHECK_FALSE(query.selects(event(Log{0, "a", "b"})));
  CHECK(query.selects(event(RegionBegin{{6, "r"}})));
  CHECK(query.selects(event(TaskEnd{{6, 5, "child"}})));
  CHECK_FALSE(query.selects(event(Metric{"m", 1})));
}

TEST_CASE("The background task has no sub-tasks", "[query]") {
  QueryOptions options;
  options.tasks = {kBackgroundTask};
  Query query = make(options);
  query.selects(event(TaskBegin{{6, kBackgroundTask, "t"}}));
  CHECK_FALSE(query.selects(event(Log{6, "a", "b"})));
  CHECK(query.selects(event(Log{0, "a", "b"})));
}

TEST_CASE("Sub-tasks are found whatever the order in which they are learnt", "[query]") {
  TaskFamily family({1});
  family.learn({{4, 3}, {3, 2}, {2, 1}, {9, 8}, {5, 0}});
  CHECK(family.contains(4));
  CHECK_FALSE(family.contains(9));
  CHECK_FALSE(family.contains(5));
}

TEST_CASE("A circle of tasks ends", "[query]") {
  TaskFamily family({1});
  family.learn({{2, 1}, {3, 2}, {2, 3}, {1, 3}});
  CHECK(family.contains(3));
}

TEST_CASE("A goroutine selects what happens on it and to it", "[query]") {
  QueryOptions options;
  options.goroutines = {7};
  Query query = make(options);
  CHECK(query.selects(event(Log{0, "a", "b"}, 7)));
  CHECK_FALSE(query.selects(event(Log{0, "a", "b"}, 8)));
  StateTransition transition;
  transition.resource = {ResourceKind::Goroutine, 7};
  CHECK(query.selects(event(transition, 8)));
  transition.resource = {ResourceKind::Proc, 7};
  CHECK_FALSE(query.selects(event(transition, 8)));
  Label label;
  label.resource = {ResourceKind::Goroutine, 7};
  CHECK(query.selects(event(label, kNone)));
}

TEST_CASE("A lost text may match, and surely matches what every text does", "[query]") {
  const Query some = make(patterns({"a"}, {"x"}));
  CHECK(some.match_texts(some.answer("a"), some.answer_of_lost_text()) == Match::Perhaps);
  CHECK(some.match_texts(some.answer("b"), some.answer_of_lost_text()) == Match::No);
  CHECK(some.match_texts(some.answer("a"), some.answer("x")) == Match::Yes);
  const Query all = make(patterns({}, {}, {""}));
  CHECK(all.match_texts(all.answer_of_lost_text(), all.answer_of_lost_text()) == Match::Yes);
  QueryOptions whole = patterns({}, {}, {""});
  whole.style.whole = true;
  const Query empty = make(whole);
  CHECK(empty.match_texts(empty.answer_of_lost_text(), empty.answer_of_lost_text()) == Match::Perhaps);
}

TEST_CASE("Highlighting takes the earliest match of any pattern", "[query]") {
  const Query query = make(patterns({"b+"}, {"zz"}, {"c"}));
  CHECK(query.find_in_category("acbb", 0) == "c");
  CHECK(query.find_in_category("acbb", 2) == "bb");
  CHECK(query.find_in_category("acbb", 4).empty());
  CHECK(query.find_in_message("bbzz", 0) == "zz");
}

TEST_CASE("A glance at many texts tells that no plain text is among them", "[query]") {
  const std::string bytes("\1\2\3one\2\3\3two", 12);
  const auto could_match = [&bytes](QueryOptions options, PatternStyle style = {}) {
    options.style = style;
    const Query query = make(options);
    return query.could_match(query.possible_answers(bytes));
  };
  CHECK(could_match(patterns({"one"}, {"wo"})));
  CHECK_FALSE(could_match(patterns({"one"}, {"three"})));
  CHECK(could_match(patterns({"three", "two"})));
  CHECK_FALSE(could_match(patterns({}, {}, {"One"})));
  // What need not stand there as it is, may still match.
  CHECK(could_match(patterns({"o.e"})));
  CHECK(could_match(patterns({"three|four"})));
  CHECK(could_match(patterns({"One"}), {.ignore_case = true}));
  CHECK_FALSE(could_match(patterns({"o.e"}), {.fixed = true}));
  CHECK(could_match(patterns({"on"}), {.whole = true}));
  CHECK(could_match(patterns({""})));
}
