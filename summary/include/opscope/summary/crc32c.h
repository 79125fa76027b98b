// CRC-32C (Castagnoli), the checksum of TFRecord files; see summary/FORMAT.md. Uses the
// instructions of the processor where it has them, chosen when the program runs.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace opscope::summary {

// A checksum in the form that is stored in a file: rotated and offset, so that a checksum over
// data that holds checksums stays sound.
enum class MaskedCrc : std::uint32_t {};

// The CRC-32C of `bytes` appended to data whose CRC-32C is `crc` (0 for none). Thread-safe.
[[nodiscard]] std::uint32_t crc32c_extend(std::uint32_t crc, std::string_view bytes) noexcept;

[[nodiscard]] inline std::uint32_t crc32c(std::string_view bytes) noexcept {
  return crc32c_extend(0, bytes);
}

[[nodiscard]] constexpr MaskedCrc mask_crc(std::uint32_t crc) noexcept {
  return static_cast<MaskedCrc>(((crc >> 15) | (crc << 17)) + 0xA282EAD8U);
}

[[nodiscard]] constexpr std::uint32_t unmask_crc(MaskedCrc masked) noexcept {
  const std::uint32_t rotated = static_cast<std::uint32_t>(masked) - 0xA282EAD8U;
  return (rotated >> 17) | (rotated << 15);
}

[[nodiscard]] inline MaskedCrc masked_crc32c(std::string_view bytes) noexcept {
  return mask_crc(crc32c(bytes));
}

// One way to compute crc32c_extend.
struct Crc32cImplementation {
  const char* name;
  std::uint32_t (*extend)(std::uint32_t crc, std::string_view bytes) noexcept;
};

// Every implementation that runs on this machine, the portable one first and the one in use last.
[[nodiscard]] std::span<const Crc32cImplementation> crc32c_implementations() noexcept;

}  // namespace opscope::summary
