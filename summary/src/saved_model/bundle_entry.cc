#include "opscope/saved_model/bundle_entry.h"

#include <array>
#include <bit>

namespace opscope::saved_model {
namespace {

// Keys of parts are ordered codes: their bytes sort as the numbers and texts that they spell.
void append_number(std::string& key, std::uint64_t value) {
  const auto count = static_cast<unsigned>((std::bit_width(value) + 7) / 8);
  key += static_cast<char>(count);
  for (unsigned i = count; i-- > 0;) key += static_cast<char>(value >> (8 * i));
}

void append_text(std::string& key, std::string_view text) {
  for (const char c : text) {
    key += c;
    if (c == '\0') key += '\xFF';
    if (c == '\xFF') key += '\0';
  }
  key += '\0';
  key += '\1';
}

// A signed number: as many leading one bits (zeros when negative) as the code has bytes, then the
// two's complement.
void append_signed(std::string& key, std::int64_t value) {
  const auto magnitude = static_cast<std::uint64_t>(value < 0 ? ~value : value);
  const auto length = static_cast<std::size_t>(std::bit_width(magnitude)) / 7 + 1;
  std::array<unsigned char, 10> bytes;
  bytes[0] = bytes[1] = value < 0 ? 0xFF : 0;
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[2 + i] = static_cast<unsigned char>(static_cast<std::uint64_t>(value) >> (56 - 8 * i));
  }
  const std::uint32_t header = (0xFFFF0000U >> length) & 0xFFFFU;
  const std::size_t begin = bytes.size() - length;
  bytes[begin] ^= static_cast<unsigned char>(header >> 8);
  if (length > 1) bytes[begin + 1] ^= static_cast<unsigned char>(header & 0xFF);
  for (std::size_t i = begin; i < bytes.size(); ++i) key += static_cast<char>(bytes[i]);
}

}  // namespace

std::size_t data_type_size(int data_type) noexcept {
  constexpr std::array<unsigned char, 31> kSizes = {
      0, 4, 8, 4, 1, 2, 1, 0,  8, 8, 1,  // invalid ... bool
      1, 1, 4, 2, 2, 2, 2, 16, 2, 0, 0,  // qint8 ... variant
      4, 8, 1, 1, 1, 1, 1, 1,  1};       // uint32 ... uint4, one byte each
  return data_type > 0 && data_type < static_cast<int>(kSizes.size())
             ? kSizes[static_cast<std::size_t>(data_type)]
             : 0;
}

std::string slice_key(std::string_view name, const TensorSlice& slice) {
  std::string key;
  append_number(key, 0);
  append_text(key, name);
  append_number(key, slice.size());
  for (const SliceExtent& extent : slice) {
    append_signed(key, extent.start);
    append_signed(key, extent.length);
  }
  return key;
}

}  // namespace opscope::saved_model
