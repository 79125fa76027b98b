// Arithmetic helpers shared by kernels: types to compute in, wrapping integers, choosing by dtype.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "ops/op_spec.h"
#include "opscope/runtime/dtype.h"

namespace opscope::runtime {

template <typename... Ts>
struct TypeList {};

using Floats = TypeList<float, double, half, bfloat16>;
using SignedInts = TypeList<std::int32_t, std::int64_t, std::int8_t, std::int16_t>;
using Ints = TypeList<std::int32_t, std::int64_t, std::int8_t, std::int16_t, std::uint8_t,
                      std::uint16_t, std::uint32_t, std::uint64_t>;
using SignedNumbers =
    TypeList<float, double, half, bfloat16, std::int32_t, std::int64_t, std::int8_t, std::int16_t>;
using Numbers = TypeList<float, double, half, bfloat16, std::int32_t, std::int64_t, std::int8_t,
                         std::int16_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;
using NumbersAndBool =
    TypeList<float, double, half, bfloat16, std::int32_t, std::int64_t, std::int8_t, std::int16_t,
             std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, bool>;
using IndexTypes = TypeList<std::int32_t, std::int64_t>;

// choose.operator()<T>() for the T in the list whose DType is `dtype`; null if there is none.
template <typename Choose, typename... Ts>
Kernel pick(TypeList<Ts...>, DType dtype, Choose choose) {
  Kernel kernel = nullptr;
  static_cast<void>(
      ((dtype_of<Ts> == dtype ? (kernel = choose.template operator()<Ts>(), true) : false) || ...));
  return kernel;
}

template <typename T>
inline constexpr bool kIs16BitFloat = std::is_same_v<T, half> || std::is_same_v<T, bfloat16>;
template <typename T>
inline constexpr bool kIsFloat = std::is_floating_point_v<T> || kIs16BitFloat<T>;

// What values of T are computed in: 16-bit floats in float, everything else in itself.
template <typename T>
using Compute = std::conditional_t<kIs16BitFloat<T>, float, T>;

template <typename T>
constexpr Compute<T> load(T value) noexcept {
  return static_cast<Compute<T>>(value);
}

// Unsigned arithmetic that wraps, never promoted to int (uint16_t * uint16_t would overflow).
template <std::integral T>
using Wrapping = std::conditional_t<sizeof(T) <= 4, std::uint32_t, std::uint64_t>;

template <typename T>
constexpr T add_wrapping(T a, T b) noexcept {
  if constexpr (std::integral<T>) {
    return static_cast<T>(static_cast<Wrapping<T>>(a) + static_cast<Wrapping<T>>(b));
  } else {
    return a + b;
  }
}
template <typename T>
constexpr T sub_wrapping(T a, T b) noexcept {
  if constexpr (std::integral<T>) {
    return static_cast<T>(static_cast<Wrapping<T>>(a) - static_cast<Wrapping<T>>(b));
  } else {
    return a - b;
  }
}
template <typename T>
constexpr T mul_wrapping(T a, T b) noexcept {
  if constexpr (std::integral<T>) {
    return static_cast<T>(static_cast<Wrapping<T>>(a) * static_cast<Wrapping<T>>(b));
  } else {
    return a * b;
  }
}

// C-style division; b must not be 0. The most negative value divided by -1 wraps.
template <std::integral T>
constexpr T div_wrapping(T a, T b) noexcept {
  if constexpr (std::signed_integral<T>) {
    if (b == T{-1}) return sub_wrapping(T{0}, a);
  }
  return static_cast<T>(a / b);
}
template <std::integral T>
constexpr T mod_wrapping(T a, T b) noexcept {
  if constexpr (std::signed_integral<T>) {
    if (b == T{-1}) return 0;
  }
  return static_cast<T>(a % b);
}

// Float to integer as x86 converts, for every value: what is out of range, and NaN, becomes the
// most negative value of the conversion's width, then is cut to the target's width.
template <std::integral To, std::floating_point From>
constexpr To to_integer(From value) noexcept {
  if constexpr (std::is_same_v<To, bool>) {
    return value != From{0};
  } else if constexpr (std::is_same_v<To, std::uint64_t>) {
    constexpr From kHalfRange = static_cast<From>(9223372036854775808.0);
    if (!(value >= kHalfRange)) return static_cast<std::uint64_t>(to_integer<std::int64_t>(value));
    return static_cast<std::uint64_t>(to_integer<std::int64_t>(value - kHalfRange)) ^
           (std::uint64_t{1} << 63);
  } else {
    using Wide = std::conditional_t<sizeof(To) < 4 || std::is_same_v<To, std::int32_t>,
                                    std::int32_t, std::int64_t>;
    constexpr Wide kIndefinite = std::numeric_limits<Wide>::min();
    constexpr From kLow = static_cast<From>(kIndefinite);
    const bool fits = value >= kLow && value < -kLow;
    return static_cast<To>(fits ? static_cast<Wide>(value) : kIndefinite);
  }
}

}  // namespace opscope::runtime
