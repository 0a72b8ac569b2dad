// Batches are the same whether their bytes come one at a time or all at once.
#include <string>
#include <variant>

#include "fuzz/targets/target.h"
#include "reader/framer.h"

using namespace tracecheck;
using namespace tracecheck::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const auto batches = [&](std::size_t most) {
    std::string seen;
    const std::unique_ptr<ByteSource> source = view_of(bytes, most);
    Framer framer(*source);
    for (;;) {
      const auto item = framer.next();
      const auto* batch = std::get_if<Batch>(&item);
      if (batch == nullptr) return seen + std::to_string(item.index()) + "@" + std::to_string(framer.offset());
      require(batch->end_offset() <= bytes.size(), "a batch ends inside the data");
      seen += std::to_string(batch->offset) + "-" + std::to_string(batch->end_offset()) + " ";
    }
  };
  require(batches(1) == batches(SIZE_MAX), "one byte at a time equals all at once");
  return 0;
}
