#include "keras/product.h"

#include <algorithm>

#include "opscope/runtime/ops.h"

namespace opscope::keras {

Tensor kernel_product(const Tensor& x, const Tensor& kernel) {
  const int rank = x.shape().rank();
  if (rank == 2) return matmul(x, kernel);
  const Tensor rows = matmul(reshape(x, {kAnyDim, kernel.shape()[0]}), kernel);
  Shape result = x.shape();
  result.set_dim(rank - 1, kernel.shape()[1]);
  const auto dims = result.dims();
  if (std::count(dims.begin(), dims.end(), kAnyDim) <= 1) return reshape(rows, result);
  const Tensor outer = slice(shape(x), {0}, {rank - 1});
  const Tensor units = opscope::constant({static_cast<std::int32_t>(kernel.shape()[1])});
  return reshape(rows, concat({outer, units}, 0));
}

}  // namespace opscope::keras
