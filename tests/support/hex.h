// Bytes from hexadecimal text, for literals taken from real files.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace opscope::testing {

// Two digits a byte, lower case; spaces and line ends between bytes are passed over.
[[nodiscard]] inline std::string bytes_from_hex(std::string_view hex) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string bytes;
  std::string digits;
  for (const char c : hex) {
    if (c == ' ' || c == '\n') continue;
    digits.push_back(c);
    if (digits.size() < 2) continue;
    const std::size_t high = kDigits.find(digits[0]);
    const std::size_t low = kDigits.find(digits[1]);
    if (high > 15 || low > 15) throw std::invalid_argument("not hexadecimal: " + digits);
    bytes.push_back(static_cast<char>(high * 16 + low));
    digits.clear();
  }
  return bytes;
}

}  // namespace opscope::testing
