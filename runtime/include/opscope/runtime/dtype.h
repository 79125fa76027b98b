// Element types of tensors, and the two 16-bit floating-point value types C++20 does not have.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace opscope {

// Numbered as TensorFlow's DataType (tensorflow/core/framework/types.proto). The complex types are
// named so that graphs which use them can be described; no kernel computes with them.
enum class DType : std::uint8_t {
  invalid = 0,
  float32 = 1,
  float64 = 2,
  int32 = 3,
  uint8 = 4,
  int16 = 5,
  int8 = 6,
  string = 7,
  complex64 = 8,
  int64 = 9,
  boolean = 10,
  bfloat16 = 14,
  uint16 = 17,
  complex128 = 18,
  half = 19,
  resource = 20,
  variant = 21,
  uint32 = 22,
  uint64 = 23,
};

// The name as TensorFlow's Python prints it: "float32", "bool", "bfloat16", "half" is "float16".
// Anything else: "invalid".
[[nodiscard]] std::string_view dtype_name(DType dtype) noexcept;

// The inverse of dtype_name, also taking "half"; DType::invalid if there is no such type.
[[nodiscard]] DType dtype_from_name(std::string_view name) noexcept;

// Bytes of one element; 0 for string, resource and variant, whose elements are objects.
[[nodiscard]] constexpr std::size_t dtype_size(DType dtype) noexcept {
  switch (dtype) {
    case DType::uint8:
    case DType::int8:
    case DType::boolean:
      return 1;
    case DType::int16:
    case DType::uint16:
    case DType::half:
    case DType::bfloat16:
      return 2;
    case DType::float32:
    case DType::int32:
    case DType::uint32:
      return 4;
    case DType::float64:
    case DType::int64:
    case DType::uint64:
    case DType::complex64:
      return 8;
    case DType::complex128:
      return 16;
    case DType::invalid:
    case DType::string:
    case DType::resource:
    case DType::variant:
      break;
  }
  return 0;
}

// half, bfloat16, float32 or float64.
[[nodiscard]] constexpr bool is_floating(DType dtype) noexcept {
  return dtype == DType::float32 || dtype == DType::float64 || dtype == DType::half ||
         dtype == DType::bfloat16;
}

// Signed or unsigned integers; bool is not one.
[[nodiscard]] constexpr bool is_integer(DType dtype) noexcept {
  switch (dtype) {
    case DType::int8:
    case DType::int16:
    case DType::int32:
    case DType::int64:
    case DType::uint8:
    case DType::uint16:
    case DType::uint32:
    case DType::uint64:
      return true;
    default:
      return false;
  }
}

[[nodiscard]] constexpr bool is_complex(DType dtype) noexcept {
  return dtype == DType::complex64 || dtype == DType::complex128;
}

// Anything arithmetic is defined for: floating, integer or complex.
[[nodiscard]] constexpr bool is_numeric(DType dtype) noexcept {
  return is_floating(dtype) || is_integer(dtype) || is_complex(dtype);
}

namespace detail {
constexpr std::uint16_t half_bits_from_float(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000u;
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);
  if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u);
  if (magnitude <
      0x38800000u) {  // below the smallest normal half: round at the subnormal's last bit
    const float scaled = std::bit_cast<float>(magnitude) + 0.5f;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(scaled) - 0x3f000000u));
  }
  const std::uint32_t odd = (magnitude >> 13) & 1u;
  return static_cast<std::uint16_t>(sign | ((magnitude - 0x38000000u + 0xfffu + odd) >> 13));
}

constexpr float float_from_half_bits(std::uint16_t bits) noexcept {
  const std::uint32_t sign = (bits & 0x8000u) << 16;
  const std::uint32_t magnitude = bits & 0x7fffu;
  if (magnitude >= 0x7c00u) {
    return std::bit_cast<float>(sign | 0x7f800000u | ((magnitude & 0x3ffu) << 13));
  }
  if (magnitude < 0x400u) {
    const float value = static_cast<float>(magnitude) * 0x1p-24f;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(value));
  }
  return std::bit_cast<float>(sign | ((magnitude << 13) + 0x38000000u));
}

constexpr std::uint16_t bfloat16_bits_from_float(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) {
    return static_cast<std::uint16_t>(((bits >> 16) & 0x8000u) | 0x7fc0u);
  }
  return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}
}  // namespace detail

// IEEE 754 binary16. Conversions round to nearest even; there is no arithmetic of its own.
struct half {
  std::uint16_t bits = 0;

  constexpr half() noexcept = default;
  constexpr explicit half(float value) noexcept : bits(detail::half_bits_from_float(value)) {}
  [[nodiscard]] static constexpr half from_bits(std::uint16_t raw) noexcept {
    half value;
    value.bits = raw;
    return value;
  }
  constexpr explicit operator float() const noexcept { return detail::float_from_half_bits(bits); }
};

// The upper 16 bits of a binary32. Conversions round to nearest even; no arithmetic of its own.
struct bfloat16 {
  std::uint16_t bits = 0;

  constexpr bfloat16() noexcept = default;
  constexpr explicit bfloat16(float value) noexcept
      : bits(detail::bfloat16_bits_from_float(value)) {}
  [[nodiscard]] static constexpr bfloat16 from_bits(std::uint16_t raw) noexcept {
    bfloat16 value;
    value.bits = raw;
    return value;
  }
  constexpr explicit operator float() const noexcept {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
  }
};

// The DType whose elements are the C++ type T: dtype_of<float> == DType::float32.
// DType::invalid for a type that no tensor holds.
template <typename T>
inline constexpr DType dtype_of = DType::invalid;
template <>
inline constexpr DType dtype_of<float> = DType::float32;
template <>
inline constexpr DType dtype_of<double> = DType::float64;
template <>
inline constexpr DType dtype_of<std::int8_t> = DType::int8;
template <>
inline constexpr DType dtype_of<std::int16_t> = DType::int16;
template <>
inline constexpr DType dtype_of<std::int32_t> = DType::int32;
template <>
inline constexpr DType dtype_of<std::int64_t> = DType::int64;
template <>
inline constexpr DType dtype_of<std::uint8_t> = DType::uint8;
template <>
inline constexpr DType dtype_of<std::uint16_t> = DType::uint16;
template <>
inline constexpr DType dtype_of<std::uint32_t> = DType::uint32;
template <>
inline constexpr DType dtype_of<std::uint64_t> = DType::uint64;
template <>
inline constexpr DType dtype_of<bool> = DType::boolean;
template <>
inline constexpr DType dtype_of<half> = DType::half;
template <>
inline constexpr DType dtype_of<bfloat16> = DType::bfloat16;
template <>
inline constexpr DType dtype_of<std::string> = DType::string;

}  // namespace opscope
