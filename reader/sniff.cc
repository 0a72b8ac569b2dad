#include "reader/sniff.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "reader/diagnose.h"

namespace tracecheck {
namespace {

struct Magic {
  std::string_view bytes;
  std::string_view what;
};

using namespace std::string_view_literals;

constexpr Magic kMagics[] = {
    {"\x7f"
     "ELF"sv,
     "an ELF file (an executable or a core dump)"sv},
    {"MZ"sv, "a Windows executable"sv},
    {"\xcf\xfa\xed\xfe"sv, "a macOS executable"sv},
    {"\xfe\xff\0g\0o"sv,
     "a trace turned to UTF-16 (by a redirection in PowerShell, perhaps); write the file from the program"sv},
    {"\xff\xfeg\0o\0"sv,
     "a trace turned to UTF-16 (by a redirection in PowerShell, perhaps); write the file from the program"sv},
    {"\xff\xfe"sv, "UTF-16 text"sv},
    {"\xfe\xff"sv, "UTF-16 text"sv},
    {"Trace Go1."sv, "the text form of a trace; `tracecheck assemble` turns it into one"sv},
    {"PK\x03\x04"sv, "a zip archive"sv},
    {"BZh"sv, "bzip2 data"sv},
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

// A pprof profile is a protobuf message that begins with sample types: field 1, a few bytes long, which
// itself begins with field 1.
bool is_pprof(std::span<const std::uint8_t> bytes) {
  return bytes.size() > 4 && bytes[0] == 0x0a && bytes[1] >= 2 && bytes[1] <= 8 && bytes[2] == 0x08 && bytes[3] < 0x80;
}

}  // namespace

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

}  // namespace tracecheck
