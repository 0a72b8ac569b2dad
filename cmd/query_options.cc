#include "cmd/query_options.h"

#include <string>

#include "cmd/options.h"

namespace tracecheck::cmd {
namespace {

void add_pattern(CLI::App& app, const std::string& name, std::vector<std::string>& patterns, const std::string& help) {
  add_texts(app, name, patterns, help)->type_name("PATTERN")->allow_extra_args(false)->group("Selection");
}

template <typename Id>
CLI::Option* add_ids(CLI::App& app, const std::string& name, std::vector<Id>& ids, const std::string& help) {
  return app.add_option(name, ids, help)
      ->type_name("ID")
      ->transform(whole_number(0))
      ->allow_extra_args(false)
      ->group("Selection");
}

// A goroutine is g17 in all that is printed.
CLI::Validator as_printed() {
  return {[](std::string& id) {
            if (id.size() > 1 && id.front() == 'g') id.erase(0, 1);
            return std::string();
          },
          ""};
}

void add_time(CLI::App& app, const std::string& name, std::string& time, const std::string& help) {
  add_text(app, name, time, help)->type_name("TIME")->check(not_empty("not a time"))->group("Selection");
}

}  // namespace

void add_query_options(CLI::App& app, QueryOptions& options) {
  add_pattern(app, "--category", options.category, "logs whose category matches");
  add_pattern(app, "--message", options.message, "logs whose message matches");
  add_pattern(app, "-e", options.either, "logs whose category or message matches");
  app.add_flag("-F", options.style.fixed, "patterns are plain texts, not regular expressions (RE2)")
      ->group("Selection");
  app.add_flag("-x", options.style.whole, "a pattern must match the whole text")->group("Selection");
  app.add_flag("-i", options.style.ignore_case, "upper and lower case are the same")->group("Selection");
  add_ids(app, "--task", options.tasks, "what belongs to this task or a sub-task of it; 0 is no task");
  add_ids(app, "--goroutine", options.goroutines, "what this goroutine, 17 or g17, does, or what is done to it")
      ->transform(as_printed());
  add_time_options(app, options);
}

void add_time_options(CLI::App& app, QueryOptions& options) {
  add_time(app, "--since", options.since,
           "from then on: 1.5s, 200ms or 2m from the trace's start, -2s from its end, a bare number is in seconds; or "
           "RFC 3339 (Go 1.25 and later)");
  add_time(app, "--until", options.until, "up to then");
}

}  // namespace tracecheck::cmd
