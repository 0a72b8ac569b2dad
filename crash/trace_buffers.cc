#include "crash/trace_buffers.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "crash/batch_content.h"
#include "format/header.h"
#include "format/varint.h"

namespace tracecheck {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kBlockSize = 64 * 1024;
constexpr std::size_t kBlockHeader = 32;

// A batch in a block. None if the page is not the first of a block with one.
std::optional<FoundBatch> batch_at(Bytes block) {
  if (block.size() <= kBlockHeader) return std::nullopt;
  const std::uint64_t link = load_little_endian(block.data());
  const std::uint64_t last_time = load_little_endian(block.data() + 8);
  const std::uint64_t used = load_little_endian(block.data() + 16);
  const std::uint64_t size_at = load_little_endian(block.data() + 24);
  if (link % CoreFile::kPage != 0 || used > kBlockSize - kBlockHeader) return std::nullopt;
  if (size_at > used || used - size_at < kMaxVarintBytes) return std::nullopt;

  // The size may be anything: the header is read with a size that is sure to be good.
  const std::size_t data_at = static_cast<std::size_t>(size_at) + kMaxVarintBytes;
  std::string start(reinterpret_cast<const char*>(block.data()) + kBlockHeader,
                    std::min<std::size_t>(static_cast<std::size_t>(size_at), 2 + 3 * kMaxVarintBytes));
  append_padded_varint(start, used - data_at);
  const BatchParse parse = parse_batch_header({reinterpret_cast<const std::uint8_t*>(start.data()), start.size()});
  if (parse.status != BatchStatus::Ok || parse.header.header_size != data_at || parse.header.generation == 0) {
    return std::nullopt;
  }
  // A core may be cut inside the block.
  const Bytes there = block.first(std::min(block.size(), kBlockHeader + static_cast<std::size_t>(used)));
  if (there.size() < kBlockHeader + data_at) return std::nullopt;
  const Bytes data = there.subspan(kBlockHeader + data_at);
  const std::optional<BatchContent> content = look_at_content(parse.header, data);
  if (!content || last_time < content->last_time || content->last_time < parse.header.time) return std::nullopt;

  return FoundBatch::make(parse.header, data, *content);
}

// What the linker leaves in every Go program: these bytes, from the 16th on flags, from the 32nd the version, its
// length before it. (debug/buildinfo says how they are read. Before 1.18 a pointer stood there instead.)
constexpr std::string_view kBuildMagic = "\xff Go buildinf:";
constexpr std::size_t kBuildFlagsAt = 15, kBuildVersionAt = 32, kMaxVersionSize = 64;
constexpr std::uint8_t kBuildInline = 2;
constexpr std::size_t kBuildSize = kBuildVersionAt + 1 + kMaxVersionSize;

std::string build_at(std::string_view bytes) {
  if (bytes.size() <= kBuildVersionAt || (static_cast<std::uint8_t>(bytes[kBuildFlagsAt]) & kBuildInline) == 0)
    return {};
  const auto size = static_cast<std::uint8_t>(bytes[kBuildVersionAt]);
  if (size > kMaxVersionSize || bytes.size() < kBuildVersionAt + 1 + size) return {};
  const std::string_view version = bytes.substr(kBuildVersionAt + 1, size);
  return version.starts_with("go1.") ? std::string(version) : std::string();
}

// Looks for a version in the page and what of the next one it may reach into.
class VersionSearch {
 public:
  void look(Bytes ahead) {
    if (!build_.empty()) return;
    const std::size_t reach = std::min(ahead.size(), CoreFile::kPage + kBuildSize);
    const std::string_view text(reinterpret_cast<const char*>(ahead.data()), reach);
    for (std::size_t at = text.find(kBuildMagic); at != std::string_view::npos; at = text.find(kBuildMagic, at + 1)) {
      build_ = build_at(text.substr(at));
      if (!build_.empty()) return;
    }
    // The header that the runtime handed to the trace's writer.
    if (header_.kind == HeaderKind::V2) return;
    if (const std::optional<std::size_t> at = find_header(ahead.first(reach)))
      header_ = parse_header(ahead.subspan(*at));
  }

  GoBuild result() const {
    if (!build_.empty()) return {build_, trace_version_of(build_)};
    if (header_.kind != HeaderKind::V2) return {};
    return {"go 1." + std::to_string(header_.minor) + " trace", static_cast<GoVersion>(header_.minor)};
  }

 private:
  std::string build_;
  Header header_;
};

}  // namespace

FoundBatch FoundBatch::make(const BatchHeader& header, Bytes data, const BatchContent& content) {
  FoundBatch found;
  found.header = header;
  found.header.size = content.whole;
  found.data.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(content.whole));
  found.events = content.events;
  found.table = content.table;
  found.since = content.since;
  found.until = content.until;
  return found;
}

std::optional<GoVersion> trace_version_of(const std::string& go_version) {
  constexpr std::string_view kPrefix = "go1.";
  if (!go_version.starts_with(kPrefix)) return std::nullopt;
  // "go1.26.8", "go1.26", "go1.26rc1", "go1.26-custom"
  const std::string minor = go_version.substr(kPrefix.size(), 2);
  if (minor == "22") return GoVersion::Go122;
  if (minor == "23" || minor == "24") return GoVersion::Go123;
  if (minor == "25") return GoVersion::Go125;
  if (minor == "26") return GoVersion::Go126;
  return std::nullopt;
}

TraceBuffers find_trace_buffers(CoreFile& core) {
  TraceBuffers result;
  VersionSearch search;
  std::optional<std::uint64_t> block;  // the last one found: no other begins inside it
  while (core.next_page()) {
    const Bytes ahead = core.ahead();
    search.look(ahead);
    if (core.address() % CoreFile::kPage != 0 || (block && core.address() - *block < kBlockSize)) continue;
    std::optional<FoundBatch> found = batch_at(ahead);
    if (!found) continue;
    block = core.address();
    result.batches.push_back(*std::move(found));
  }
  result.build = search.result();
  return result;
}

}  // namespace tracecheck
