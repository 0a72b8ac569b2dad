#include <iostream>

#include <tracecheck/reader.h>

int main(int, char** argv) {
  tracecheck::Reader reader = tracecheck::Reader::open_file(argv[1]);
  while (const tracecheck::Event* event = reader.next()) {
    if (const auto* log = event->as<tracecheck::Log>()) {
      std::cout << log->category << ": " << log->message << "\n";
    }
  }
  return reader.verdict() == tracecheck::Verdict::Complete ? 0 : 1;
}
