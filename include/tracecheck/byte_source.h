// Where the bytes of a trace come from: a file, a pipe, memory, through gzip or zstd or as they are.
// A file and a pipe differ only here; everything above reads chunks. Errors are values; no exception leaves it but
// std::bad_alloc.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tracecheck {

enum class Compression : std::uint8_t { None, Gzip, Zstd };

/// Why a source gave fewer bytes than there should be.
struct SourceError {
  enum class Kind : std::uint8_t {
    Unreadable,      // missing, a directory, a failed read
    BadCompression,  // gzip or zstd data that is damaged, or whose checksum fails
    CompressionCut,  // gzip or zstd data that ends early; every byte before is good
    LimitReached,    // a limit that the user set; what follows is not judged
  };
  Kind kind = Kind::Unreadable;
  std::string message;  // a sentence without the file's name, e.g. "is a directory"
};

/// How much of a stream is read, for streams of strangers. Reading on beyond them fails with LimitReached.
struct ReadLimits {
  std::optional<std::uint64_t> bytes;  // of the stream, unpacked
  std::optional<std::chrono::steady_clock::time_point> deadline;

  bool any() const { return bytes || deadline; }
};

/// A stream of bytes. Not thread-safe.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  /// Reads up to `size` bytes, one or more, into `to` and returns how many, at least one. Blocks until some are there.
  /// 0 is the end, or a failure: then `error()` tells which. Or nothing is there yet: then `more_may_come()` holds.
  virtual std::size_t read(std::uint8_t* to, std::size_t size) = 0;

  /// What ended the stream early; none while all is well.
  const std::optional<SourceError>& error() const { return error_; }

  /// Whether a read that gave 0 without an error may give more later. For sources that do not block; of the readers
  /// only Reader takes them so, the others take 0 for the end.
  virtual bool more_may_come() const { return false; }

  /// How the bytes were packed.
  virtual Compression compression() const { return Compression::None; }

  /// Bytes taken from the outside so far, before decompression. What was passed over with `go_to` counts, too.
  virtual std::uint64_t bytes_in() const = 0;

  /// Whether whoever works on what was read has to stop, as its time is over: `error()` of the next read tells it.
  virtual bool expired() const { return false; }

  // Reading out of turn: what a file that is not packed can do, and memory.
  /// How many bytes of the stream are there to be read in any order; none where they only come one after another.
  virtual std::optional<std::uint64_t> extent() const { return std::nullopt; }
  /// Fills `to` with the bytes from `offset` on, all within the extent, and leaves alone where `read` goes on. An error
  /// if they cannot be read, or are not there any more. May be called by several threads at once.
  virtual std::optional<SourceError> read_at(std::uint64_t offset, std::span<std::uint8_t> to) const;
  /// `read` goes on at `offset`, which lies within the extent, or at its end.
  virtual void go_to(std::uint64_t offset);

 protected:
  /// What ended the stream; `read` gives 0 from then on.
  void fail(SourceError::Kind kind, std::string message) { error_ = SourceError{kind, std::move(message)}; }

 private:
  std::optional<SourceError> error_;
};

/// Opens a file, recognising gzip and zstd by their first bytes. Never fails here: a file that cannot be
/// read gives a source that ends at once with an error.
std::unique_ptr<ByteSource> open_file(const std::string& path, const ReadLimits& limits = {});

/// Reads a descriptor that stays the caller's, e.g. standard input; gzip and zstd as above. Bytes are given
/// out as they come: a short read is not waited on. With a deadline, no read waits beyond it.
std::unique_ptr<ByteSource> open_descriptor(int descriptor, const ReadLimits& limits = {});

/// Reads a copy of bytes in memory; gzip and zstd as above.
std::unique_ptr<ByteSource> open_bytes(std::vector<std::uint8_t> bytes);

/// Looks at the first bytes of `packed` and unpacks gzip and zstd; anything else is passed on as it is.
std::unique_ptr<ByteSource> with_decompression(std::unique_ptr<ByteSource> packed);

}  // namespace tracecheck
