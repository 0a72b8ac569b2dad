#include "tracecheck/c.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "c_api/c_event.h"
#include "tracecheck/feed.h"
#include "tracecheck/salvage.h"
#include "tracecheck/version.h"

using namespace tracecheck;

struct tracecheck_reader {
  template <typename Kind, typename... Arguments>
  explicit tracecheck_reader(std::in_place_type_t<Kind> kind, Arguments&&... arguments)
      : any(kind, std::forward<Arguments>(arguments)...) {}

  /// Calls `function` with what has the judgement.
  template <typename Function>
  decltype(auto) judge(Function function) const {
    return std::visit(
        [&](const auto& reader) -> decltype(auto) {
          if constexpr (std::is_same_v<std::decay_t<decltype(reader)>, FeedReader>) {
            return function(reader.reader());
          } else {
            return function(reader);
          }
        },
        any);
  }

  std::variant<Reader, SalvageReader, FeedReader> any;
  const Event* event = nullptr;                             // given out last
  std::array<std::optional<std::vector<Frame>>, 2> frames;  // of its stacks, once asked for
  std::string range_name;
  std::string message;
};

namespace {

// Too little memory is all that can go wrong without being the trace's fault.
template <typename Result, typename Function>
Result without_exceptions(Result failed, Function function) noexcept {
  try {
    return function();
  } catch (...) {
    return failed;
  }
}

tracecheck_reader* open(std::unique_ptr<ByteSource> source, bool salvage) {
  if (salvage) return new tracecheck_reader(std::in_place_type<SalvageReader>, std::move(source));
  return new tracecheck_reader(std::in_place_type<Reader>, std::move(source));
}

bool known(std::uint32_t flags) { return (flags & ~std::uint32_t{TRACECHECK_SALVAGE}) == 0; }

// Writes what the caller's struct has room for. A size of its own is what says which version it was built with.
template <typename Struct>
int copy_out(Struct from, Struct* to) {
  from.struct_size = to->struct_size;
  std::memcpy(to, &from, std::min(to->struct_size, sizeof from));
  return TRACECHECK_OK;
}

const std::vector<Frame>* frames_of(tracecheck_reader& reader, int which) {
  if (reader.event == nullptr || (which != TRACECHECK_EVENT_STACK && which != TRACECHECK_RESOURCE_STACK)) {
    return nullptr;
  }
  std::optional<std::vector<Frame>>& frames = reader.frames[static_cast<std::size_t>(which)];
  if (!frames) {
    Stack stack = reader.event->stack;
    if (which == TRACECHECK_RESOURCE_STACK) {
      const auto* transition = reader.event->as<StateTransition>();
      stack = transition == nullptr ? Stack() : transition->stack;
    }
    frames = stack.frames();
  }
  return &*frames;
}

}  // namespace

tracecheck_reader* tracecheck_open_file(const char* path, uint32_t flags) {
  if (path == nullptr || !known(flags)) return nullptr;
  return without_exceptions<tracecheck_reader*>(
      nullptr, [&] { return open(open_file(path), (flags & TRACECHECK_SALVAGE) != 0); });
}

tracecheck_reader* tracecheck_open_memory(const void* bytes, size_t size, uint32_t flags) {
  if ((bytes == nullptr && size > 0) || !known(flags)) return nullptr;
  return without_exceptions<tracecheck_reader*>(nullptr, [&] {
    const auto* from = static_cast<const std::uint8_t*>(bytes);
    return open(open_bytes(std::vector<std::uint8_t>(from, from + size)), (flags & TRACECHECK_SALVAGE) != 0);
  });
}

tracecheck_reader* tracecheck_open_feed() {
  return without_exceptions<tracecheck_reader*>(nullptr,
                                                [] { return new tracecheck_reader(std::in_place_type<FeedReader>); });
}

void tracecheck_close(tracecheck_reader* reader) { delete reader; }

int tracecheck_feed(tracecheck_reader* reader, const void* bytes, size_t size) {
  auto* const feed = reader == nullptr ? nullptr : std::get_if<FeedReader>(&reader->any);
  if (feed == nullptr || (bytes == nullptr && size > 0)) return TRACECHECK_BAD_ARGUMENT;
  return without_exceptions<int>(TRACECHECK_NO_MEMORY, [&] {
    feed->feed({static_cast<const std::uint8_t*>(bytes), size});
    return TRACECHECK_OK;
  });
}

int tracecheck_finish(tracecheck_reader* reader) {
  auto* const feed = reader == nullptr ? nullptr : std::get_if<FeedReader>(&reader->any);
  if (feed == nullptr) return TRACECHECK_BAD_ARGUMENT;
  feed->finish();
  return TRACECHECK_OK;
}

int tracecheck_next(tracecheck_reader* reader, tracecheck_event* event) {
  if (reader == nullptr || event == nullptr || event->struct_size == 0) return TRACECHECK_BAD_ARGUMENT;
  return without_exceptions<int>(TRACECHECK_NO_MEMORY, [&]() -> int {
    reader->frames = {};
    reader->event = std::visit([](auto& any) { return any.next(); }, reader->any);
    if (reader->event == nullptr) {
      const auto* feed = std::get_if<FeedReader>(&reader->any);
      return feed != nullptr && !feed->ended() ? TRACECHECK_WAITING : TRACECHECK_END;
    }
    copy_out(c_event(*reader->event, reader->range_name), event);
    return TRACECHECK_EVENT;
  });
}

size_t tracecheck_frame_count(tracecheck_reader* reader, int stack) {
  if (reader == nullptr) return 0;
  return without_exceptions<size_t>(0, [&]() -> size_t {
    const std::vector<Frame>* frames = frames_of(*reader, stack);
    return frames == nullptr ? 0 : frames->size();
  });
}

int tracecheck_frame_at(tracecheck_reader* reader, int stack, size_t index, tracecheck_frame* frame) {
  if (reader == nullptr || frame == nullptr || frame->struct_size == 0) return TRACECHECK_BAD_ARGUMENT;
  return without_exceptions<int>(TRACECHECK_NO_MEMORY, [&]() -> int {
    const std::vector<Frame>* frames = frames_of(*reader, stack);
    if (frames == nullptr || index >= frames->size()) return TRACECHECK_BAD_ARGUMENT;
    const Frame& from = (*frames)[index];
    return copy_out({0, from.pc, from.line, c_text(from.function), c_text(from.file)}, frame);
  });
}

int tracecheck_verdict(const tracecheck_reader* reader) {
  if (reader == nullptr) return TRACECHECK_BAD_ARGUMENT;
  return reader->judge([](const auto& any) { return static_cast<int>(any.verdict()); });
}

const char* tracecheck_verdict_name(int verdict) {
  if (verdict < TRACECHECK_COMPLETE || verdict > TRACECHECK_UNREADABLE) return "";
  return verdict_name(static_cast<Verdict>(verdict)).data();
}

tracecheck_text tracecheck_message(tracecheck_reader* reader) {
  if (reader == nullptr) return c_text({});
  return without_exceptions<tracecheck_text>(c_text({}), [&] {
    reader->message = reader->judge([](const auto& any) {
      const Damage* place = first_of(any.verdict(), any.damage());
      return place != nullptr ? place->message : message_of(any.ending());
    });
    return c_text(reader->message);
  });
}

int tracecheck_go_version(const tracecheck_reader* reader) {
  if (reader == nullptr) return TRACECHECK_BAD_ARGUMENT;
  return reader->judge([](const auto& any) { return any.version() ? minor_of(*any.version()) : 0; });
}

size_t tracecheck_damage_count(const tracecheck_reader* reader) {
  return reader == nullptr ? 0 : reader->judge([](const auto& any) { return any.damage().size(); });
}

int tracecheck_damage_at(const tracecheck_reader* reader, size_t index, tracecheck_damage* damage) {
  if (reader == nullptr || damage == nullptr || damage->struct_size == 0) return TRACECHECK_BAD_ARGUMENT;
  if (index >= tracecheck_damage_count(reader)) return TRACECHECK_BAD_ARGUMENT;
  const Damage& from = reader->judge([&](const auto& any) -> const Damage& { return any.damage()[index]; });
  return copy_out(c_damage(from), damage);
}

const char* tracecheck_version() { return version().data(); }
