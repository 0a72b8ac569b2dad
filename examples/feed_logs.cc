// Prints the logs of a trace that comes on standard input, each as soon as its generation is whole: COMMAND | feed_logs
#include <tracecheck/feed.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <iostream>

namespace {

void print_known(tracecheck::FeedReader& reader) {
  while (const tracecheck::Event* event = reader.next()) {
    const auto* log = event->as<tracecheck::Log>();
    if (log != nullptr) std::cout << log->category << ": " << log->message << std::endl;
  }
}

}  // namespace

int main() {
  tracecheck::FeedReader reader;
  std::array<std::uint8_t, 4096> buffer;
  while (!reader.ended()) {
    const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count > 0) {
      reader.feed({buffer.data(), static_cast<std::size_t>(count)});
    } else {
      reader.finish();
    }
    print_known(reader);
  }
  std::cerr << tracecheck::verdict_name(reader.reader().verdict()) << "\n";
  return reader.reader().verdict() == tracecheck::Verdict::Complete ? 0 : 1;
}
