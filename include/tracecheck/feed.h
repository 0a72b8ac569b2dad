// The reader for those to whom bytes come: from a socket, or in an event loop. No thread, no waiting: what is fed is
// read as far as it goes.
//
//   tracecheck::FeedReader reader;
//   while (const std::size_t count = receive(buffer)) {
//     reader.feed({buffer, count});
//     while (const tracecheck::Event* event = reader.next()) handle(*event);
//   }
//   reader.finish();
//   while (const tracecheck::Event* event = reader.next()) handle(*event);
//
// In which pieces the bytes come makes no difference to events, verdict and damage; they are what Reader makes of the
// whole. Events are known when their generation is whole (FORMAT.md sections 3 and 10): from Go 1.26 on at its end marker,
// earlier at the first whole batch of the next generation, so about once a second. Until then its bytes are held.
//
// Not thread-safe; distinct readers may be used by distinct threads. No exception leaves it on bad input; std::bad_alloc may
// where memory is short.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "tracecheck/event.h"
#include "tracecheck/reader.h"

namespace tracecheck {

/// Can be moved, not copied.
class FeedReader {
 public:
  explicit FeedReader(ReaderOptions options = {});

  /// More bytes of the stream, as many as there are; gzip and zstd are unpacked. They are copied. After `finish`, and
  /// after the read has ended, they are dropped. Does not change the event that `next` gave last.
  void feed(std::span<const std::uint8_t> bytes);

  /// No more bytes will come. May be called again.
  void finish();

  /// The next event that is known, valid until the next call; else null: then more has to be fed, unless `ended`.
  /// To be called until it gives null after each `feed`, lest what was fed piles up.
  const Event* next() { return reader_.next(); }

  /// There will be no more events: the stream was finished, or what is wrong with it ended the read.
  bool ended() const { return reader_.ended(); }

  /// What is known so far: verdict, ending, damage, version, generations. Final once the read has `ended`.
  const Reader& reader() const { return reader_; }

 private:
  class Source;
  explicit FeedReader(std::unique_ptr<Source> source, ReaderOptions options);

  Source* source_;  // the reader's
  Reader reader_;
};

}  // namespace tracecheck
