#include "reader/stream_start.h"

#include <algorithm>
#include <string>

#include "format/header.h"
#include "reader/diagnose.h"
#include "reader/sniff.h"

namespace tracecheck {
namespace {

// Behind so many zeros nothing else is expected to come.
constexpr std::size_t kTellingZeros = 256 * 1024;

Damage truncated(DamageCode code, std::uint64_t offset, std::uint64_t length, std::string message) {
  Damage damage;
  damage.code = code;
  damage.severity = Severity::Truncated;
  damage.offset = offset;
  damage.length = length;
  damage.reading = Reading::Header;
  damage.message = std::move(message);
  return damage;
}

// Where a header stands, as far as the search goes. Reads piece by piece: what a child prints before its
// trace should not have to wait for 64 KiB more.
std::optional<std::size_t> search_header(Framer& framer) {
  std::span<const std::uint8_t> bytes = framer.peek(kHeaderSize);
  for (;;) {
    const std::size_t limit = std::min(bytes.size(), kHeaderSearchLimit + kHeaderSize);
    if (const auto found = find_header(bytes.first(limit))) return found;
    if (limit == kHeaderSearchLimit + kHeaderSize) return std::nullopt;
    const std::size_t before = bytes.size();
    bytes = framer.peek(before + 1);
    if (bytes.size() == before) return std::nullopt;
  }
}

Damage foreign_prefix(std::span<const std::uint8_t> prefix) {
  Damage damage;
  damage.code = DamageCode::ForeignBytes;
  damage.offset = 0;
  damage.length = prefix.size();
  damage.reading = Reading::Header;
  damage.found = quote_excerpt(prefix);
  damage.resumes_at = prefix.size();
  damage.message = std::to_string(prefix.size()) +
                   " bytes that are not the trace's stand before its header: " + damage.found +
                   "; something else writes to where the trace goes";
  return damage;
}

NotJudged not_judged(const Header& header) {
  NotJudged ending{.minor = header.minor, .message = {}};
  const std::string name = "go 1." + std::to_string(header.minor);
  if (header.kind == HeaderKind::V1) {
    ending.why = NotJudged::Why::V1;
    ending.message = "a v1 trace (" + name + "), the format of Go 1.11 to 1.21; `go tool trace` reads it";
  } else {
    ending.message = "trace version " + name +
                     " is not known here (known: 1.22, 1.23, 1.25, 1.26); a newer tracecheck, or " +
                     "`go tool trace` of that Go version, may read it";
  }
  return ending;
}

bool all_zero(std::span<const std::uint8_t> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

StreamStart nothing_at_all() {
  StreamStart start;
  start.damage = truncated(DamageCode::Empty, 0, 0, "there is nothing: not a single byte was written");
  start.ending = Truncated{*start.damage};
  return start;
}

// As many bytes as that, or all there are: how much more has been read is chance.
std::span<const std::uint8_t> first_of(Framer& framer, std::size_t size) {
  const std::span<const std::uint8_t> bytes = framer.peek(size);
  return bytes.first(std::min(bytes.size(), size));
}

StreamStart not_a_trace(Framer& framer) {
  StreamStart start;
  const bool begins_with_zeros = all_zero(first_of(framer, kHeaderSearchLimit));
  const std::span<const std::uint8_t> bytes = first_of(framer, begins_with_zeros ? kTellingZeros : kHeaderSearchLimit);
  if (begins_with_zeros && all_zero(bytes)) {
    start.damage = truncated(DamageCode::NulTail, 0, bytes.size(),
                             "there are only zero bytes: the file was being written when the machine stopped");
    start.ending = Truncated{*start.damage};
    return start;
  }
  Damage damage;
  damage.code = DamageCode::NotABatch;
  damage.reading = Reading::Header;
  damage.length = std::min(bytes.size(), kHeaderSize);
  damage.found = quote_excerpt(bytes.first(std::min(bytes.size(), kHeaderSize)));
  const std::string like = looks_like(bytes);
  damage.message = "no trace header (\"go 1.NN trace\")" + (like.empty() ? std::string() : "; it looks like " + like);
  start.ending = NotATrace{damage, like};
  start.damage = std::move(damage);
  return start;
}

StreamStart judge_start(Framer& framer, bool skip_foreign_prefix) {
  std::span<const std::uint8_t> bytes = framer.peek(kHeaderSize);
  if (bytes.empty()) return nothing_at_all();
  StreamStart start;
  Header header = parse_header(bytes);
  if (header.kind == HeaderKind::Short) {
    start.damage =
        truncated(DamageCode::HeaderCut, 0, bytes.size(),
                  "the data ends inside the trace header, after " + std::to_string(bytes.size()) + " of its 16 bytes");
    start.ending = Truncated{*start.damage};
    return start;
  }
  if (header.kind == HeaderKind::NotAHeader) {
    const std::optional<std::size_t> found = search_header(framer);
    if (!found) return not_a_trace(framer);
    start.damage = foreign_prefix(framer.peek(*found + kHeaderSize).first(*found));
    header = parse_header(framer.peek(*found + kHeaderSize).subspan(*found));
    if (header.kind == HeaderKind::V2 && !skip_foreign_prefix) {
      start.ending = Corrupt{*start.damage};
      return start;
    }
    framer.skip(*found);
  }
  if (header.kind != HeaderKind::V2) {
    start.ending = not_judged(header);
    start.damage.reset();
    return start;
  }
  framer.skip(kHeaderSize);
  start.version = static_cast<GoVersion>(header.minor);
  return start;
}

}  // namespace

Damage nothing_came(const Framer& framer) {
  return truncated(DamageCode::NoGeneration, framer.offset(), 0,
                   framer.batches() == 0 ? "there is a header and nothing more"
                                         : "there is a header and the start of a generation, but not a single event");
}

Damage compression_cut(const Framer& framer, const SourceError& error) {
  Damage damage = truncated(DamageCode::CompressionCut, framer.offset(), 0, error.message);
  damage.reading = Reading::Stream;
  return damage;
}

bool start_can_be_judged(Framer& framer, std::size_t& searched) {
  if (!framer.may_starve()) return true;
  constexpr std::size_t kMost = kHeaderSearchLimit + kHeaderSize;
  std::span<const std::uint8_t> bytes = framer.peek(kHeaderSize);
  if (!framer.starved() && parse_header(bytes).kind != HeaderKind::NotAHeader) return true;
  bytes = framer.peek(kMost);
  if (framer.starved()) {
    if (find_header(bytes.subspan(searched))) return true;
    // A header may have begun to come.
    searched = std::max(bytes.size(), kHeaderSize) - kHeaderSize;
    return false;
  }
  if (searched < kMost) {
    if (bytes.size() < kMost || !all_zero(bytes.first(kHeaderSearchLimit))) return true;
    searched = kMost;  // and nothing but zeros was found
  }
  framer.peek(kTellingZeros);
  return !framer.starved();
}

StreamStart find_stream_start(Framer& framer, bool skip_foreign_prefix) {
  StreamStart start = judge_start(framer, skip_foreign_prefix);
  const auto& error = framer.error();
  if (!error || start.version) return start;
  // What is missing because it could not be read says nothing of the trace.
  if (std::optional<Ending> failed = ending_of(error)) {
    start = {};
    start.ending = *std::move(failed);
  } else if (start.ending && std::holds_alternative<Truncated>(*start.ending)) {
    start.damage = compression_cut(framer, *error);
    start.ending = Truncated{*start.damage};
  }
  return start;
}

}  // namespace tracecheck
