#include "tracecheck/reader.h"

#include <utility>

#include "reader/event_stream.h"
#include "reader/typed_event.h"

namespace tracecheck {

std::string_view generation_state_name(GenerationState state) {
  switch (state) {
    case GenerationState::Whole: return "whole";
    case GenerationState::Begun: return "begun";
    case GenerationState::Unfinished: return "unfinished";
    case GenerationState::Damaged: return "damaged";
  }
  return {};
}

Verdict verdict_of(const Ending& ending, const std::vector<Damage>& damage) {
  if (std::holds_alternative<Unreadable>(ending)) return Verdict::Unreadable;
  if (std::holds_alternative<NotATrace>(ending)) return Verdict::NotATrace;
  if (std::holds_alternative<NotJudged>(ending)) return Verdict::NotJudged;
  return verdict_of(damage);
}

Ending ending_of(const std::vector<Damage>& damage) {
  switch (verdict_of(damage)) {
    case Verdict::Corrupt: return Corrupt{damage.front()};
    case Verdict::Truncated: return Truncated{damage.front()};
    default: return CleanEnd{};
  }
}

std::optional<Ending> ending_of(const std::optional<SourceError>& error) {
  if (!error || error->kind == SourceError::Kind::CompressionCut) return std::nullopt;
  if (error->kind == SourceError::Kind::LimitReached)
    return NotJudged{.why = NotJudged::Why::Limit, .message = error->message};
  return Unreadable{*error};
}

std::string message_of(const Ending& ending) {
  if (const auto* no_trace = std::get_if<NotATrace>(&ending)) return no_trace->damage.message;
  if (const auto* not_judged = std::get_if<NotJudged>(&ending)) return not_judged->message;
  if (const auto* unreadable = std::get_if<Unreadable>(&ending)) return unreadable->error.message;
  return {};
}

class Reader::Impl {
 public:
  Impl(std::unique_ptr<ByteSource> from, ReaderOptions options)
      : source(std::move(from)), framer(*source), stream(framer, options) {
    framer.take_as_it_comes();
  }

  std::unique_ptr<ByteSource> source;
  Framer framer;
  EventStream stream;
  Event event;
};

Reader::Reader(std::unique_ptr<ByteSource> source, ReaderOptions options)
    : impl_(std::make_unique<Impl>(std::move(source), options)) {}

Reader Reader::open_file(const std::string& path, ReaderOptions options) {
  return Reader(tracecheck::open_file(path), options);
}

Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

const Event* Reader::next() {
  EventStream& stream = impl_->stream;
  switch (stream.next()) {
    case EventStream::Item::Event: make_typed(stream.event(), *stream.generation(), impl_->event); break;
    case EventStream::Item::Sync: make_sync(stream.sync_time(), stream.sync(), impl_->event); break;
    case EventStream::Item::End: return nullptr;
  }
  return &impl_->event;
}

bool Reader::ended() const { return impl_->stream.ended(); }
const Ending& Reader::ending() const { return impl_->stream.ending(); }
Verdict Reader::verdict() const { return impl_->stream.verdict(); }
const std::vector<Damage>& Reader::damage() const { return impl_->stream.damage(); }
std::optional<GoVersion> Reader::version() const { return impl_->stream.version(); }
const std::vector<GenerationInfo>& Reader::generations() const { return impl_->stream.generations(); }
bool Reader::wall_clock_stepped_back() const { return impl_->stream.wall_clock_stepped_back(); }
std::uint64_t Reader::offset() const { return impl_->framer.offset(); }

}  // namespace tracecheck
