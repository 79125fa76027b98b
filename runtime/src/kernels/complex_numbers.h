// Complex numbers as elements of tensors. To be included before anything asks for their DType.
#pragma once

#include <complex>

#include "kernels/numeric.h"

namespace opscope {

template <>
inline constexpr DType dtype_of<std::complex<float>> = DType::complex64;
template <>
inline constexpr DType dtype_of<std::complex<double>> = DType::complex128;

namespace runtime {

using Complexes = TypeList<std::complex<float>, std::complex<double>>;

template <typename T>
inline constexpr bool kIsComplex =
    std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>;

}  // namespace runtime
}  // namespace opscope
