#include "run/literal.h"

#include <charconv>
#include <cstdlib>
#include <optional>

namespace opscope::run {
namespace {

constexpr int kMostNesting = 32;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '.';
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  int rest = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr unsigned char kFirst[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kFirst[rest] | (code >> (6 * rest)));
  while (rest-- > 0) out += static_cast<char>(0x80 | ((code >> (6 * rest)) & 0x3F));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Literal> parse() {
    std::optional<Literal> literal = value(0);
    skip_spaces();
    if (!literal || at_ != text_.size()) {
      return Error(ErrorCode::invalid_argument,
                   "'" + std::string(text_) + "' is no literal of numbers, strings and lists, at " +
                       "character " + std::to_string(at_ + 1));
    }
    return std::move(*literal);
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool take(char c) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::optional<Literal> value(int depth) {
    skip_spaces();
    if (at_ == text_.size() || depth > kMostNesting) return std::nullopt;
    const char c = text_[at_];
    if (c == '[') return list('[', ']', depth);
    if (c == '(') return list('(', ')', depth);
    if (c == '\'' || c == '"') return string(true);
    const bool has_prefix = (c == 'b' || c == 'B' || c == 'u' || c == 'U') &&
                            at_ + 1 < text_.size() &&
                            (text_[at_ + 1] == '\'' || text_[at_ + 1] == '"');
    if (has_prefix) {
      ++at_;
      return string(c == 'u' || c == 'U');
    }
    return word();
  }

  // (1) is a number, (1,) a tuple.
  std::optional<Literal> list(char open, char close, int depth) {
    static_cast<void>(take(open));
    LiteralList elements;
    bool has_comma = false;
    while (!take(close)) {
      if (!elements.empty() && !has_comma) return std::nullopt;
      std::optional<Literal> element = value(depth + 1);
      if (!element) return std::nullopt;
      elements.push_back(std::move(*element));
      has_comma = take(',');
    }
    if (open == '(' && elements.size() == 1 && !has_comma) return std::move(elements.front());
    return Literal{std::move(elements)};
  }

  std::optional<std::uint32_t> hex(int digits) {
    std::uint32_t code = 0;
    if (text_.size() - at_ < static_cast<std::size_t>(digits)) return std::nullopt;
    const char* begin = text_.data() + at_;
    const auto end = std::from_chars(begin, begin + digits, code, 16);
    if (end.ec != std::errc() || end.ptr != begin + digits) return std::nullopt;
    at_ += static_cast<std::size_t>(digits);
    return code;
  }

  bool escape(std::string& out, bool is_text) {
    if (at_ == text_.size()) return false;
    constexpr std::string_view kNames = "ntrabfv0\\'\"";
    constexpr std::string_view kValues("\n\t\r\a\b\f\v\0\\'\"", 11);
    const char c = text_[at_++];
    const std::size_t known = kNames.find(c);
    if (known != std::string_view::npos) {
      out += kValues[known];
      return true;
    }
    std::optional<std::uint32_t> code;
    if (c == 'x') code = hex(2);
    if (is_text && c == 'u') code = hex(4);
    if (is_text && c == 'U') code = hex(8);
    if (!code || *code > 0x10FFFF) return false;
    if (is_text) {
      append_utf8(out, *code);
    } else {
      out += static_cast<char>(*code);
    }
    return true;
  }

  std::optional<Literal> string(bool is_text) {
    const char quote = text_[at_++];
    std::string bytes;
    while (at_ < text_.size() && text_[at_] != quote) {
      const char c = text_[at_++];
      if (c != '\\') {
        bytes += c;
      } else if (!escape(bytes, is_text)) {
        return std::nullopt;
      }
    }
    if (at_ == text_.size()) return std::nullopt;
    ++at_;
    return Literal{std::move(bytes)};
  }

  std::optional<Literal> word() {
    std::string word;
    std::size_t end = at_;
    if (text_[end] == '+' || text_[end] == '-') word += text_[end++];
    while (end < text_.size()) {
      const char c = text_[end];
      const bool is_exponent_sign = (c == '+' || c == '-') && word.size() > 1 &&
                                    (word.back() == 'e' || word.back() == 'E') &&
                                    word.find('x') == std::string::npos;
      if (!is_word(c) && !is_exponent_sign) break;
      if (c != '_') word += c;
      ++end;
    }
    std::optional<Literal> literal = named(word);
    if (!literal) literal = number(word);
    if (literal) at_ = end;
    return literal;
  }

  static std::optional<Literal> named(const std::string& word) {
    if (word == "True") return Literal{true};
    if (word == "False") return Literal{false};
    if (word == "None") return Literal{};
    return std::nullopt;
  }

  static std::optional<Literal> number(const std::string& word) {
    const bool is_negative = word[0] == '-';
    std::string digits = word.substr(is_negative || word[0] == '+' ? 1 : 0);
    int base = 10;
    if (digits.size() > 2 && digits[0] == '0') {
      const char mark = digits[1];
      base = mark == 'x' || mark == 'X' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
      if (base != 10) digits.erase(0, 2);
    }
    if (is_negative) digits.insert(0, 1, '-');
    std::int64_t integer = 0;
    const char* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, integer, base);
    if (read.ec == std::errc() && read.ptr == end) return Literal{integer};
    double real = 0;
    const auto as_real = std::from_chars(digits.data(), end, real);
    const bool is_real = base == 10 && as_real.ec == std::errc() && as_real.ptr == end &&
                         digits.find_first_of("nN") == std::string::npos;
    return is_real ? std::optional(Literal{real}) : std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Literal> parse_literal(std::string_view text) { return Parser(text).parse(); }

}  // namespace opscope::run
