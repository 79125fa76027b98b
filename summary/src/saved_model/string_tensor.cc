#include "saved_model/string_tensor.h"

#include "opscope/summary/crc32c.h"
#include "wire.h"

namespace opscope::saved_model {
namespace {

namespace wire = summary::wire;

// The checksum covers each length as 4 bytes, or as 8 where 4 are too few.
std::uint32_t extend_with_length(std::uint32_t crc, std::uint64_t length) {
  char bytes[8];
  const char* end = length <= UINT32_MAX
                        ? wire::put_fixed(bytes, static_cast<std::uint32_t>(length))
                        : wire::put_fixed(bytes, length);
  return summary::crc32c_extend(crc, {bytes, static_cast<std::size_t>(end - bytes)});
}

}  // namespace

std::optional<DecodedStrings> decode_strings(std::string_view bytes, std::size_t count) {
  wire::FieldReader lengths(bytes);
  std::vector<std::uint64_t> sizes;
  sizes.reserve(count);
  DecodedStrings decoded;
  for (std::size_t i = 0; i < count; ++i) {
    const auto size = lengths.varint();
    if (!size || *size > bytes.size()) return std::nullopt;
    sizes.push_back(*size);
    decoded.crc = extend_with_length(decoded.crc, *size);
  }
  std::string_view rest = lengths.rest();
  if (rest.size() < 4) return std::nullopt;
  const auto stored = static_cast<summary::MaskedCrc>(wire::load<std::uint32_t>(rest.data()));
  if (stored != summary::mask_crc(decoded.crc)) return std::nullopt;
  decoded.crc = summary::crc32c_extend(decoded.crc, rest.substr(0, 4));
  rest.remove_prefix(4);
  decoded.crc = summary::crc32c_extend(decoded.crc, rest);
  decoded.values.reserve(count);
  for (const std::uint64_t size : sizes) {
    if (size > rest.size()) return std::nullopt;
    decoded.values.emplace_back(rest.substr(0, static_cast<std::size_t>(size)));
    rest.remove_prefix(static_cast<std::size_t>(size));
  }
  return rest.empty() ? std::optional(std::move(decoded)) : std::nullopt;
}

EncodedLengths encode_lengths(std::span<const std::string> values) {
  EncodedLengths encoded;
  for (const std::string& value : values) {
    char bytes[wire::kMaxVarintBytes];
    encoded.bytes.append(bytes, wire::put_varint(bytes, value.size()));
    encoded.crc = extend_with_length(encoded.crc, value.size());
  }
  char masked[4];
  wire::put_fixed(masked, static_cast<std::uint32_t>(summary::mask_crc(encoded.crc)));
  encoded.bytes.append(masked, sizeof masked);
  encoded.crc = summary::crc32c_extend(encoded.crc, {masked, sizeof masked});
  return encoded;
}

}  // namespace opscope::saved_model
