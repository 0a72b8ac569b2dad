// JSON text for streams of events, written at the end of a string through a ShortText: no tree, no allocation of its own.
//
// An object or array is open as long as the C++ object that stands for it lives, so braces and commas cannot
// go wrong as long as a scope writes to the innermost one only:
//
//   ShortText text(out);
//   JsonObject event(text);
//   event.number("time", 5);
//   JsonArray list(event.member("attributes"));
//   JsonObject attribute(list.element());
//
// Numbers are exact for readers that have doubles only: beyond 2^53 they are decimal strings. Texts may hold
// any bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include "export/short_text.h"

namespace tracecheck {

/// The name of a member, a literal that needs no escaping; anything else does not compile.
class JsonKey {
 public:
  consteval JsonKey(const char* name) : name_(name) {  // NOLINT: meant to be implicit
    for (const char c : name_) {
      if (c < '0' || c > 'z' || c == '\\') throw "a member's name needs escaping";
    }
    if (name_.size() > 32) throw "a member's name is too long";
  }
  constexpr std::string_view name() const { return name_; }

 private:
  std::string_view name_;
};

/// Values, each where one belongs: an element, what follows a member's name, a document.
void append_json_number(ShortText& out, std::uint64_t value);
void append_json_number(ShortText& out, std::int64_t value);
/// A decimal string, whatever the size: for what often passes 2^53.
void append_json_decimal(ShortText& out, std::uint64_t value);
void append_json_decimal(ShortText& out, std::int64_t value);
/// A string. Each byte that is not UTF-8 becomes U+FFFD; what is not printable is escaped, so that the result
/// is harmless on a terminal. False if a byte was replaced.
bool append_json_text(ShortText& out, std::string_view text);
void append_json_base64(ShortText& out, std::string_view bytes);

/// Escapes what is not printable beyond ASCII in a JSON document that is otherwise well-formed.
std::string escape_unprintable(std::string_view document);

class JsonObject {
 public:
  explicit JsonObject(ShortText& out) : out_(out) {}
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;
  ~JsonObject() noexcept(false) {
    if (std::uncaught_exceptions() > 0) return;  // as for the text
    if (lead_ == '{') out_.put('{');
    out_.put('}');
  }

  /// Begins a member, whose value is to be appended to what is returned.
  [[gnu::always_inline]] ShortText& member(const JsonKey& key) {
    out_.put_name(lead_, key.name());
    lead_ = ',';
    return out_;
  }
  void null(const JsonKey& key) { member(key).put("null"); }
  void boolean(const JsonKey& key, bool value) { member(key).put(std::string_view(value ? "true" : "false")); }
  void number(const JsonKey& key, std::uint64_t value) { append_json_number(member(key), value); }
  void number(const JsonKey& key, std::int64_t value) { append_json_number(member(key), value); }
  void decimal(const JsonKey& key, std::uint64_t value) { append_json_decimal(member(key), value); }
  void decimal(const JsonKey& key, std::int64_t value) { append_json_decimal(member(key), value); }
  /// Null for -1, else unsigned, as the wire has it.
  void id(const JsonKey& key, std::int64_t id) {
    if (id == -1) {
      null(key);
    } else {
      number(key, static_cast<std::uint64_t>(id));
    }
  }
  /// A word of ours, which needs no escaping.
  void word(const JsonKey& key, std::string_view word) { member(key).put_quoted(word); }
  /// If the text is not valid UTF-8, its bytes follow in a member NAME_base64.
  void text(const JsonKey& key, std::string_view text) {
    if (!append_json_text(member(key), text)) put_bytes(key, text);
  }
  void base64(const JsonKey& key, std::string_view bytes) { append_json_base64(member(key), bytes); }

 private:
  void put_bytes(const JsonKey& key, std::string_view bytes);

  ShortText& out_;
  char lead_ = '{';  // of the next member: with the first one the object begins
};

class JsonArray {
 public:
  explicit JsonArray(ShortText& out) : out_(out) { out_.put('['); }
  JsonArray(const JsonArray&) = delete;
  JsonArray& operator=(const JsonArray&) = delete;
  ~JsonArray() noexcept(false) {
    if (std::uncaught_exceptions() == 0) out_.put(']');
  }

  /// Begins an element, which is to be appended to what is returned.
  ShortText& element() {
    if (!empty_) out_.put(',');
    empty_ = false;
    return out_;
  }

 private:
  ShortText& out_;
  bool empty_ = true;
};

}  // namespace tracecheck
