// Characters of texts in several encodings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace opscope::runtime {

enum class Encoding : std::uint8_t { utf8, utf16_be, utf16_le, utf32_be, ascii, latin1 };

inline constexpr std::int32_t kLastCodePoint = 0x10ffff;

// By its name in capitals, as "UTF-8" or "UTF-16-BE"; nullopt if it is none of these.
[[nodiscard]] std::optional<Encoding> find_encoding(std::string_view name) noexcept;

// True for what a text can hold: not surrogates, nor what is above U+10FFFF.
[[nodiscard]] bool is_code_point(std::int32_t value) noexcept;

struct Decoded {
  std::int32_t code_point = 0xfffd;
  std::size_t size = 1;  // the bytes it takes; of an invalid one, those that are passed over
  bool is_valid = false;
};
// The character at byte `at`, which must be inside of the text. Of an invalid sequence as many
// bytes are taken as could begin a valid one, at least one unit.
[[nodiscard]] Decoded decode_next(Encoding encoding, std::string_view text,
                                  std::size_t at) noexcept;

// Appends a character, which must be a code point; U+001A where the encoding does not have it.
void append_encoded(Encoding encoding, std::int32_t character, std::string& text);

}  // namespace opscope::runtime
