#include <algorithm>

#include "kernels/unicode.h"

namespace opscope::runtime {
namespace {
std::uint32_t byte_at(std::string_view text, std::size_t at) noexcept {
  return static_cast<unsigned char>(text[at]);
}

// The bytes of a UTF-8 sequence after its first, and what the second may be: no surrogates, nothing
// above U+10FFFF, nothing longer than need be.
struct Utf8Lead {
  std::size_t more = 0;  // 0: no first byte
  std::uint32_t low = 0x80;
  std::uint32_t high = 0xbf;
};
Utf8Lead utf8_lead(std::uint32_t byte) noexcept {
  if (byte >= 0xc2 && byte <= 0xdf) return {.more = 1};
  if (byte == 0xe0) return {.more = 2, .low = 0xa0};
  if (byte == 0xed) return {.more = 2, .high = 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return {.more = 2};
  if (byte == 0xf0) return {.more = 3, .low = 0x90};
  if (byte >= 0xf1 && byte <= 0xf3) return {.more = 3};
  if (byte == 0xf4) return {.more = 3, .high = 0x8f};
  return {};
}

Decoded decode_utf8(std::string_view text, std::size_t at) noexcept {
  const std::uint32_t first = byte_at(text, at);
  if (first < 0x80) return {static_cast<std::int32_t>(first), 1, true};
  const Utf8Lead lead = utf8_lead(first);
  if (lead.more == 0) return {};
  std::uint32_t value = first & (0x3fu >> lead.more);
  for (std::size_t i = 1; i <= lead.more; ++i) {
    const std::uint32_t next = at + i < text.size() ? byte_at(text, at + i) : 0;
    const bool is_second = i == 1;
    if (next < (is_second ? lead.low : 0x80) || next > (is_second ? lead.high : 0xbf)) {
      return {.size = i};
    }
    value = (value << 6) | (next & 0x3fu);
  }
  return {static_cast<std::int32_t>(value), lead.more + 1, true};
}

bool is_surrogate(std::uint32_t value) noexcept { return value >= 0xd800 && value <= 0xdfff; }

Decoded decode_utf16(std::string_view text, std::size_t at, bool is_big_endian) noexcept {
  const auto unit = [&](std::size_t from) {
    const std::uint32_t a = byte_at(text, from);
    const std::uint32_t b = byte_at(text, from + 1);
    return is_big_endian ? (a << 8) | b : (b << 8) | a;
  };
  const std::size_t left = text.size() - at;
  if (left < 2) return {.size = left};
  const std::uint32_t first = unit(at);
  if (!is_surrogate(first)) return {static_cast<std::int32_t>(first), 2, true};
  if (first >= 0xdc00) return {.size = 2};
  if (left < 4) return {.size = left};
  const std::uint32_t second = unit(at + 2);
  if (!is_surrogate(second) || second < 0xdc00) return {.size = 2};
  const std::uint32_t value = 0x10000u + ((first - 0xd800u) << 10) + (second - 0xdc00u);
  return {static_cast<std::int32_t>(value), 4, true};
}

Decoded decode_utf32(std::string_view text, std::size_t at) noexcept {
  const std::size_t size = std::min<std::size_t>(4, text.size() - at);
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = (value << 8) | byte_at(text, at + i);
  if (size < 4 || value > static_cast<std::uint32_t>(kLastCodePoint) || is_surrogate(value)) {
    return {.size = size};
  }
  return {static_cast<std::int32_t>(value), 4, true};
}

void append_byte(std::uint32_t value, std::string& text) {
  text.push_back(static_cast<char>(static_cast<unsigned char>(value & 0xffu)));
}

void append_utf8(std::uint32_t value, std::string& text) {
  if (value < 0x80) return append_byte(value, text);
  if (value < 0x800) {
    append_byte(0xc0u | (value >> 6), text);
  } else {
    if (value < 0x10000) {
      append_byte(0xe0u | (value >> 12), text);
    } else {
      append_byte(0xf0u | (value >> 18), text);
      append_byte(0x80u | ((value >> 12) & 0x3fu), text);
    }
    append_byte(0x80u | ((value >> 6) & 0x3fu), text);
  }
  append_byte(0x80u | (value & 0x3fu), text);
}

void append_utf16(std::uint32_t value, bool is_big_endian, std::string& text) {
  const auto append_unit = [&](std::uint32_t unit) {
    append_byte(is_big_endian ? unit >> 8 : unit, text);
    append_byte(is_big_endian ? unit : unit >> 8, text);
  };
  if (value < 0x10000) return append_unit(value);
  append_unit(0xd800u + ((value - 0x10000u) >> 10));
  append_unit(0xdc00u + ((value - 0x10000u) & 0x3ffu));
}
}  // namespace

std::optional<Encoding> find_encoding(std::string_view name) noexcept {
  if (name == "UTF-8" || name == "UTF8") return Encoding::utf8;
  if (name == "UTF-16-BE" || name == "UTF-16BE") return Encoding::utf16_be;
  if (name == "UTF-16-LE" || name == "UTF-16LE") return Encoding::utf16_le;
  if (name == "UTF-32-BE" || name == "UTF-32BE") return Encoding::utf32_be;
  if (name == "US-ASCII" || name == "ASCII") return Encoding::ascii;
  if (name == "ISO-8859-1" || name == "LATIN1") return Encoding::latin1;
  return std::nullopt;
}

bool is_code_point(std::int32_t value) noexcept {
  return value >= 0 && value <= kLastCodePoint && !is_surrogate(static_cast<std::uint32_t>(value));
}

Decoded decode_next(Encoding encoding, std::string_view text, std::size_t at) noexcept {
  const auto byte = static_cast<std::int32_t>(byte_at(text, at));
  switch (encoding) {
    case Encoding::utf8:
      return decode_utf8(text, at);
    case Encoding::utf16_be:
      return decode_utf16(text, at, true);
    case Encoding::utf16_le:
      return decode_utf16(text, at, false);
    case Encoding::utf32_be:
      return decode_utf32(text, at);
    case Encoding::ascii:
      return byte < 0x80 ? Decoded{byte, 1, true} : Decoded{};
    case Encoding::latin1:
      return {byte, 1, true};
  }
  return {};
}

void append_encoded(Encoding encoding, std::int32_t character, std::string& text) {
  const auto value = static_cast<std::uint32_t>(character);
  switch (encoding) {
    case Encoding::utf8:
      return append_utf8(value, text);
    case Encoding::utf16_be:
      return append_utf16(value, true, text);
    case Encoding::utf16_le:
      return append_utf16(value, false, text);
    case Encoding::utf32_be:
      for (const int shift : {24, 16, 8, 0}) append_byte(value >> shift, text);
      return;
    case Encoding::ascii:
      return append_byte(value < 0x80 ? value : 0x1au, text);
    case Encoding::latin1:
      return append_byte(value < 0x100 ? value : 0x1au, text);
  }
}

}  // namespace opscope::runtime
