#include "crash/core_file.h"

#include <elf.h>

#include <algorithm>
#include <cstring>

#include "format/header.h"
#include "format/varint.h"
#include "reader/sniff.h"

namespace tracecheck {
namespace {

constexpr std::size_t kWindow = 1024 * 1024;
constexpr std::uint64_t kEverything = ~std::uint64_t{0};

std::uint16_t load16(const std::uint8_t* at) { return static_cast<std::uint16_t>(at[0] | (at[1] << 8U)); }

std::uint32_t load32(const std::uint8_t* at) {
  return static_cast<std::uint32_t>(load16(at)) | (static_cast<std::uint32_t>(load16(at + 2)) << 16U);
}

// Why the first bytes of a file are not those of a core that can be read.
std::optional<std::string> problem_of(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return "is empty; a core dump was expected";
  if (bytes.size() < SELFMAG || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0) {
    if (parse_header(bytes).kind == HeaderKind::V2) return "is a trace, not a core dump; --trace takes it beside one";
    const std::string known = looks_like(bytes);
    return known.empty() ? "is not a core dump: it is no ELF file" : "is not a core dump; it looks like " + known;
  }
  if (bytes.size() < sizeof(Elf64_Ehdr)) return "is cut inside its ELF header: there is no memory in it";
  if (bytes[EI_CLASS] != ELFCLASS64) return "is of a 32-bit process; only cores of 64-bit processes can be read";
  if (bytes[EI_DATA] != ELFDATA2LSB) return "is of a big-endian machine; only little-endian cores can be read";
  if (load16(bytes.data() + offsetof(Elf64_Ehdr, e_type)) == ET_CORE) return std::nullopt;
  return "is an ELF file, but not a core dump: an executable or a library";
}

}  // namespace

CoreFile::CoreFile(ByteSource& source) : source_(source), window_(kWindow) {}

std::optional<std::string> CoreFile::open() {
  const std::size_t size = read(window_.data(), sizeof(Elf64_Ehdr));
  if (source_.error() && size < sizeof(Elf64_Ehdr)) return source_.error()->message;
  const std::uint8_t* const header = window_.data();
  if (auto problem = problem_of({header, size})) return problem;
  if (load16(header + offsetof(Elf64_Ehdr, e_phentsize)) != sizeof(Elf64_Phdr)) {
    return "is damaged: its ELF header gives program headers a size that they do not have";
  }
  return read_runs(load_little_endian(header + offsetof(Elf64_Ehdr, e_phoff)),
                   load16(header + offsetof(Elf64_Ehdr, e_phnum)));
}

std::optional<std::string> CoreFile::read_runs(std::uint64_t table_offset, std::uint64_t count) {
  const char* const kCut = "is cut inside its program headers: there is no memory in it";
  if (table_offset < offset_) return "is damaged: its program headers lie in its ELF header";
  if (!skip_to(table_offset)) return kCut;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint8_t header[sizeof(Elf64_Phdr)];
    if (read(header, sizeof header) < sizeof header) return kCut;
    // With very many segments their number stands at the end of the file. The table goes on to where the first
    // segment's bytes begin.
    const std::uint64_t first_bytes = load_little_endian(header + offsetof(Elf64_Phdr, p_offset));
    if (i == 0 && count == PN_XNUM && first_bytes > table_offset) {
      count = (first_bytes - table_offset) / sizeof(Elf64_Phdr);
    }
    add_run(header);
  }
  std::sort(runs_.begin(), runs_.end(), [](const Run& a, const Run& b) { return a.offset < b.offset; });
  return std::nullopt;
}

void CoreFile::add_run(const std::uint8_t* program_header) {
  if (load32(program_header) != PT_LOAD) return;
  const auto field = [&](std::size_t offset) { return load_little_endian(program_header + offset); };
  const Run run{field(offsetof(Elf64_Phdr, p_offset)), field(offsetof(Elf64_Phdr, p_vaddr)),
                field(offsetof(Elf64_Phdr, p_filesz))};
  if (run.size == 0 || run.offset + run.size < run.offset) return;
  // A mapping may be split into several without a gap; a buffer may lie across.
  if (!runs_.empty()) {
    Run& last = runs_.back();
    if (last.offset + last.size == run.offset && last.address + last.size == run.address) {
      last.size += run.size;
      return;
    }
  }
  runs_.push_back(run);
}

bool CoreFile::next_page() {
  begin_ += page_size_;
  address_ += page_size_;
  if (end_ - begin_ < kAhead && left_ > 0) fill();
  while (begin_ == end_) {
    if (!next_run()) return false;
  }
  // The first page of a run may be less than one: pages are counted by their addresses.
  page_size_ = std::min<std::size_t>(kPage - static_cast<std::size_t>(address_ % kPage), end_ - begin_);
  return true;
}

std::span<const std::uint8_t> CoreFile::ahead() const {
  return {window_.data() + begin_, std::min(end_ - begin_, kAhead)};
}

bool CoreFile::next_run() {
  missing_ += left_;
  left_ = 0;
  if (run_ == runs_.size()) {
    skip_to(kEverything);  // a packed core's checksum stands at its end
    return false;
  }
  const Run& run = runs_[run_++];
  begin_ = end_ = 0;
  address_ = run.address;
  // No system writes segments that share bytes of the file; they would be read again and again.
  if (run.offset < offset_) return true;
  left_ = run.size;
  if (skip_to(run.offset)) fill();
  return true;
}

void CoreFile::fill() {
  std::memmove(window_.data(), window_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left_, window_.size() - end_));
  const std::size_t count = read(window_.data() + end_, wanted);
  end_ += count;
  left_ -= count;
}

std::size_t CoreFile::read(std::uint8_t* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size && !ended_) {
    const std::size_t count = source_.read(to + done, size - done);
    ended_ = count == 0;
    done += count;
  }
  offset_ += done;
  return done;
}

bool CoreFile::skip_to(std::uint64_t offset) {
  while (offset_ < offset && !ended_) {
    read(window_.data(), static_cast<std::size_t>(std::min<std::uint64_t>(offset - offset_, window_.size())));
  }
  return offset_ == offset;
}

}  // namespace tracecheck
