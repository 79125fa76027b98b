// Products with a kernel.
#pragma once

#include "opscope/runtime/tensor.h"

namespace opscope::keras {

// The last dimension of x, of which all other dimensions stay, times the matrix `kernel`.
[[nodiscard]] Tensor kernel_product(const Tensor& x, const Tensor& kernel);

}  // namespace opscope::keras
