// The output of many files over many cores: what each writes comes out in the order of the files, as it is written
// where it is a file's turn, and else is kept until then.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cmd/in_order.h"
#include "export/sink.h"

namespace tracecheck::cmd {

/// Goes with `in_order`: its work writes through a TurnWriter, its take ends that writer's turn.
class Turns {
 public:
  /// What all files together keep waiting, in bytes. A thread that has more waits for the turn of its file.
  static constexpr std::size_t kMostKept = 64U << 20U;

  /// `separator` stands between the texts of two files. One thread at a time calls the functions.
  Turns(Sink sink, std::function<bool()> flush, std::string separator = "")
      : sink_(std::move(sink)), flush_(std::move(flush)), separator_(std::move(separator)) {}

  /// Nothing is taken from here on, and nobody waits.
  void stop();

 private:
  friend class TurnWriter;

  bool put(std::size_t file, std::string_view text);
  bool begin_next_turn();

  Sink sink_;
  std::function<bool()> flush_;
  std::string separator_;
  std::optional<std::size_t> last_written_;  // is the business of whose turn it is

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t turn_ = 0;
  std::map<std::size_t, std::string> kept_;  // by file, of those whose turn is to come
  std::size_t kept_size_ = 0;
  bool stopped_ = false;
};

/// What one file writes. One thread at a time has it.
class TurnWriter {
 public:
  /// What is written is put out in pieces of about so many bytes, as `flush` and `end_turn` do, too.
  static constexpr std::size_t kPiece = 32U << 10U;

  /// `turns` outlives it.
  TurnWriter(Turns& turns, std::size_t file) : turns_(&turns), file_(file) {}

  /// False: no more is taken.
  bool write(std::string_view text);
  /// If it is this file's turn, what was written is out then. False: no more is taken.
  bool flush();
  /// To be called in the order of the files, when all of this one is written: calls `last` and makes it the next one's
  /// turn, of which all is out that it has written so far: it may itself be waiting for a pipe. False: something could
  /// not be written.
  bool end_turn(const std::function<void()>& last);

 private:
  bool put_out();

  Turns* turns_;
  std::size_t file_;
  std::string piece_;
};

/// As in_order, for results whose `work` writes to `turns`. However it ends, nobody waits for a turn that does not
/// come.
template <typename Result, typename Work, typename Take>
bool in_turn(Turns& turns, std::size_t count, unsigned workers, Work work, Take take) {
  const auto or_stop = [&turns](auto&& call) {
    try {
      return call();
    } catch (...) {
      turns.stop();
      throw;
    }
  };
  return in_order<Result>(
      count, workers, [&](std::size_t i) { return or_stop([&] { return work(i); }); },
      [&](Result result) {
        return or_stop([&] {
          const bool go_on = take(std::move(result));
          if (!go_on) turns.stop();
          return go_on;
        });
      });
}

}  // namespace tracecheck::cmd
