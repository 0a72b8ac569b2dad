// Which pages of a process a core gives, and how far one can look ahead from each. Bad cores are in
// tests/cli/test_carve_made.py.
#include "crash/core_file.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/core_builder.h"

using namespace tracecheck;
using tracecheck::testing::CoreBuilder;

namespace {

constexpr std::uint64_t kAddress = 0x7f0000000000;

struct Page {
  std::uint64_t address;
  std::size_t ahead;
  char first;

  bool operator==(const Page&) const = default;
};

// Gives its bytes as they come through a pipe: a few at a time.
class Trickle final : public ByteSource {
 public:
  Trickle(std::vector<std::uint8_t> bytes, std::size_t step) : inner_(open_bytes(std::move(bytes))), step_(step) {}
  std::size_t read(std::uint8_t* to, std::size_t size) override { return inner_->read(to, std::min(size, step_)); }
  std::uint64_t bytes_in() const override { return inner_->bytes_in(); }

 private:
  std::unique_ptr<ByteSource> inner_;
  std::size_t step_;
};

std::vector<Page> pages_of(std::vector<std::uint8_t> bytes, std::size_t step = 1000) {
  Trickle source(std::move(bytes), step);
  CoreFile core(source);
  REQUIRE_FALSE(core.open());
  std::vector<Page> pages;
  while (core.next_page()) {
    pages.push_back({core.address(), core.ahead().size(), static_cast<char>(core.ahead().front())});
  }
  return pages;
}

std::string page(char fill, std::size_t size = CoreFile::kPage) { return std::string(size, fill); }

}  // namespace

TEST_CASE("a core gives its pages with what follows each of them", "[core_file]") {
  CoreBuilder core;
  core.memory(kAddress, page('a') + page('b') + page('c', 10)).memory(kAddress + 0x10000, page('d'));
  const std::size_t step = GENERATE(std::size_t{1}, std::size_t{4095}, std::size_t{1} << 20U);
  CHECK(pages_of(core.bytes(), step) == std::vector<Page>{{kAddress, 8202, 'a'},
                                                          {kAddress + 4096, 4106, 'b'},
                                                          {kAddress + 8192, 10, 'c'},
                                                          {kAddress + 0x10000, 4096, 'd'}});
}

TEST_CASE("memory that is split without a gap is one piece", "[core_file]") {
  CoreBuilder core;
  core.memory(kAddress, page('a')).memory(kAddress + 4096, page('b'));
  CHECK(pages_of(core.bytes()) == std::vector<Page>{{kAddress, 8192, 'a'}, {kAddress + 4096, 4096, 'b'}});
}

TEST_CASE("one looks 64 KiB ahead, also across what was read at a time", "[core_file]") {
  CoreBuilder core;
  const std::size_t count = 600;  // more than two megabytes
  std::string memory;
  for (std::size_t i = 0; i < count; ++i) memory += page(static_cast<char>('a' + i % 26));
  core.memory(kAddress, memory);
  const std::vector<Page> pages = pages_of(core.bytes(), 100000);
  REQUIRE(pages.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    INFO(i);
    CHECK(pages[i] ==
          Page{kAddress + i * 4096, std::min<std::size_t>(65536, (count - i) * 4096), static_cast<char>('a' + i % 26)});
  }
}

TEST_CASE("pages are those of the process, wherever a segment begins", "[core_file]") {
  CoreBuilder core;
  core.memory(kAddress + 4000, page('a', 96) + page('b'));
  CHECK(pages_of(core.bytes()) == std::vector<Page>{{kAddress + 4000, 4192, 'a'}, {kAddress + 4096, 4096, 'b'}});
}

TEST_CASE("a core cut at any byte gives the pages before the cut and says how much is missing", "[core_file]") {
  CoreBuilder core;
  core.memory(kAddress, page('a') + page('b')).memory(kAddress + 0x10000, page('c'));
  const std::vector<std::uint8_t> whole = core.bytes();
  const std::size_t start = whole.size() - 3 * CoreFile::kPage;
  std::size_t pages_before = 0;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    INFO(size);
    const std::unique_ptr<ByteSource> source = open_bytes({whole.begin(), whole.begin() + static_cast<long>(size)});
    CoreFile file(*source);
    if (file.open()) {
      REQUIRE(size < 64 + 2 * 56);
      continue;
    }
    std::size_t pages = 0;
    while (file.next_page()) ++pages;
    REQUIRE(pages >= pages_before);
    pages_before = pages;
    REQUIRE(file.missing() == std::min(whole.size() - size, whole.size() - start));
  }
  CHECK(pages_before == 3);
}
