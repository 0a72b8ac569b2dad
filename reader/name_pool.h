// Texts that outlive their generation: the names of open tasks and regions.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tracecheck {

/// Stands for a text in the pool; equal texts have equal ids.
using NameId = std::uint32_t;
inline constexpr NameId kNoName = ~NameId{0};

class NamePool {
 public:
  NameId intern(std::string_view text) {
    if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
    texts_.emplace_back(text);
    const auto id = static_cast<NameId>(texts_.size() - 1);
    ids_.emplace(texts_.back(), id);
    return id;
  }

  /// Valid until the pool is replaced.
  std::string_view text(NameId id) const { return texts_[id]; }
  std::size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;  // a deque, so that the keys' views stay valid
  std::unordered_map<std::string_view, NameId> ids_;
};

}  // namespace tracecheck
