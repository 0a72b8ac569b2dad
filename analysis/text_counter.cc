#include "analysis/text_counter.h"

#include <utility>

namespace tracecheck {

// The algorithm of Knuth, Morris and Pratt: nothing is looked at twice.
TextCounter::TextCounter(std::string text) : text_(std::move(text)), border_(text_.size(), 0) {
  std::size_t length = 0;
  for (std::size_t i = 1; i < text_.size(); ++i) {
    while (length > 0 && text_[i] != text_[length]) length = border_[length - 1];
    if (text_[i] == text_[length]) ++length;
    border_[i] = length;
  }
}

void TextCounter::see(std::string_view piece) {
  for (std::size_t i = 0; i < piece.size(); ++i) {
    if (matched_ == 0) {
      i = piece.find(text_[0], i);
      if (i == std::string_view::npos) return;
    }
    while (matched_ > 0 && piece[i] != text_[matched_]) matched_ = border_[matched_ - 1];
    if (piece[i] == text_[matched_]) ++matched_;
    if (matched_ < text_.size()) continue;
    ++count_;
    matched_ = 0;
  }
}

}  // namespace tracecheck
