#include <utility>

#include "crash/salvage_stream.h"
#include "reader/typed_event.h"
#include "tracecheck/salvage.h"

namespace tracecheck {
namespace {

// The texts that the event names and its generation lacks.
void mark_lost(const OrderedEvent& event, const Generation& generation, Event& typed) {
  const EventTraits& traits = traits_of(event.type);
  const auto lost = [&](std::uint64_t id) { return generation.has_text(id) ? 0 : id; };
  typed.lost_text = {lost(event.args[traits.string]), lost(event.args[traits.second_string])};
  if (event.type == EventType::CPUSample) typed.lost_text = {};
  if (event.type == EventType::STWEnd) typed.lost_text[0] = lost(event.args[0]);
  auto* const end = std::get_if<TaskEnd>(&typed.body);
  const auto lost_name = end == nullptr ? std::nullopt : lost_name_id(end->type);
  if (!lost_name) return;
  end->type = {};
  typed.lost_text[0] = *lost_name;
}

}  // namespace

std::string_view frequency_source_name(FrequencySource source) {
  switch (source) {
    case FrequencySource::Trace: return "trace";
    case FrequencySource::EarlierGeneration: return "earlier generation";
    case FrequencySource::Assumed: return "assumed";
  }
  return {};
}

class SalvageReader::Impl {
 public:
  Impl(std::unique_ptr<ByteSource> source, SalvageOptions options) : stream(std::move(source), options, true) {}

  SalvageStream stream;
  Event event;
};

SalvageReader::SalvageReader(std::unique_ptr<ByteSource> source, SalvageOptions options)
    : impl_(std::make_unique<Impl>(std::move(source), options)) {}
SalvageReader::SalvageReader(SalvageReader&&) noexcept = default;
SalvageReader& SalvageReader::operator=(SalvageReader&&) noexcept = default;
SalvageReader::~SalvageReader() = default;

const Event* SalvageReader::next() { return next(impl_->event) ? &impl_->event : nullptr; }

bool SalvageReader::next(Event& event) {
  SalvageStream& stream = impl_->stream;
  switch (stream.next()) {
    case SalvageStream::Item::End: return false;
    case SalvageStream::Item::Sync:
      make_sync(stream.sync_time(), stream.sync(), event);
      event.salvaged = stream.salvaged();
      return true;
    case SalvageStream::Item::Event: break;
  }
  make_typed(stream.event(), *stream.generation(), event);
  event.salvaged = stream.salvaged();
  event.replayed = stream.replayed();
  event.lost_text = {};
  if (event.salvaged) mark_lost(stream.event(), *stream.generation(), event);
  return true;
}

void SalvageReader::before_reading_on(std::function<void()> call) { impl_->stream.before_reading_on(std::move(call)); }

const Ending& SalvageReader::ending() const { return impl_->stream.ending(); }
Verdict SalvageReader::verdict() const { return impl_->stream.verdict(); }
const std::vector<Damage>& SalvageReader::damage() const { return impl_->stream.damage(); }
std::optional<GoVersion> SalvageReader::version() const { return impl_->stream.version(); }
const std::vector<GenerationInfo>& SalvageReader::generations() const { return impl_->stream.generations(); }
bool SalvageReader::wall_clock_stepped_back() const { return impl_->stream.wall_clock_stepped_back(); }
std::uint64_t SalvageReader::offset() const { return impl_->stream.offset(); }
const std::vector<Segment>& SalvageReader::segments() const { return impl_->stream.segments(); }
std::optional<FrequencySource> SalvageReader::frequency_source() const { return impl_->stream.frequency_source(); }

}  // namespace tracecheck
