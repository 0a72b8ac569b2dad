#include "export/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace tracecheck {

std::string gzipped(std::string_view data) {
  constexpr int kGzip = 16;  // added to the window's bits: with gzip's header
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzip, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::bad_alloc();
  }
  std::string packed;
  std::array<char, 64 * 1024> piece;
  int result = Z_OK;
  while (result != Z_STREAM_END) {
    const std::size_t size = std::min<std::size_t>(data.size(), std::numeric_limits<uInt>::max());
    stream.next_in = reinterpret_cast<z_const Bytef*>(const_cast<char*>(data.data()));
    stream.avail_in = static_cast<uInt>(size);
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = deflate(&stream, size == data.size() ? Z_FINISH : Z_NO_FLUSH);
    data.remove_prefix(size - stream.avail_in);
    packed.append(piece.data(), piece.size() - stream.avail_out);
  }
  deflateEnd(&stream);
  return packed;
}

}  // namespace tracecheck
