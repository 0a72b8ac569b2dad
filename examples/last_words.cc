// Says what is wrong with a trace and what its last log was, and where that came from: last_words FILE
#include <tracecheck/salvage.h>

#include <iostream>
#include <string>

int main(int count, char** arguments) {
  if (count != 2) return 2;
  tracecheck::SalvageReader reader(tracecheck::open_file(arguments[1]));
  std::string last = "no log\n";
  while (const tracecheck::Event* event = reader.next()) {
    const auto* log = event->as<tracecheck::Log>();
    if (log == nullptr) continue;
    // Views end with the next event, so what is to last is copied.
    last = event->salvaged ? "salvaged, " : "";
    last += event->lost_text[1] != 0 ? "its text is lost" : std::string(log->message);
    last += "\n";
    for (const tracecheck::Frame& frame : event->stack.frames()) last += "  " + std::string(frame.function) + "\n";
  }
  std::cout << last;
  for (const tracecheck::Damage& damage : reader.damage()) {
    std::cout << tracecheck::severity_name(damage.severity) << " at byte " << damage.offset << ": " << damage.message
              << "\n";
  }
  // Why there was nothing to read, if that is so.
  std::cout << tracecheck::message_of(reader.ending());
  return reader.verdict() == tracecheck::Verdict::Complete ? 0 : 1;
}
