// Walking over JSON text in place: fast, without building values, and usable on a file that ends in
// the middle. Texts larger than memory's worth of values (traces) are read with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace opscope::viewer {

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text, std::size_t offset = 0) noexcept
      : text_(text), at_(offset) {}

  // The next character that is no space, '\0' at the end; stays before it.
  char peek() noexcept;
  // Steps over `c` when it comes next.
  bool take(char c) noexcept;
  // Within an object, after '{' or after a value: steps to the next member, over its key and colon.
  // False at '}' (stepped over), at the end, and at damage. The key is as written, escapes
  // included.
  bool next_member(std::string_view& key) noexcept;
  // Within an array, after '[' or after an element: true when another element comes.
  bool next_element() noexcept;
  // Steps over any value and gives its text; empty at damage.
  std::string_view skip_value() noexcept;

  [[nodiscard]] std::size_t offset() const noexcept { return at_; }
  // The text ended early or is no JSON.
  [[nodiscard]] bool is_damaged() const noexcept { return is_damaged_; }

 private:
  bool damaged() noexcept;
  bool skip_string() noexcept;
  bool skip_nested() noexcept;

  std::string_view text_;
  std::size_t at_;
  bool is_damaged_ = false;
};

// The text of a JSON string value (with its quotes), escapes resolved; other values as written.
[[nodiscard]] std::string json_text(std::string_view value);

// A number of microseconds, plain or in quotes, as whole microseconds and picoseconds of the rest.
struct Microseconds {
  std::int64_t whole = 0;
  std::int64_t fraction_ps = 0;  // same sign as the number
};
// False when `value` is no number.
bool parse_microseconds(std::string_view value, Microseconds& result) noexcept;

// A number, plain or in quotes; `fallback` when it is none.
[[nodiscard]] double json_number(std::string_view value, double fallback) noexcept;

}  // namespace opscope::viewer
