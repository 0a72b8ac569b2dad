// Stacks as text that outlives their generation, shared by all that was at the same place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "export/stack_cache.h"
#include "reader/id_hash.h"
#include "tracecheck/event.h"

namespace tracecheck {

class SharedStacks {
 public:
  explicit SharedStacks(RenderStack render) : render_(render) {}

  /// Null where there is no stack, or it is lost. All stacks are of one generation until `clear`.
  std::shared_ptr<const std::string> text(const Stack& stack) {
    if (!stack.present() || stack.lost()) return nullptr;
    if (const auto known = texts_.find(stack.id()); known != texts_.end()) return known->second;
    if (size_ > kMaxText) clear();
    std::string rendered;
    render_(rendered, stack);
    size_ += rendered.size();
    return texts_[stack.id()] = std::make_shared<const std::string>(std::move(rendered));
  }

  /// To be called as a generation begins: its ids mean other stacks.
  void clear() {
    texts_.clear();
    size_ = 0;
  }

 private:
  // A hostile trace has stacks whose text is a thousand times their record.
  static constexpr std::size_t kMaxText = 64U << 20U;

  RenderStack render_;
  IdHashMap<std::uint64_t, std::shared_ptr<const std::string>> texts_;
  std::size_t size_ = 0;
};

}  // namespace tracecheck
