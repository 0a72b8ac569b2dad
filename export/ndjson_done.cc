#include "export/ndjson_done.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "export/json_text.h"

namespace tracecheck {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kTraceBegins = R"({"kind":"Trace","trace":")";
constexpr std::string_view kVerdictBegins = R"({"kind":"Verdict","trace":")";

// A text that is no UTF-8 has its bytes beside it.
std::string key_of(const Json& line) {
  return line.value("trace", std::string()) + '\0' + line.value("trace_base64", std::string());
}

// Whether a trace begins so, as far as there is something; NULs are what a loss of power leaves of text.
bool begins_a_trace(std::string_view text) {
  const auto begins = [text](std::string_view with) {
    const std::size_t size = std::min(text.size(), with.size());
    return text.substr(0, size) == with.substr(0, size);
  };
  return begins(kTraceBegins) || begins(kVerdictBegins) || text.front() == '\0';
}

// Adds the trace that the line ends. False: it ends none.
bool take_verdict(const std::string& line, NdjsonDone& done) {
  if (!line.starts_with(kVerdictBegins)) return false;
  const Json verdict = Json::parse(line, nullptr, false);
  if (!verdict.is_object() || !verdict.contains("exit") || !verdict["exit"].is_number_integer()) return false;
  done.traces.emplace(key_of(verdict), verdict["exit"].get<int>());
  return true;
}

}  // namespace

std::string ndjson_key(const std::string& path) {
  std::string text;
  {
    ShortText out(text);
    JsonObject object(out);
    object.text("trace", path);
  }
  return key_of(Json::parse(text));
}

NdjsonDone read_ndjson_done(const std::string& path) {
  NdjsonDone done;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno != ENOENT) done.problem = std::string("cannot be read: ") + std::strerror(errno);
    return done;
  }
  // Before a line is taken in that is as long as a file of something else.
  std::array<char, kVerdictBegins.size()> head{};
  bool at_beginning = true;
  std::uint64_t at = 0;
  for (;;) {
    if (at_beginning) {
      file.read(head.data(), head.size());
      const std::string_view begin(head.data(), static_cast<std::size_t>(file.gcount()));
      if (begin.empty()) break;
      if (!begins_a_trace(begin)) {
        done.problem = "is not what an export of several traces as ndjson has written";
        return done;
      }
      file.clear();
      file.seekg(static_cast<std::streamoff>(at));
    }
    std::string line;
    if (!std::getline(file, line) || file.eof()) break;  // without an end it was not written to its end
    at += line.size() + 1;
    at_beginning = take_verdict(line, done);
    if (at_beginning) done.end = at;
  }
  return done;
}

}  // namespace tracecheck
