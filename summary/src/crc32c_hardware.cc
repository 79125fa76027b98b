#include "crc32c_hardware.h"

#include <cstddef>

#include "wire.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace opscope::summary {

#if defined(__x86_64__)

const char* const kCrc32cHardwareName = "SSE4.2";

bool crc32c_hardware_runs() noexcept {
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
}

namespace {

// crc32q takes one word a cycle but its result comes after three, so three independent streams are
// needed to keep it busy. This is the length of each; the streams lie one behind the other.
constexpr std::size_t kStreamBytes = 256;

// x^n modulo the polynomial, bit-reflected as the instruction has it.
constexpr std::uint32_t x_to_the(std::size_t n) {
  std::uint32_t power = 0x80000000U;
  for (std::size_t i = 0; i < n; ++i) {
    power = (power >> 1) ^ ((power & 1) != 0 ? 0x82F63B78U : 0);
  }
  return power;
}

// Multiplying a checksum by this and reducing the 64-bit product with crc32q appends `bytes` zero
// bytes: crc32q itself multiplies by x^32, the carry-less product of reflected numbers by x.
constexpr std::uint32_t zeros_factor(std::size_t bytes) { return x_to_the(8 * bytes - 33); }

__attribute__((target("sse4.2,pclmul"))) inline std::uint64_t append_zeros(
    std::uint64_t crc, std::uint32_t factor) noexcept {
  const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(crc)),
                                               _mm_cvtsi32_si128(static_cast<int>(factor)), 0);
  return _mm_crc32_u64(0, static_cast<std::uint64_t>(_mm_cvtsi128_si64(product)));
}

__attribute__((target("sse4.2,pclmul"))) std::uint64_t three_streams(std::uint64_t crc,
                                                                     const char* data) noexcept {
  std::uint64_t first = crc;
  std::uint64_t second = 0;
  std::uint64_t third = 0;
  for (std::size_t i = 0; i < kStreamBytes; i += 8) {
    first = _mm_crc32_u64(first, wire::load<std::uint64_t>(data + i));
    second = _mm_crc32_u64(second, wire::load<std::uint64_t>(data + kStreamBytes + i));
    third = _mm_crc32_u64(third, wire::load<std::uint64_t>(data + 2 * kStreamBytes + i));
  }
  constexpr std::uint32_t kOverTwoStreams = zeros_factor(2 * kStreamBytes);
  constexpr std::uint32_t kOverOneStream = zeros_factor(kStreamBytes);
  return append_zeros(first, kOverTwoStreams) ^ append_zeros(second, kOverOneStream) ^ third;
}

}  // namespace

__attribute__((target("sse4.2,pclmul"))) std::uint32_t crc32c_extend_hardware(
    std::uint32_t crc, std::string_view bytes) noexcept {
  const char* data = bytes.data();
  std::size_t size = bytes.size();
  std::uint64_t state = static_cast<std::uint32_t>(~crc);
  for (; size >= 3 * kStreamBytes; size -= 3 * kStreamBytes, data += 3 * kStreamBytes) {
    state = three_streams(state, data);
  }
  for (; size >= 8; size -= 8, data += 8) {
    state = _mm_crc32_u64(state, wire::load<std::uint64_t>(data));
  }
  auto tail = static_cast<std::uint32_t>(state);
  if (size >= 4) {
    tail = _mm_crc32_u32(tail, wire::load<std::uint32_t>(data));
    size -= 4;
    data += 4;
  }
  for (; size > 0; --size, ++data) tail = _mm_crc32_u8(tail, static_cast<std::uint8_t>(*data));
  return ~tail;
}

#elif defined(__aarch64__) && defined(__linux__)

const char* const kCrc32cHardwareName = "ARMv8 CRC";

bool crc32c_hardware_runs() noexcept { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }

namespace {

// By mnemonic: the intrinsics exist only where the whole file is compiled for the extension.
inline std::uint32_t crc_word(std::uint32_t crc, std::uint64_t word) noexcept {
  __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(word));
  return crc;
}

inline std::uint32_t crc_byte(std::uint32_t crc, std::uint32_t byte) noexcept {
  __asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(crc) : "r"(byte));
  return crc;
}

}  // namespace

std::uint32_t crc32c_extend_hardware(std::uint32_t crc, std::string_view bytes) noexcept {
  crc = ~crc;
  const char* data = bytes.data();
  std::size_t size = bytes.size();
  for (; size >= 8; size -= 8, data += 8) crc = crc_word(crc, wire::load<std::uint64_t>(data));
  for (; size > 0; --size, ++data) crc = crc_byte(crc, static_cast<std::uint8_t>(*data));
  return ~crc;
}

#else

const char* const kCrc32cHardwareName = "none";

bool crc32c_hardware_runs() noexcept { return false; }

std::uint32_t crc32c_extend_hardware(std::uint32_t, std::string_view) noexcept {
  __builtin_unreachable();
}

#endif

}  // namespace opscope::summary
