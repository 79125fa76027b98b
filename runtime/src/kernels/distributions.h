// Numbers of a distribution from Philox's bits, as TensorFlow makes them.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels/numeric.h"
#include "kernels/philox.h"

namespace opscope::runtime {

// A distribution has Value; kGroup, how many values fill() makes at once; and kBlocksPerGroup, how
// many blocks of Philox a group has to itself.

inline float unit_float(std::uint32_t x) noexcept {
  return std::bit_cast<float>((127u << 23) | (x & 0x7fffffu)) - 1.0f;
}
inline double unit_double(std::uint32_t x0, std::uint32_t x1) noexcept {
  const std::uint64_t mantissa = (std::uint64_t{x0 & 0xfffffu} << 32) | x1;
  return std::bit_cast<double>((std::uint64_t{1023} << 52) | mantissa) - 1.0;
}

// Two normal numbers from two uniform ones, by Box and Muller.
inline void box_muller(std::uint32_t x0, std::uint32_t x1, float* out) noexcept {
  constexpr double kPi = 3.14159265358979323846;
  const float u1 = std::max(unit_float(x0), 1.0e-7f);
  const auto v1 = static_cast<float>(2.0 * kPi * static_cast<double>(unit_float(x1)));
  const float u2 = std::sqrt(-2.0f * std::log(u1));
  out[0] = std::sin(v1) * u2;
  out[1] = std::cos(v1) * u2;
}
inline void box_muller(const Philox::Block& x, double* out) noexcept {
  constexpr double kPi = 3.14159265358979323846;
  const double u1 = std::max(unit_double(x[0], x[1]), 1.0e-7);
  const double v1 = 2 * kPi * unit_double(x[2], x[3]);
  const double u2 = std::sqrt(-2.0 * std::log(u1));
  out[0] = std::sin(v1) * u2;
  out[1] = std::cos(v1) * u2;
}

template <typename T>
struct Uniform {
  using Value = T;
  static constexpr int kGroup = std::is_same_v<T, double> ? 2 : 4;
  static constexpr std::uint64_t kBlocksPerGroup = 1;
  static void fill(Philox& source, T* out) noexcept {
    const Philox::Block x = source.next();
    if constexpr (std::is_same_v<T, double>) {
      out[0] = unit_double(x[0], x[1]);
      out[1] = unit_double(x[2], x[3]);
    } else {
      for (std::size_t i = 0; i < 4; ++i) out[i] = from_bits(x[i]);
    }
  }
  static T from_bits(std::uint32_t x) noexcept {
    if constexpr (std::is_same_v<T, half>) {
      const auto bits = static_cast<std::uint16_t>((15u << 10) | (x & 0x3ffu));
      return half(static_cast<float>(half::from_bits(bits)) - 1.0f);
    } else if constexpr (std::is_same_v<T, bfloat16>) {
      const auto bits = static_cast<std::uint16_t>((127u << 7) | (x & 0x7fu));
      return bfloat16(static_cast<float>(bfloat16::from_bits(bits)) - 1.0f);
    } else {
      return unit_float(x);
    }
  }
};

template <typename T>
struct Normal {
  using Value = T;
  static constexpr int kGroup = std::is_same_v<T, double> ? 2 : 4;
  static constexpr std::uint64_t kBlocksPerGroup = 1;
  static void fill(Philox& source, T* out) noexcept {
    const Philox::Block x = source.next();
    if constexpr (std::is_same_v<T, double>) {
      box_muller(x, out);
    } else {
      float values[4];
      box_muller(x[0], x[1], values);
      box_muller(x[2], x[3], values + 2);
      for (int i = 0; i < 4; ++i) out[i] = static_cast<T>(values[i]);
    }
  }
};

}  // namespace opscope::runtime
