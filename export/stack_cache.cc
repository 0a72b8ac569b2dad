#include "export/stack_cache.h"

#include "export/json_text.h"

namespace tracecheck {

namespace {

void put_frame_text(JsonObject& object, const JsonKey& key, const JsonKey& id_key, std::string_view text,
                    std::uint64_t lost) {
  if (lost == 0) {
    object.text(key, text);
    return;
  }
  object.null(key);
  object.number(id_key, lost);
}

}  // namespace

void append_stack_json(std::string& out, const Stack& stack) {
  if (!stack.present() || stack.lost()) {
    out += "null";
    return;
  }
  ShortText text(out);
  JsonArray frames(text);
  for (const Frame& frame : stack.frames()) {
    JsonObject object(frames.element());
    object.decimal("pc", frame.pc);
    put_frame_text(object, "func", "func_id", frame.function, frame.lost_function);
    put_frame_text(object, "file", "file_id", frame.file, frame.lost_file);
    object.number("line", frame.line);
    if (frame.borrowed) object.boolean("borrowed", true);
  }
}

bool StackCache::append(std::string& out, const Stack& stack) {
  if (!stack.present()) {
    render_(out, stack);
    return true;
  }
  // Before it is asked whether it is lost, which is a look-up of its own: those that are, are not kept.
  if (const Place* known = find(stack.id())) {
    out.append(text_, known->offset, known->size);
    return true;
  }
  if (stack.lost()) {
    render_(out, stack);
    return false;
  }
  if (text_.size() > kMaxText) clear();
  const std::size_t offset = text_.size();
  render_(text_, stack);
  place(stack.id()) = {offset, text_.size() - offset};
  out.append(text_, offset);
  return true;
}

const StackCache::Place* StackCache::find(std::uint64_t id) const {
  if (id < near_.size()) [[likely]] {
    const Place& place = near_[static_cast<std::size_t>(id)];
    return place.size != 0 ? &place : nullptr;
  }
  const auto found = places_.find(id);
  return found != places_.end() ? &found->second : nullptr;
}

StackCache::Place& StackCache::place(std::uint64_t id) {
  if (id >= kNear) return places_[id];
  if (id >= near_.size()) near_.resize(static_cast<std::size_t>(id) + 1);
  return near_[static_cast<std::size_t>(id)];
}

void StackCache::clear() {
  text_.clear();
  near_.clear();
  places_.clear();
}

}  // namespace tracecheck
