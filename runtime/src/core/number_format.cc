#include "core/number_format.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace opscope::runtime {
namespace {
// As TensorFlow's FloatToBuffer and DoubleToBuffer: few digits if they read back, else enough.
std::string compact(double value, bool is_double) {
  if (std::isnan(value)) return std::signbit(value) ? "-nan" : "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), is_double ? "%.15g" : "%.6g", value);
  const bool reads_back = is_double
                              ? std::strtod(text.data(), nullptr) == value
                              : std::strtof(text.data(), nullptr) == static_cast<float>(value);
  if (!reads_back) {
    std::snprintf(text.data(), text.size(), is_double ? "%.17g" : "%.9g", value);
  }
  return text.data();
}

// The fewest digits of a 16-bit float that no neighbour of the type rounds to as well.
template <typename T>
std::string shortest_16bit(float value) {
  std::array<char, 64> text{};
  const std::uint16_t bits = T(value).bits;
  for (int precision = 0; precision < 9; ++precision) {
    std::snprintf(text.data(), text.size(), "%.*e", precision, static_cast<double>(value));
    if (T(std::strtof(text.data(), nullptr)).bits == bits) break;
  }
  return text.data();
}

std::string scientific(double value, DType dtype) {
  if (dtype == DType::half) return shortest_16bit<half>(static_cast<float>(value));
  if (dtype == DType::bfloat16) return shortest_16bit<bfloat16>(static_cast<float>(value));
  std::array<char, 64> text{};
  const auto end = dtype == DType::float64
                       ? std::to_chars(text.data(), text.data() + text.size(), value,
                                       std::chars_format::scientific)
                       : std::to_chars(text.data(), text.data() + text.size(),
                                       static_cast<float>(value), std::chars_format::scientific);
  return std::string(text.data(), end.ptr);
}
}  // namespace

ShortestDigits shortest_digits(double value, DType dtype) {
  ShortestDigits result{.digits = {}, .exponent = 0, .is_negative = std::signbit(value)};
  const std::string text = scientific(std::abs(value), dtype);
  const std::size_t split = text.find('e');
  for (const char c : text.substr(0, split)) {
    if (c != '.') result.digits += c;
  }
  while (result.digits.size() > 1 && result.digits.back() == '0') result.digits.pop_back();
  result.exponent = std::atoi(text.c_str() + split + 1);
  return result;
}

double float_element(const TensorRep& tensor, std::int64_t i) {
  switch (tensor.dtype()) {
    case DType::float64:
      return tensor.data<double>()[i];
    case DType::half:
      return static_cast<double>(static_cast<float>(tensor.data<half>()[i]));
    case DType::bfloat16:
      return static_cast<double>(static_cast<float>(tensor.data<bfloat16>()[i]));
    default:
      return static_cast<double>(tensor.data<float>()[i]);
  }
}

std::string integer_element(const TensorRep& tensor, std::int64_t i) {
  switch (tensor.dtype()) {
    case DType::int8:
      return std::to_string(tensor.data<std::int8_t>()[i]);
    case DType::int16:
      return std::to_string(tensor.data<std::int16_t>()[i]);
    case DType::int32:
      return std::to_string(tensor.data<std::int32_t>()[i]);
    case DType::int64:
      return std::to_string(tensor.data<std::int64_t>()[i]);
    case DType::uint8:
      return std::to_string(tensor.data<std::uint8_t>()[i]);
    case DType::uint16:
      return std::to_string(tensor.data<std::uint16_t>()[i]);
    case DType::uint32:
      return std::to_string(tensor.data<std::uint32_t>()[i]);
    case DType::uint64:
      return std::to_string(tensor.data<std::uint64_t>()[i]);
    case DType::boolean:
      return tensor.data<bool>()[i] ? "1" : "0";
    default:
      return "?";
  }
}

std::string print_element(const TensorRep& tensor, std::int64_t i) {
  if (is_floating(tensor.dtype())) {
    return compact(float_element(tensor, i), tensor.dtype() == DType::float64);
  }
  return integer_element(tensor, i);
}

}  // namespace opscope::runtime
