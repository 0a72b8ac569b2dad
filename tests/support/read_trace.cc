#include "tests/support/read_trace.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tracecheck::testing {
namespace {

std::string number(std::int64_t id) { return id == kNone ? "-" : std::to_string(id); }

std::string name(const Resource& resource) {
  switch (resource.kind) {
    case ResourceKind::None: return "process";
    case ResourceKind::Goroutine: return "g" + number(resource.id);
    case ResourceKind::Proc: return "p" + number(resource.id);
  }
  return {};
}

void append_stack(std::ostream& out, const Stack& stack) {
  if (!stack.present()) return;
  out << " [";
  for (const Frame& f : stack.frames()) out << f.function << "@" << f.file << ":" << f.line << "#" << f.pc << ";";
  out << "]";
}

struct Body {
  std::ostream& out;
  void operator()(const Sync& s) const {
    out << s.n << (s.begins_generation ? " begins" : "");
    if (s.clock_snapshot) {
      const ClockSnapshot& c = *s.clock_snapshot;
      out << " " << c.trace << " " << c.monotonic << " " << c.wall_seconds << " " << c.wall_nanoseconds;
    }
    for (const ExperimentalBatch& b : s.experimental_batches) {
      out << " exp" << int{b.experiment} << " m" << number(b.thread) << " ";
      for (const std::uint8_t byte : b.data) out << int{byte} << ".";
    }
  }
  void operator()(const Metric& m) const { out << m.name << "=" << m.value; }
  void operator()(const Label& l) const { out << l.label << " on " << name(l.resource); }
  void operator()(const StackSample&) const {}
  void range(const Range& r) const { out << r.name() << " on " << name(r.resource); }
  void operator()(const RangeBegin& r) const { range(r); }
  void operator()(const RangeActive& r) const { range(r); }
  void operator()(const RangeEnd& r) const {
    range(r);
    if (r.has_attributes) out << " " << r.bytes_swept << " " << r.bytes_reclaimed;
  }
  void operator()(const Task& t) const { out << t.id << " of " << t.parent << " " << t.type; }
  void operator()(const Region& r) const { out << r.task << " " << r.type; }
  void operator()(const Log& l) const { out << l.task << " " << l.category << ": " << l.message; }
  void operator()(const StateTransition& t) const {
    out << name(t.resource) << " " << state_name(t.from) << "->" << state_name(t.to) << " " << t.reason;
    append_stack(out, t.stack);
  }
  void operator()(const Experimental& e) const {
    out << e.experiment << " " << e.name;
    for (std::size_t i = 0; i < e.argument_count; ++i) out << " " << e.arguments[i].name << "=" << e.arguments[i].value;
  }
};

}  // namespace

std::string describe(const Event& event) {
  std::ostringstream out;
  out << event.time << " m" << number(event.thread) << " p" << number(event.proc) << " g" << number(event.goroutine)
      << " " << event_kind_name(event.kind()) << " ";
  std::visit(Body{out}, event.body);
  append_stack(out, event.stack);
  return out.str();
}

std::string describe(const Damage& damage) {
  std::ostringstream out;
  out << severity_name(damage.severity) << " " << damage_code_name(damage.code) << " at " << damage.offset;
  if (damage.length > 0) out << "+" << damage.length;
  if (damage.generation) out << " g" << *damage.generation;
  if (damage.batch) out << " b" << *damage.batch;
  if (damage.thread) out << " m" << *damage.thread;
  out << " reading " << reading_name(damage.reading);
  return out.str();
}

std::size_t ReadResult::whole_events() const {
  std::uint64_t sum = 0;
  for (const GenerationInfo& g : generations) sum += g.state == GenerationState::Whole ? g.events : 0;
  return static_cast<std::size_t>(sum);
}

namespace {

template <typename AnyReader>
void take_events(AnyReader& reader, ReadResult& result) {
  while (const Event* event = reader.next()) {
    result.events.push_back(describe(*event));
    if (const auto* log = event->as<Log>()) {
      result.logs += (result.logs.empty() ? "" : ",") + std::string(log->message);
    }
  }
}

void take_judgement(const Reader& reader, ReadResult& result) {
  result.verdict = reader.verdict();
  result.damage = reader.damage();
  result.generations = reader.generations();
  result.ending = reader.ending();
  result.wall_clock_stepped_back = reader.wall_clock_stepped_back();
  result.offset = reader.offset();
}

}  // namespace

ReadResult read_trace(std::unique_ptr<ByteSource> source, ReaderOptions options) {
  ReadResult result;
  Reader reader(std::move(source), options);
  take_events(reader, result);
  take_judgement(reader, result);
  return result;
}

ReadResult feed_trace(const Bytes& bytes, const std::function<std::size_t()>& step, ReaderOptions options) {
  ReadResult result;
  FeedReader reader(options);
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t count = std::min(step(), bytes.size() - at);
    reader.feed(std::span(bytes).subspan(at, count));
    take_events(reader, result);
    at += count;
  }
  reader.finish();
  take_events(reader, result);
  take_judgement(reader.reader(), result);
  return result;
}

ReadResult read_trace(const Bytes& bytes, ReaderOptions options) { return read_trace(open_bytes(bytes), options); }

ReadResult read_trace(const TraceBuilder& trace, ReaderOptions options) { return read_trace(trace.bytes(), options); }

std::vector<Fixture> fixtures(const std::string& folder, std::size_t limit, const std::string& prefix) {
  std::vector<Fixture> found;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(TESTDATA) / folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.file_size() > limit || name.substr(0, prefix.size()) != prefix) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    found.push_back({name, Bytes(std::istreambuf_iterator<char>(file), {})});
  }
  std::sort(found.begin(), found.end(), [](const Fixture& a, const Fixture& b) { return a.name < b.name; });
  return found;
}

}  // namespace tracecheck::testing
