#include "reader/sniff.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "format/utf8.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

struct Magic {
  std::string_view bytes;
  std::string_view what;
};

using namespace std::string_view_literals;

constexpr auto kUtf16Trace =
    "a trace turned to UTF-16 (by a redirection in PowerShell, perhaps); write the file from the program"sv;

constexpr Magic kMagics[] = {
    {"\x7f"
     "ELF"sv,
     "an ELF file (an executable or a core dump)"sv},
    {"MZ"sv, "a Windows executable"sv},
    {"\xcf\xfa\xed\xfe"sv, "a macOS executable"sv},
    {"\xfe\xff\0g\0o"sv, kUtf16Trace},
    {"\xff\xfeg\0o\0"sv, kUtf16Trace},
    {"\xff\xfe"sv, "UTF-16 text"sv},
    {"\xfe\xff"sv, "UTF-16 text"sv},
    {"g\0o\0 \0"sv, kUtf16Trace},
    {"\0g\0o\0 "sv, kUtf16Trace},
    {"Trace Go1."sv, "the text form of a trace; `tracecheck assemble` turns it into one"sv},
    {"PK\x03\x04"sv, "a zip archive"sv},
    {"BZh"sv, "bzip2 data"sv},
    // What comes here is unpacked already.
    {"\x1f\x8b"sv, "gzip data that was packed once more; unpack it once"sv},
    {"\x28\xb5\x2f\xfd"sv, "zstd data that was packed once more; unpack it once"sv},
    {"\xfd"
     "7zXZ\0"sv,
     "xz data"sv},
    {"%PDF-"sv, "a PDF file"sv},
    {"SQLite format 3\0"sv, "an SQLite database"sv},
    {"!<arch>\n"sv, "an archive of object files"sv},
};

bool contains_no_case(std::string_view text, std::string_view lower) {
  const auto found = std::search(text.begin(), text.end(), lower.begin(), lower.end(),
                                 [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
  return found != text.end();
}

// A pprof profile is a protobuf message. Before the first pair of a type and a unit (sample_type, period_type),
// in which it differs from any other message, there may be numbers: time, duration, period.
bool is_pprof(std::span<const std::uint8_t> bytes) {
  constexpr std::uint8_t kSampleType = 0x0a, kTime = 0x48, kDuration = 0x50, kPeriodType = 0x5a, kPeriod = 0x60;
  const std::uint8_t* at = bytes.data();
  const std::uint8_t* end = at + bytes.size();
  while (end - at > 4 && (*at == kTime || *at == kDuration || *at == kPeriod)) {
    std::uint64_t number = 0;
    if (read_varint(++at, end, number) != VarintStatus::Ok) return false;
  }
  if (end - at <= 4 || (*at != kSampleType && *at != kPeriodType)) return false;
  return at[1] >= 2 && at[1] <= 8 && at[2] == 0x08 && at[3] < 0x80;
}

}  // namespace

std::size_t text_run(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const DecodedRune decoded = decode_rune(text.substr(at));
    const char32_t rune = decoded.rune;
    const bool white = rune == '\n' || rune == '\r' || rune == '\t' || rune == 0x1b;
    if (!decoded.valid || (rune < 0x20 && !white) || rune == 0x7f) break;
    at += decoded.size;
  }
  return at;
}

std::string looks_like(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const Magic& magic : kMagics) {
    if (text.substr(0, magic.bytes.size()) == magic.bytes) return std::string(magic.what);
  }
  if (is_pprof(bytes)) return "a pprof profile; `go tool pprof` reads it";
  const std::string_view head = text.substr(0, 512);
  if (contains_no_case(head, "<!doctype html") || contains_no_case(head, "<html")) {
    return "an HTML page (an error page instead of a download, perhaps)";
  }
  // A cut character at the end of what was looked at is no reason to doubt.
  if (!bytes.empty() && text_run(bytes) + 4 > bytes.size()) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool json = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
    return json ? "JSON text" : "text";
  }
  return {};
}

bool has_crlf_throughout(std::span<const std::uint8_t> bytes) {
  constexpr int kTelling = 8;
  int count = 0;
  // Lines that a program printed may end so, too. They tell nothing of the trace behind them.
  for (std::size_t i = std::max<std::size_t>(text_run(bytes), 1); i < bytes.size(); ++i) {
    if (bytes[i] != '\n') continue;
    if (bytes[i - 1] != '\r') return false;
    ++count;
  }
  return count >= kTelling;
}

bool was_made_utf8(std::span<const std::uint8_t> bytes) {
  constexpr int kTelling = 8;
  int replaced = 0;
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (!text.empty()) {
    const DecodedRune decoded = decode_rune(text);
    // What is seen may end in the middle of a rune.
    if (!decoded.valid && text.size() > 3) return false;
    if (decoded.valid && decoded.rune == 0xfffd) ++replaced;
    text.remove_prefix(decoded.valid ? decoded.size : 1);
  }
  return replaced >= kTelling;
}

}  // namespace tracecheck
