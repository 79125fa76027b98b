// The bytes of a tensor of strings: varint lengths, their masked checksum, the strings.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace opscope::saved_model {

struct DecodedStrings {
  std::vector<std::string> values;
  std::uint32_t crc = 0;  // as the entry has it, unmasked: over fixed-size lengths, not the varints
};

// Empty when the lengths do not add up or their checksum is wrong.
[[nodiscard]] std::optional<DecodedStrings> decode_strings(std::string_view bytes,
                                                           std::size_t count);

struct EncodedLengths {
  std::string bytes;      // what comes before the strings
  std::uint32_t crc = 0;  // to be extended over the strings
};
[[nodiscard]] EncodedLengths encode_lengths(std::span<const std::string> values);

}  // namespace opscope::saved_model
