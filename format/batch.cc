#include "format/batch.h"

#include "format/limits.h"
#include "format/varint.h"

namespace tracecheck {

bool may_be_last_strings(std::size_t size) { return size + kMaxStringSize + 2 * kMaxVarintBytes <= kMaxBatchSize; }

BatchParse parse_batch_header(std::span<const std::uint8_t> bytes) {
  BatchParse parse;
  const std::uint8_t* const begin = bytes.data();
  const std::uint8_t* const end = begin + bytes.size();
  const std::uint8_t* at = begin;
  if (at == end) return parse;

  BatchHeader& header = parse.header;
  header.type = static_cast<EventType>(*at++);
  if (header.type == EventType::EndOfGeneration) {
    header.thread = kNoThread;
    header.header_size = 1;
    parse.status = BatchStatus::Ok;
    return parse;
  }
  if (header.type != EventType::EventBatch && header.type != EventType::ExperimentalBatch) {
    parse.status = BatchStatus::NotABatch;
    return parse;
  }
  if (header.type == EventType::ExperimentalBatch) {
    parse.reading = Reading::BatchExperiment;
    if (at == end) return parse;
    header.experiment = *at++;
  }

  struct Field {
    Reading reading;
    std::uint64_t* value;
  };
  const Field fields[] = {{Reading::BatchGeneration, &header.generation},
                          {Reading::BatchThread, &header.thread},
                          {Reading::BatchTime, &header.time},
                          {Reading::BatchSize, &header.size}};
  for (const Field& field : fields) {
    parse.reading = field.reading;
    const std::uint8_t* const start = at;
    switch (read_varint(at, end, *field.value)) {
      case VarintStatus::Ok: header.size_width = static_cast<std::size_t>(at - start); break;
      case VarintStatus::Short: return parse;
      case VarintStatus::Overflow: parse.status = BatchStatus::VarintOverflow; return parse;
    }
  }
  if (header.size > kMaxBatchSize) {
    parse.status = BatchStatus::TooLarge;
    return parse;
  }
  header.header_size = static_cast<std::size_t>(at - begin);
  parse.status = BatchStatus::Ok;
  return parse;
}

}  // namespace tracecheck
