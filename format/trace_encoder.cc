#include "format/trace_encoder.h"

#include "format/header.h"
#include "format/varint.h"

namespace tracecheck {

void append_header(std::string& out, GoVersion version) { out += header_bytes(version); }

void append_batch_header(std::string& out, const BatchHeader& header) {
  out.push_back(static_cast<char>(header.type));
  if (header.type == EventType::EndOfGeneration) return;
  if (header.type == EventType::ExperimentalBatch) out.push_back(static_cast<char>(header.experiment));
  append_varint(out, header.generation);
  append_varint(out, header.thread);
  append_varint(out, header.time);
  append_padded_varint(out, header.size);
}

void append_batch(std::string& out, BatchHeader header, std::span<const std::uint8_t> data) {
  header.size = data.size();
  append_batch_header(out, header);
  out.append(reinterpret_cast<const char*>(data.data()), data.size());
}

}  // namespace tracecheck
