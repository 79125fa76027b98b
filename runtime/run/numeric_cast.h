// Numbers into tensors of any plain type, as NumPy converts them.
#pragma once

#include <cmath>
#include <limits>
#include <utility>

#include "core/tensor_rep.h"

namespace opscope::run {

// Calls use.template operator()<T>() for the element type of a numeric dtype; false for others.
template <typename Use>
bool with_number_type(DType dtype, Use&& use) {
  switch (dtype) {
    case DType::float32:
      use.template operator()<float>();
      return true;
    case DType::float64:
      use.template operator()<double>();
      return true;
    case DType::half:
      use.template operator()<half>();
      return true;
    case DType::bfloat16:
      use.template operator()<bfloat16>();
      return true;
    case DType::int8:
      use.template operator()<std::int8_t>();
      return true;
    case DType::int16:
      use.template operator()<std::int16_t>();
      return true;
    case DType::int32:
      use.template operator()<std::int32_t>();
      return true;
    case DType::int64:
      use.template operator()<std::int64_t>();
      return true;
    case DType::uint8:
      use.template operator()<std::uint8_t>();
      return true;
    case DType::uint16:
      use.template operator()<std::uint16_t>();
      return true;
    case DType::uint32:
      use.template operator()<std::uint32_t>();
      return true;
    case DType::uint64:
      use.template operator()<std::uint64_t>();
      return true;
    case DType::boolean:
      use.template operator()<bool>();
      return true;
    default:
      return false;
  }
}

// Stores a number as element `index`; false where the tensor holds no numbers, or an integer type
// cannot hold the value.
template <typename From>
bool store_number(From value, runtime::TensorRep& out, std::size_t index) {
  bool fits = true;
  const bool is_number = with_number_type(out.dtype(), [&]<typename T>() {
    T* values = out.mutable_data<T>();
    if constexpr (std::is_same_v<T, bool>) {
      values[index] = value != From{};
    } else if constexpr (std::is_same_v<T, half> || std::is_same_v<T, bfloat16>) {
      values[index] = T(static_cast<float>(value));
    } else if constexpr (std::is_integral_v<T> && std::is_floating_point_v<From>) {
      const auto limit = std::ldexp(1.0, std::numeric_limits<T>::digits);
      fits = value > (std::is_signed_v<T> ? -limit - 1 : -1.0) && value < limit;
      values[index] = fits ? static_cast<T>(value) : T{};
    } else if constexpr (std::is_integral_v<T>) {
      fits = std::in_range<T>(value);
      values[index] = static_cast<T>(value);
    } else {
      values[index] = static_cast<T>(value);
    }
  });
  return is_number && fits;
}

}  // namespace opscope::run
