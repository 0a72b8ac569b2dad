#include "tracecheck/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "reader/decompress.h"
#include "reader/limited_source.h"

using namespace tracecheck;

namespace {

using Bytes = std::vector<std::uint8_t>;

struct Result {
  Bytes bytes;
  std::optional<SourceError> error;
  Compression compression = Compression::None;
};

Result read_all(ByteSource& source, std::size_t step = 4096) {
  Result result;
  Bytes chunk(step);
  while (const std::size_t got = source.read(chunk.data(), chunk.size())) {
    REQUIRE_FALSE(source.error());
    result.bytes.insert(result.bytes.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(got));
  }
  REQUIRE(source.read(chunk.data(), chunk.size()) == 0);
  result.error = source.error();
  result.compression = source.compression();
  return result;
}

Result read_bytes(Bytes bytes, std::size_t step = 4096) {
  auto source = open_bytes(std::move(bytes));
  return read_all(*source, step);
}

Bytes gzip(const Bytes& bytes) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes packed(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 64);
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

Bytes zstd(const Bytes& bytes) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  Bytes packed(ZSTD_compressBound(bytes.size()));
  const std::size_t size = ZSTD_compress2(context, packed.data(), packed.size(), bytes.data(), bytes.size());
  ZSTD_freeCCtx(context);
  REQUIRE_FALSE(ZSTD_isError(size));
  packed.resize(size);
  return packed;
}

Bytes pack(Compression compression, const Bytes& bytes) {
  return compression == Compression::Gzip ? gzip(bytes) : zstd(bytes);
}

// Half of it packs well, half does not.
Bytes sample(std::size_t size) {
  std::mt19937 random(7);
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::uint8_t>((i / 64) % 2 == 0 ? i % 7 : random());
  }
  return bytes;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// A failed comparison of vectors would print them whole.
bool same(const Bytes& a, const Bytes& b) { return a == b; }

Bytes of(std::string_view text) { return {text.begin(), text.end()}; }

bool is_prefix(const Bytes& part, const Bytes& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "tracecheck-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("Plain bytes pass through as they are", "[source]") {
  const auto bytes = GENERATE(Bytes{}, of("g"), of("go 1.26 trace"), sample(300000));
  const Result result = read_bytes(bytes, GENERATE(1, 3, 65536));
  CHECK(same(result.bytes, bytes));
  CHECK_FALSE(result.error);
  CHECK(result.compression == Compression::None);
}

TEST_CASE("A part of a magic number is no compression", "[source]") {
  const auto bytes = GENERATE(Bytes{0x1f}, Bytes{0x28}, Bytes{0x28, 0xb5, 0x2f}, Bytes{0x1f, 'x', 'y'},
                              Bytes{0x28, 0xb5, 0x2f, 'x'}, Bytes{0x50, 0x2a}, of("PK"));
  const Result result = read_bytes(bytes);
  CHECK(same(result.bytes, bytes));
  CHECK_FALSE(result.error);
  CHECK(result.compression == Compression::None);
}

TEST_CASE("A magic number alone is packed data cut short", "[source]") {
  const auto bytes = GENERATE(Bytes{0x1f, 0x8b}, Bytes{0x28, 0xb5, 0x2f, 0xfd});
  const Result result = read_bytes(bytes);
  CHECK(result.bytes.empty());
  REQUIRE(result.error);
  CHECK(result.error->kind == SourceError::Kind::CompressionCut);
}

TEST_CASE("Packed bytes come out whole", "[source]") {
  const auto compression = GENERATE(Compression::Gzip, Compression::Zstd);
  const auto bytes = GENERATE(Bytes{}, of("go 1.26 trace"), sample(1000000));
  const Result result = read_bytes(pack(compression, bytes), GENERATE(as<std::size_t>{}, 997, 65536, 1 << 22));
  CHECK(same(result.bytes, bytes));
  CHECK_FALSE(result.error);
  CHECK(result.compression == compression);
}

TEST_CASE("Several frames, one after another, are one stream", "[source]") {
  const auto compression = GENERATE(Compression::Gzip, Compression::Zstd);
  const Bytes bytes = sample(70000);
  const Bytes packed =
      pack(compression, bytes) + pack(compression, {}) + pack(compression, of("more")) + pack(compression, bytes);
  const Result result = read_bytes(packed);
  CHECK(same(result.bytes, bytes + of("more") + bytes));
  CHECK_FALSE(result.error);
}

TEST_CASE("A zstd stream may begin with a skippable frame", "[source]") {
  const Bytes skippable = {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
  const Result result = read_bytes(skippable + zstd(of("text")) + skippable);
  CHECK(same(result.bytes, of("text")));
  CHECK_FALSE(result.error);
}

TEST_CASE("Cut at every byte, all that could be unpacked is given, and never less from more", "[source]") {
  const auto compression = GENERATE(Compression::Gzip, Compression::Zstd);
  const Bytes bytes = sample(3000);
  const Bytes first = pack(compression, bytes);
  const Bytes packed = first + pack(compression, of("tail"));
  const std::size_t magic = compression == Compression::Gzip ? 2 : 4;
  std::size_t before = 0;
  for (std::size_t cut = magic; cut < packed.size(); ++cut) {
    INFO("cut at " << cut);
    const Result result = read_bytes(Bytes(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(cut)));
    REQUIRE(is_prefix(result.bytes, bytes + of("tail")));
    REQUIRE(result.bytes.size() >= before);
    before = result.bytes.size();
    if (cut == first.size()) {
      REQUIRE_FALSE(result.error);
      continue;
    }
    REQUIRE(result.error);
    REQUIRE(result.error->kind == SourceError::Kind::CompressionCut);
    REQUIRE(result.error->message.find("ends early") != std::string::npos);
    // gzip has no blocks to wait for: before its trailer, everything is there.
    if (cut + 8 >= first.size()) REQUIRE(result.bytes.size() >= (cut + 4 >= first.size() ? bytes.size() : 0));
  }
}

TEST_CASE("A wrong checksum or length is damage, found after all bytes were given", "[source]") {
  const auto compression = GENERATE(Compression::Gzip, Compression::Zstd);
  const Bytes bytes = sample(400000);
  Bytes packed = pack(compression, bytes);
  SECTION("checksum") {
    packed[packed.size() - (compression == Compression::Gzip ? 8 : 4)] ^= 1;
    const Result result = read_bytes(packed);
    CHECK(same(result.bytes, bytes));
    REQUIRE(result.error);
    CHECK(result.error->kind == SourceError::Kind::BadCompression);
    CHECK(result.error->message.find("checksum does not match") != std::string::npos);
  }
  SECTION("length") {
    if (compression == Compression::Zstd) return;
    packed.back() ^= 1;
    const Result result = read_bytes(packed);
    CHECK(same(result.bytes, bytes));
    REQUIRE(result.error);
    CHECK(result.error->message.find("length does not match") != std::string::npos);
  }
}

TEST_CASE("Flipped bytes never give an undetected change", "[source]") {
  const auto compression = GENERATE(Compression::Gzip, Compression::Zstd);
  const Bytes bytes = sample(3000);
  const Bytes packed = pack(compression, bytes);
  for (std::size_t i = 0; i < packed.size(); ++i) {
    INFO("byte " << i);
    Bytes damaged = packed;
    damaged[i] ^= 0x10;
    const Result result = read_bytes(damaged);
    if (result.compression != Compression::None && !result.error) REQUIRE(same(result.bytes, bytes));
  }
}

TEST_CASE("Damage in a later block leaves the blocks before it", "[source]") {
  const Bytes bytes = sample(1000000);
  Bytes packed = zstd(bytes);
  packed[packed.size() - 1000] ^= 0xff;
  const Result result = read_bytes(packed, 1 << 22);
  REQUIRE(result.error);
  CHECK(result.error->kind == SourceError::Kind::BadCompression);
  CHECK(result.bytes.size() >= bytes.size() - 128 * 1024 - 100000);
}

TEST_CASE("Zeros behind packed data are padding, other bytes are an error", "[source]") {
  const auto compression = GENERATE(Compression::Gzip, Compression::Zstd);
  const Bytes packed = pack(compression, of("text"));
  SECTION("zeros") {
    const Result result = read_bytes(packed + Bytes(5000, 0));
    CHECK(same(result.bytes, of("text")));
    CHECK_FALSE(result.error);
  }
  SECTION("text") {
    const auto tail = GENERATE(of("hello\n"), Bytes{0, 0, 1}, of("x"));
    const Result result = read_bytes(packed + tail);
    CHECK(same(result.bytes, of("text")));
    REQUIRE(result.error);
    CHECK(result.error->kind == SourceError::Kind::BadCompression);
    CHECK(result.error->message.find("other bytes follow") == 0);
  }
  SECTION("the beginning of another frame") {
    const Result result = read_bytes(packed + Bytes{packed[0]});
    CHECK(same(result.bytes, of("text")));
    REQUIRE(result.error);
    CHECK(result.error->kind == SourceError::Kind::CompressionCut);
  }
}

TEST_CASE("Files that cannot be read say why in a sentence", "[source]") {
  const TemporaryDirectory directory;
  auto error_of = [](const std::string& path) {
    auto source = open_file(path);
    const Result result = read_all(*source);
    CHECK(result.bytes.empty());
    REQUIRE(result.error);
    CHECK(result.error->kind == SourceError::Kind::Unreadable);
    return result.error->message;
  };
  CHECK(error_of(directory / "missing") == "no such file");
  CHECK(error_of("") == "no such file");
  CHECK(error_of(directory / "") == "is a directory");
  CHECK(error_of(directory / std::string("a\0b", 3)) == "no such file");

  std::ofstream(directory / "file") << "text";
  CHECK(error_of(directory / "file/below").find("no such file") == 0);
  std::filesystem::create_symlink("loop", directory / "loop");
  CHECK(error_of(directory / "loop").find("cannot be opened: ") == 0);
  if (geteuid() != 0) {
    std::filesystem::permissions(directory / "file", std::filesystem::perms::none);
    CHECK(error_of(directory / "file") == "permission denied");
  }
}

TEST_CASE("A file is read, packed or not", "[source]") {
  const TemporaryDirectory directory;
  const Bytes bytes = sample(200000);
  const auto compression = GENERATE(Compression::None, Compression::Gzip, Compression::Zstd);
  const Bytes stored = compression == Compression::None ? bytes : pack(compression, bytes);
  std::ofstream(directory / "file", std::ios::binary)
      .write(reinterpret_cast<const char*>(stored.data()), static_cast<std::streamsize>(stored.size()));
  auto source = open_file(directory / "file");
  const Result result = read_all(*source);
  CHECK(same(result.bytes, bytes));
  CHECK_FALSE(result.error);
  CHECK(source->bytes_in() == stored.size());
}

TEST_CASE("What is not packed, and no pipe, can be read out of turn", "[source]") {
  const TemporaryDirectory directory;
  const Bytes bytes = sample(200000);
  std::ofstream(directory / "file", std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  auto source = GENERATE(0, 1) == 0 ? open_file(directory / "file") : open_bytes(bytes);
  CHECK_FALSE(source->extent());  // whether it is packed is known with its first bytes
  Bytes some(1000);
  REQUIRE(source->read(some.data(), some.size()) == some.size());
  REQUIRE(source->extent() == bytes.size());
  REQUIRE_FALSE(source->read_at(150000, some));
  CHECK(std::equal(some.begin(), some.end(), bytes.begin() + 150000));
  REQUIRE(source->read(some.data(), some.size()) == some.size());
  CHECK(std::equal(some.begin(), some.end(), bytes.begin() + 1000));
  source->go_to(199500);
  REQUIRE(source->read(some.data(), some.size()) == 500);
  CHECK(std::equal(some.begin(), some.begin() + 500, bytes.begin() + 199500));
  CHECK(source->bytes_in() == bytes.size());
  CHECK(source->read(some.data(), some.size()) == 0);
  source->go_to(0);
  CHECK(source->read(some.data(), some.size()) == some.size());

  std::filesystem::resize_file(directory / "file", 1000);
  auto file = open_file(directory / "file");
  REQUIRE(file->read(some.data(), some.size()) == some.size());
  std::filesystem::resize_file(directory / "file", 500);
  CHECK(file->read_at(0, some)->message == "was made shorter while it was read");

  auto packed = open_bytes(pack(Compression::Zstd, bytes));
  REQUIRE(packed->read(some.data(), some.size()) > 0);
  CHECK_FALSE(packed->extent());
}

TEST_CASE("Descriptors that cannot be read say why", "[source]") {
  auto closed = open_descriptor(-1);
  CHECK(read_all(*closed).error->message.find("read failed: ") == 0);
  const int directory = open("/", O_RDONLY | O_CLOEXEC);
  auto source = open_descriptor(directory);
  CHECK(read_all(*source).error->message == "is a directory");
  close(directory);
}

TEST_CASE("What a pipe has is given out at once", "[source]") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  if (GENERATE(false, true)) fcntl(ends[0], F_SETFL, O_NONBLOCK);
  auto source = open_descriptor(ends[0]);
  std::uint8_t chunk[64];
  REQUIRE(write(ends[1], "g", 1) == 1);
  CHECK(source->read(chunk, sizeof chunk) == 1);
  REQUIRE(write(ends[1], "o 1.26", 6) == 6);
  CHECK(source->read(chunk, sizeof chunk) == 6);
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK(write(ends[1], "late", 4) == 4);
    close(ends[1]);
  });
  CHECK(source->read(chunk, sizeof chunk) == 4);
  CHECK(source->read(chunk, sizeof chunk) == 0);
  CHECK_FALSE(source->error());
  writer.join();
  source.reset();
  // The descriptor stays the caller's.
  CHECK(fcntl(ends[0], F_GETFD) >= 0);
  close(ends[0]);
}

TEST_CASE("A packed pipe gives out what a flush has made whole", "[source]") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes text = of("generation one");
  std::uint8_t packed[256];
  stream.next_in = text.data();
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = packed;
  stream.avail_out = sizeof packed;
  REQUIRE(deflate(&stream, Z_SYNC_FLUSH) == Z_OK);
  REQUIRE(write(ends[1], packed, stream.total_out) == static_cast<ssize_t>(stream.total_out));
  deflateEnd(&stream);
  auto source = open_descriptor(ends[0]);
  std::uint8_t chunk[64];
  CHECK(source->read(chunk, sizeof chunk) == text.size());
  close(ends[1]);
  CHECK(source->read(chunk, sizeof chunk) == 0);
  CHECK(source->error()->kind == SourceError::Kind::CompressionCut);
  close(ends[0]);
}

TEST_CASE("Packing is guessed from as few bytes as can be", "[source]") {
  CHECK(guess_compression(of("g")).certain);
  CHECK_FALSE(guess_compression({}).certain);
  const Bytes gzip_start = {0x1f, 0x8b};
  CHECK(guess_compression(gzip_start).certain);
  CHECK(guess_compression(gzip_start).compression == Compression::Gzip);
  const Bytes zstd_part = {0x28, 0xb5};
  CHECK_FALSE(guess_compression(zstd_part).certain);
}

TEST_CASE("a limited source gives no more bytes than it may, and says so", "[source]") {
  const Bytes bytes(10'000, 7);
  const std::size_t step = GENERATE(1, 3, 4096);
  for (const std::uint64_t most : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{9'999}}) {
    INFO(most);
    const Result result = read_all(*limited(open_bytes(bytes), {most, {}}), step);
    CHECK(result.bytes.size() == most);
    REQUIRE(result.error);
    CHECK(result.error->kind == SourceError::Kind::LimitReached);
  }
  const Result whole = read_all(*limited(open_bytes(bytes), {10'000, {}}), step);
  CHECK(whole.bytes == bytes);
  CHECK_FALSE(whole.error);
}

TEST_CASE("a limit on bytes holds for what they were packed from, not for the packed ones", "[source]") {
  const Bytes packed = gzip(Bytes(100'000, 7));
  REQUIRE(packed.size() < 1'000);
  const Result result = read_all(*limited(open_bytes(packed), {50'000, {}}));
  CHECK(result.bytes.size() == 50'000);
  REQUIRE(result.error);
}

TEST_CASE("what a limited source passes over counts", "[source]") {
  const auto source = limited(open_bytes(Bytes(1'000, 7)), {500, {}});
  std::uint8_t byte = 0;
  REQUIRE(source->read(&byte, 1) == 1);
  source->go_to(499);
  CHECK(source->read(&byte, 1) == 1);
  CHECK(source->read(&byte, 1) == 0);
  CHECK(source->error());
}

TEST_CASE("past its deadline a source gives nothing any more", "[source]") {
  const auto past = std::chrono::steady_clock::now();
  const auto source = limited(open_bytes(Bytes(1'000, 7)), {{}, past});
  std::uint8_t byte = 0;
  CHECK(source->expired());
  CHECK(source->read(&byte, 1) == 0);
  REQUIRE(source->error());
  CHECK(source->error()->message == kTimeIsOver);
  CHECK(source->read_at(0, {&byte, 1}));
}
