// Prints the logs of a trace: print_logs FILE
#include <tracecheck/reader.h>

#include <iostream>

int main(int count, char** arguments) {
  if (count != 2) return 2;
  tracecheck::Reader reader = tracecheck::Reader::open_file(arguments[1]);
  while (const tracecheck::Event* event = reader.next()) {
    if (const auto* log = event->as<tracecheck::Log>()) {
      std::cout << log->category << ": " << log->message << "\n";
    }
  }
  std::cerr << tracecheck::verdict_name(reader.verdict()) << "\n";
  return reader.verdict() == tracecheck::Verdict::Complete ? 0 : 1;
}
