// Text that is put together from many short pieces.
#pragma once

#include <cstddef>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "format/decimal.h"

namespace tracecheck {

/// Adds to the end of a string through a small buffer of its own: a piece costs a few stores instead of a call of
/// `append`, which takes a fifth off the time of `events`. The string has it all after `flush`, or when this is
/// gone; nobody else may add to it before.
class ShortText {
 public:
  explicit ShortText(std::string& out) : out_(out) {}
  ShortText(const ShortText&) = delete;
  ShortText& operator=(const ShortText&) = delete;
  /// May throw, as a string that grows may. While something thrown is under way the rest is not written.
  ~ShortText() noexcept(false) {
    if (std::uncaught_exceptions() == 0) flush();
  }

  /// The string, for what is long.
  std::string& flush() {
    out_.append(buffer_, std::exchange(size_, 0));
    return out_;
  }

  void put(char c) {
    make_room(1);
    buffer_[size_++] = c;
  }
  template <std::size_t Size>
  void put(const char (&literal)[Size]) {
    make_room(Size - 1);
    std::memcpy(buffer_ + size_, literal, Size - 1);
    size_ += Size - 1;
  }
  void put(std::string_view text) {
    if (text.size() > kSize) {
      flush() += text;
      return;
    }
    make_room(text.size());
    add(text);
  }
  /// `lead`, the name between double quotes, a colon. Inlined by order: the name is a literal, so its copy is a few stores
  /// of constants.
  [[gnu::always_inline]] void put_name(char lead, std::string_view name) {
    make_room(name.size() + 4);
    char* const to = buffer_ + size_;
    to[0] = lead;
    to[1] = '"';
    std::memcpy(to + 2, name.data(), name.size());
    std::memcpy(to + 2 + name.size(), "\":", 2);
    size_ += name.size() + 4;
  }
  /// Between double quotes; nothing is escaped.
  void put_quoted(std::string_view text) {
    if (text.size() > kSize - 2) {
      ((flush() += '"') += text) += '"';
      return;
    }
    make_room(text.size() + 2);
    buffer_[size_++] = '"';
    add(text);
    buffer_[size_++] = '"';
  }
  template <typename Integer>
  void decimal(Integer value) {
    make_room(kMaxDecimal);
    char* const at = buffer_ + size_;
    size_ += static_cast<std::size_t>(write_decimal(at, static_cast<Widest<Integer>>(value)) - at);
  }

 private:
  static constexpr std::size_t kSize = 256;

  void make_room(std::size_t size) {
    if (kSize - size_ < size) [[unlikely]]
      flush();
  }

  // Where there is room. Most texts have 4 to 16 bytes: two copies that may overlap are less than a call.
  void add(std::string_view text) {
    char* const to = buffer_ + size_;
    const std::size_t size = text.size();
    if (size >= 8 && size <= 16) {
      std::memcpy(to, text.data(), 8);
      std::memcpy(to + size - 8, text.data() + size - 8, 8);
    } else if (size >= 4 && size < 8) {
      std::memcpy(to, text.data(), 4);
      std::memcpy(to + size - 4, text.data() + size - 4, 4);
    } else if (size != 0) {
      std::memcpy(to, text.data(), size);
    }
    size_ += size;
  }

  std::string& out_;
  std::size_t size_ = 0;
  char buffer_[kSize];
};

}  // namespace tracecheck
