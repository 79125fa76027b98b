// Writing protobuf's wire format by hand, into memory that the caller has made large enough.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace opscope::profiler::detail {

enum class WireType : std::uint32_t { varint = 0, fixed64 = 1, bytes = 2 };

inline constexpr std::size_t kMaxVarintBytes = 10;

inline char* put_varint(char* out, std::uint64_t value) noexcept {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

[[nodiscard]] constexpr std::size_t varint_bytes(std::uint64_t value) noexcept {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

// For field numbers below 16: one byte of tag.
inline char* put_tag(char* out, unsigned field, WireType type) noexcept {
  *out++ = static_cast<char>(field << 3 | static_cast<unsigned>(type));
  return out;
}

inline char* put_varint_field(char* out, unsigned field, std::uint64_t value) noexcept {
  return put_varint(put_tag(out, field, WireType::varint), value);
}

inline char* put_fixed64_field(char* out, unsigned field, std::uint64_t value) noexcept {
  out = put_tag(out, field, WireType::fixed64);
  for (int byte = 0; byte < 8; ++byte) *out++ = static_cast<char>(value >> (8 * byte));
  return out;
}

// The same for short messages that are put together in a string.
inline void append_varint_field(std::string& out, unsigned field, std::uint64_t value) {
  std::array<char, 1 + kMaxVarintBytes> bytes;
  out.append(bytes.data(), put_varint_field(bytes.data(), field, value));
}

inline void append_length(std::string& out, unsigned field, std::size_t size_bytes) {
  std::array<char, 1 + kMaxVarintBytes> bytes;
  char* const end = put_varint(put_tag(bytes.data(), field, WireType::bytes), size_bytes);
  out.append(bytes.data(), end);
}

inline void append_bytes_field(std::string& out, unsigned field, std::string_view value) {
  append_length(out, field, value.size());
  out.append(value);
}

}  // namespace opscope::profiler::detail
