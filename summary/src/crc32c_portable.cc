#include "crc32c_portable.h"

#include <array>
#include <cstddef>

#include "wire.h"

namespace opscope::summary {
namespace {

constexpr std::uint32_t kReflectedPolynomial = 0x82F63B78U;
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

// tables[k][b] is what byte b does to the checksum when k zero bytes follow it.
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? kReflectedPolynomial : 0);
    }
    tables[0][byte] = crc;
  }
  for (std::size_t zeros = 1; zeros < 8; ++zeros) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t crc = tables[zeros - 1][byte];
      tables[zeros][byte] = (crc >> 8) ^ tables[0][crc & 0xFF];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

std::uint32_t eight_bytes(std::uint32_t crc, const char* data) noexcept {
  const std::uint64_t word = wire::load<std::uint64_t>(data) ^ crc;
  std::uint32_t result = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    result ^= kTables[7 - i][(word >> (8 * i)) & 0xFF];
  }
  return result;
}

}  // namespace

std::uint32_t crc32c_extend_portable(std::uint32_t crc, std::string_view bytes) noexcept {
  crc = ~crc;
  const char* data = bytes.data();
  std::size_t size = bytes.size();
  for (; size >= 8; size -= 8, data += 8) crc = eight_bytes(crc, data);
  for (; size > 0; --size, ++data) {
    crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<std::uint8_t>(*data)) & 0xFF];
  }
  return ~crc;
}

}  // namespace opscope::summary
