#include "export/stack_cache.h"

#include "export/json_text.h"

namespace tracecheck {

void append_stack_json(std::string& out, const Stack& stack) {
  if (!stack.present()) {
    out += "null";
    return;
  }
  JsonArray frames(out);
  for (const Frame& frame : stack.frames()) {
    JsonObject object(frames.element());
    object.decimal("pc", frame.pc);
    object.text("func", frame.function);
    object.text("file", frame.file);
    object.number("line", frame.line);
  }
}

void StackCache::append(std::string& out, const Stack& stack) {
  if (!stack.present()) {
    append_stack_json(out, stack);
    return;
  }
  const auto found = places_.find(stack.id());
  if (found != places_.end()) {
    out.append(text_, found->second.offset, found->second.size);
    return;
  }
  if (text_.size() > kMaxText) clear();
  const std::size_t offset = text_.size();
  append_stack_json(text_, stack);
  places_.emplace(stack.id(), Place{offset, text_.size() - offset});
  out.append(text_, offset);
}

void StackCache::clear() {
  text_.clear();
  places_.clear();
}

}  // namespace tracecheck
