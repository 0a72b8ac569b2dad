#include "tests/support/core_builder.h"

#include <elf.h>

#include <cstring>

#include "format/varint.h"

namespace tracecheck::testing {
namespace {

constexpr std::size_t kPage = 4096;

void append_word(std::string& out, std::uint64_t value) {
  for (int i = 0; i < 8; ++i, value >>= 8U) out.push_back(static_cast<char>(value & 0xffU));
}

}  // namespace

CoreBuilder& CoreBuilder::memory(std::uint64_t address, std::string_view bytes) {
  pieces_.push_back({address, std::string(bytes)});
  return *this;
}

std::vector<std::uint8_t> CoreBuilder::bytes() const {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_CORE;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = static_cast<Elf64_Half>(pieces_.size());
  std::string out(reinterpret_cast<const char*>(&header), sizeof header);
  std::string body;
  const std::size_t start = kPage * (1 + (sizeof header + pieces_.size() * sizeof(Elf64_Phdr)) / kPage);
  for (const Piece& piece : pieces_) {
    Elf64_Phdr segment{};
    segment.p_type = PT_LOAD;
    segment.p_offset = start + body.size();
    segment.p_vaddr = piece.address;
    segment.p_filesz = segment.p_memsz = piece.bytes.size();
    out.append(reinterpret_cast<const char*>(&segment), sizeof segment);
    body += piece.bytes;
  }
  out.resize(start);
  out += body;
  return {out.begin(), out.end()};
}

std::string trace_buffer(std::uint64_t generation, std::uint64_t thread, std::uint64_t time, std::string_view data,
                         std::uint64_t last_time) {
  std::string batch = "\x01";
  append_varint(batch, generation);
  append_varint(batch, thread);
  append_varint(batch, time);
  const std::size_t size_at = batch.size();
  batch.append(kMaxVarintBytes, '\xee');
  batch += data;
  std::string out;
  append_word(out, 0);
  append_word(out, last_time);
  append_word(out, batch.size());
  append_word(out, size_at);
  out += batch;
  out.resize(64 * 1024, '\xee');
  return out;
}

std::string build_info(std::string_view go_version) {
  std::string out = "\xff Go buildinf:\x08\x02";
  out.resize(32);
  out.push_back(static_cast<char>(go_version.size()));
  out += go_version;
  out.resize(kPage);
  return out;
}

}  // namespace tracecheck::testing
