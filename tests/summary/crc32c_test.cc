#include "opscope/summary/crc32c.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace opscope::summary {
namespace {

std::string random_bytes(std::size_t size) {
  std::mt19937 random(1);  // NOLINT: the same bytes in every run
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

// The reference: one bit at a time, from the definition of the polynomial.
std::uint32_t crc_by_bits(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0);
  }
  return ~crc;
}

TEST(Crc32c, GivesThePublishedValues) {
  std::string ascending;
  std::string descending;
  for (int i = 0; i < 32; ++i) {
    ascending.push_back(static_cast<char>(i));
    descending.push_back(static_cast<char>(31 - i));
  }
  for (const Crc32cImplementation& implementation : crc32c_implementations()) {
    SCOPED_TRACE(implementation.name);
    EXPECT_EQ(implementation.extend(0, "123456789"), 0xE3069283U);
    // RFC 3720, appendix B.4.
    EXPECT_EQ(implementation.extend(0, std::string(32, '\0')), 0x8A9136AAU);
    EXPECT_EQ(implementation.extend(0, std::string(32, '\xff')), 0x62A8AB43U);
    EXPECT_EQ(implementation.extend(0, ascending), 0x46DD794EU);
    EXPECT_EQ(implementation.extend(0, descending), 0x113FDB5CU);
  }
}

TEST(Crc32c, AgreesWithTheDefinitionForEveryLength) {
  const std::string bytes = random_bytes(2000);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::string_view part = std::string_view(bytes).substr(size % 9, size);
    const std::uint32_t expected = crc_by_bits(part);
    for (const Crc32cImplementation& implementation : crc32c_implementations()) {
      ASSERT_EQ(implementation.extend(0, part), expected) << implementation.name << " " << size;
    }
  }
}

TEST(Crc32c, ExtendsOverAnyCut) {
  const std::string bytes = random_bytes(3000);
  for (const Crc32cImplementation& implementation : crc32c_implementations()) {
    const std::uint32_t whole = implementation.extend(0, bytes);
    for (std::size_t cut = 0; cut <= bytes.size(); cut += 7) {
      const std::uint32_t first = implementation.extend(0, std::string_view(bytes).substr(0, cut));
      ASSERT_EQ(implementation.extend(first, std::string_view(bytes).substr(cut)), whole)
          << implementation.name << " " << cut;
    }
  }
}

TEST(Crc32c, UsesTheLastImplementation) {
  const std::string bytes = random_bytes(100);
  EXPECT_EQ(crc32c(bytes), crc32c_implementations().back().extend(0, bytes));
#if defined(__x86_64__)
  EXPECT_EQ(crc32c_implementations().size(), __builtin_cpu_supports("sse4.2") ? 2U : 1U);
#endif
}

TEST(Crc32c, MasksAndUnmasks) {
  // 0x70 8f 94 5c closes the first record of a TensorFlow file (tensorflow_file.h).
  EXPECT_EQ(mask_crc(unmask_crc(MaskedCrc{0x708F945CU})), MaskedCrc{0x708F945CU});
  for (std::uint32_t crc = 1; crc != 0; crc <<= 1) EXPECT_EQ(unmask_crc(mask_crc(crc)), crc);
  EXPECT_EQ(mask_crc(0), MaskedCrc{0xA282EAD8U});
}

}  // namespace
}  // namespace opscope::summary
