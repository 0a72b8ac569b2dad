// Prints the logs of traces that programs send to a Unix socket, many at a time and each as soon as its generation is
// whole: serve_logs SOCKET
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <tracecheck/feed.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace {

int listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return -1;
  path.copy(address.sun_path, path.size());
  const int server = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return -1;
  return listen(server, 16) == 0 ? server : -1;
}

// Takes what has come, which is all that is waited for. False: there will be no more events.
bool receive(int client, tracecheck::FeedReader& reader) {
  std::array<std::uint8_t, 65536> buffer;
  const ssize_t count = read(client, buffer.data(), buffer.size());
  if (count > 0) {
    reader.feed({buffer.data(), static_cast<std::size_t>(count)});
  } else {
    reader.finish();
  }
  while (const tracecheck::Event* event = reader.next()) {
    const auto* log = event->as<tracecheck::Log>();
    if (log != nullptr) std::cout << log->category << ": " << log->message << std::endl;
  }
  return !reader.ended();
}

}  // namespace

int main(int count, char** arguments) {
  const int server = count == 2 ? listen_at(arguments[1]) : -1;
  if (server < 0) return 2;
  std::map<int, tracecheck::FeedReader> readers;  // by the client's descriptor
  for (;;) {
    std::vector<pollfd> sockets{{server, POLLIN, 0}};
    for (const auto& [client, reader] : readers) sockets.push_back({client, POLLIN, 0});
    poll(sockets.data(), sockets.size(), -1);
    for (const pollfd& ready : sockets) {
      if (ready.revents == 0) continue;
      if (ready.fd == server) {
        const int client = accept(server, nullptr, nullptr);
        if (client >= 0) readers.try_emplace(client);
        continue;
      }
      tracecheck::FeedReader& reader = readers.at(ready.fd);
      if (receive(ready.fd, reader)) continue;
      std::cout << tracecheck::verdict_name(reader.reader().verdict()) << std::endl;
      readers.erase(ready.fd);
      close(ready.fd);
    }
  }
}
