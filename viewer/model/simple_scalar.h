// The event that logs hold by the million, one scalar as simple_value, recognised at a glance.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace opscope::viewer {

struct SimpleScalar {
  double wall_time = 0;
  std::int64_t step = 0;
  std::string_view tag;
  float value = 0;
};

// The scalar, when the record is exactly Event{wall_time, step?, summary{value{tag, simple_value}}}
// with its fields in the order that every writer uses; empty for any other record, which is then
// parsed as any event.
[[nodiscard]] inline std::optional<SimpleScalar> parse_simple_scalar(
    std::string_view record) noexcept {
  constexpr std::size_t kFixedBytes = 9 + 2 + 2 + 2 + 5;  // of everything but step and tag
  SimpleScalar scalar;
  if (record.size() < kFixedBytes || record[0] != '\x09') return std::nullopt;
  std::memcpy(&scalar.wall_time, record.data() + 1, sizeof scalar.wall_time);
  std::size_t at = 9;
  if (record[at] == '\x10') {
    ++at;
    std::uint64_t step = 0;
    unsigned shift = 0;
    while (at < record.size() && shift < 64) {
      const auto byte = static_cast<unsigned char>(record[at++]);
      step |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      shift += 7;
      if (byte < 0x80) break;
      if (shift >= 64) return std::nullopt;
    }
    scalar.step = static_cast<std::int64_t>(step);
  }
  // Lengths below 128 take one byte; each must reach exactly to the end of the record.
  const std::size_t rest = record.size() - at;
  if (rest < 11 || rest > 127) return std::nullopt;
  const char* const p = record.data() + at;
  const auto length_is = [p](std::size_t place, std::size_t length) {
    return static_cast<unsigned char>(p[place]) == length;
  };
  if (p[0] != '\x2a' || !length_is(1, rest - 2) || p[2] != '\x0a' || !length_is(3, rest - 4) ||
      p[4] != '\x0a' || !length_is(5, rest - 11) || p[rest - 5] != '\x15') {
    return std::nullopt;
  }
  scalar.tag = std::string_view(p + 6, rest - 11);
  std::memcpy(&scalar.value, p + rest - 4, sizeof scalar.value);
  return scalar;
}

}  // namespace opscope::viewer
