#include "model/json_scanner.h"

#include <charconv>
#include <cstring>

namespace opscope::viewer {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

void append_utf8(std::uint32_t code, std::string& text) {
  const auto byte = [&text](std::uint32_t value) { text += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | (code >> 6));
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | (code >> 12));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | (code >> 18));
    byte(0x80 | ((code >> 12) & 0x3F));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

// The four hex digits at `at`; 0xFFFD when they are none.
std::uint32_t hex4(std::string_view text, std::size_t at) {
  std::uint32_t code = 0;
  if (at + 4 > text.size()) return 0xFFFD;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 4, code, 16);
  return error == std::errc() && end == text.data() + at + 4 ? code : 0xFFFD;
}

// Resolves the \u escape whose digits begin at `at`; gives how many characters it took.
std::size_t append_unicode(std::string_view text, std::size_t at, std::string& result) {
  std::uint32_t code = hex4(text, at);
  std::size_t used = 4;
  if (code >= 0xD800 && code < 0xDC00 && text.substr(at + 4, 2) == "\\u") {
    const std::uint32_t low = hex4(text, at + 6);
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      used = 10;
    }
  }
  if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
  append_utf8(code, result);
  return used;
}

std::string_view without_quotes(std::string_view value) noexcept {
  if (value.size() >= 2 && value.front() == '"') return value.substr(1, value.size() - 2);
  return value;
}

}  // namespace

bool JsonScanner::damaged() noexcept {
  is_damaged_ = true;
  at_ = text_.size();
  return false;
}

char JsonScanner::peek() noexcept {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool JsonScanner::take(char c) noexcept {
  if (peek() != c || at_ >= text_.size()) return false;
  ++at_;
  return true;
}

bool JsonScanner::skip_string() noexcept {
  std::size_t at = at_ + 1;
  while (true) {
    const void* quote =
        at < text_.size() ? std::memchr(text_.data() + at, '"', text_.size() - at) : nullptr;
    if (quote == nullptr) return damaged();
    const auto end = static_cast<std::size_t>(static_cast<const char*>(quote) - text_.data());
    std::size_t slashes = 0;
    while (end - slashes > at && text_[end - slashes - 1] == '\\') ++slashes;
    at = end + 1;
    if (slashes % 2 == 0) break;
  }
  at_ = at;
  return true;
}

bool JsonScanner::next_member(std::string_view& key) noexcept {
  take(',');
  const char c = peek();
  if (c == '}') {
    ++at_;
    return false;
  }
  if (c != '"') return damaged();
  const std::size_t begin = at_ + 1;
  if (!skip_string()) return false;
  key = text_.substr(begin, at_ - 1 - begin);
  return take(':') || damaged();
}

bool JsonScanner::next_element() noexcept {
  take(',');
  const char c = peek();
  if (c == ']') {
    ++at_;
    return false;
  }
  return c != '\0' || damaged();
}

// Steps over an object or array by counting brackets outside of strings.
bool JsonScanner::skip_nested() noexcept {
  std::size_t depth = 0;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') {
      if (!skip_string()) return false;
      continue;
    }
    ++at_;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return true;
  }
  return damaged();
}

std::string_view JsonScanner::skip_value() noexcept {
  const char c = peek();
  const std::size_t begin = at_;
  bool is_good = true;
  if (c == '"') {
    is_good = skip_string();
  } else if (c == '{' || c == '[') {
    is_good = skip_nested();
  } else {
    while (at_ < text_.size() && std::strchr(",]} \n\r\t", text_[at_]) == nullptr) ++at_;
    is_good = at_ > begin || damaged();
  }
  return is_good ? text_.substr(begin, at_ - begin) : std::string_view();
}

std::string json_text(std::string_view value) {
  if (value.empty() || value.front() != '"') return std::string(value);
  const std::string_view inner = without_quotes(value);
  std::string text;
  text.reserve(inner.size());
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] != '\\' || i + 1 == inner.size()) {
      text += inner[i];
      continue;
    }
    const char escape = inner[++i];
    constexpr std::string_view kNames = "bfnrt";
    const std::size_t known = kNames.find(escape);
    if (escape == 'u') {
      i += append_unicode(inner, i + 1, text);
    } else {
      text += known == std::string_view::npos ? escape : "\b\f\n\r\t"[known];
    }
  }
  return text;
}

bool parse_microseconds(std::string_view value, Microseconds& result) noexcept {
  value = without_quotes(value);
  const bool is_negative = !value.empty() && value.front() == '-';
  const char* at = value.data() + (is_negative ? 1 : 0);
  const char* const end = value.data() + value.size();
  std::int64_t whole = 0;
  const auto [behind, error] = std::from_chars(at, end, whole);
  if (error != std::errc()) return false;
  std::int64_t fraction = 0;
  const char* rest = behind;
  if (rest != end && *rest == '.') {
    ++rest;
    std::int64_t unit = 100'000;
    for (; rest != end && *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) {
      fraction += (*rest - '0') * unit;
    }
  }
  if (rest != end) {  // an exponent: rare, and exact enough as a double
    double number = 0;
    if (std::from_chars(value.data(), end, number).ec != std::errc()) return false;
    if (!(number > -9e18 && number < 9e18)) return false;
    result.whole = static_cast<std::int64_t>(number);
    result.fraction_ps =
        static_cast<std::int64_t>((number - static_cast<double>(result.whole)) * 1e6);
    return true;
  }
  result = is_negative ? Microseconds{-whole, -fraction} : Microseconds{whole, fraction};
  return true;
}

double json_number(std::string_view value, double fallback) noexcept {
  value = without_quotes(value);
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc() && end == value.data() + value.size() ? number : fallback;
}

}  // namespace opscope::viewer
