#include "utf8.h"

#include <cstddef>
#include <cstdint>

#include "wire.h"

namespace opscope::summary {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080U;

// The length of the well-formed sequence of two bytes or more at the start of `text`; 0: there is
// none. The second byte has a narrower range after some first bytes (RFC 3629, section 4).
std::size_t sequence_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  const std::uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    if (text.size() >= 8 && (wire::load<std::uint64_t>(text.data()) & kHighBits) == 0) {
      text.remove_prefix(8);
    } else if (static_cast<std::uint8_t>(text.front()) < 0x80) {
      text.remove_prefix(1);
    } else {
      const std::size_t length = sequence_length(text);
      if (length == 0) return false;
      text.remove_prefix(length);
    }
  }
  return true;
}

}  // namespace opscope::summary
