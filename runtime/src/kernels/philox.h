// Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11), with the
// seeding and the distributions of TensorFlow, so that one seed gives one sequence in both.
#pragma once

#include <array>
#include <cstdint>

namespace opscope::runtime {

class Philox {
 public:
  using Block = std::array<std::uint32_t, 4>;

  // `key` and `counter` as StatelessRandomGetKeyCounter gives them.
  Philox(std::uint64_t key, std::uint64_t counter_low, std::uint64_t counter_high) noexcept
      : key_{low(key), high(key)},
        counter_{low(counter_low), high(counter_low), low(counter_high), high(counter_high)} {}

  // The generator of a stateful op with these seeds.
  static Philox from_seeds(std::uint64_t seed, std::uint64_t seed2) noexcept {
    return Philox(seed, 0, seed2);
  }

  // The next four numbers.
  Block next() noexcept {
    const Block result = scrambled();
    skip(1);
    return result;
  }

  // Passes over `count` blocks.
  void skip(std::uint64_t count) noexcept {
    const std::uint64_t first = join(counter_[0], counter_[1]) + count;
    counter_[0] = low(first);
    counter_[1] = high(first);
    if (first >= count) return;
    const std::uint64_t second = join(counter_[2], counter_[3]) + 1;
    counter_[2] = low(second);
    counter_[3] = high(second);
  }

 private:
  static std::uint32_t low(std::uint64_t x) noexcept { return static_cast<std::uint32_t>(x); }
  static std::uint32_t high(std::uint64_t x) noexcept {
    return static_cast<std::uint32_t>(x >> 32);
  }
  static std::uint64_t join(std::uint32_t lo, std::uint32_t hi) noexcept {
    return (std::uint64_t{hi} << 32) | lo;
  }
  [[nodiscard]] Block scrambled() const noexcept {
    Block c = counter_;
    std::uint32_t k0 = key_[0];
    std::uint32_t k1 = key_[1];
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t a = std::uint64_t{0xD2511F53u} * c[0];
      const std::uint64_t b = std::uint64_t{0xCD9E8D57u} * c[2];
      c = {high(b) ^ c[1] ^ k0, low(b), high(a) ^ c[3] ^ k1, low(a)};
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    return c;
  }

  std::array<std::uint32_t, 2> key_;
  Block counter_;
};

// How TensorFlow turns the two user seeds of a stateless op into key and counter.
struct KeyCounter {
  std::uint64_t key;
  std::uint64_t counter_low;
  std::uint64_t counter_high;
};
[[nodiscard]] inline KeyCounter scramble_seeds(std::uint64_t seed0, std::uint64_t seed1) noexcept {
  constexpr std::uint64_t kKey = (std::uint64_t{0x02461e29u} << 32) | 0x3ec8f720u;
  const Philox::Block mix = Philox(kKey, seed0, seed1).next();
  return {.key = (std::uint64_t{mix[1]} << 32) | mix[0],
          .counter_low = 0,
          .counter_high = (std::uint64_t{mix[3]} << 32) | mix[2]};
}

}  // namespace opscope::runtime
