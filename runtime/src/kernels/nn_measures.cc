// InTopKV2 and local response normalisation.
#include <algorithm>
#include <cmath>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// True if fewer than k classes beat the target; false if the target is no class, or if a value that
// decides it is not finite.
bool is_in_top(const float* row, std::int64_t classes, std::int64_t target, std::int64_t k) {
  if (target < 0 || target >= classes || !std::isfinite(row[target])) return false;
  std::int64_t better = 0;
  for (std::int64_t c = 0; c < classes; ++c) {
    if (!std::isfinite(row[c])) return false;
    if (row[c] > row[target]) ++better;
  }
  return better < k;
}

template <typename T>
void in_top_k(KernelContext& context) {
  const TensorRep& predictions = context.input(0);
  const TensorRep& targets = context.input(1);
  context.require(predictions.rank() == 2, "predictions must be 2-dimensional");
  context.require(targets.rank() == 1, "targets must be 1-dimensional");
  const std::int64_t rows = predictions.shape()[0];
  if (targets.num_elements() != rows) {
    context.invalid("First dimension of predictions " + std::to_string(rows) +
                    " must match length of targets " + std::to_string(targets.num_elements()));
  }
  const std::int64_t k = read_int(context, 2);
  const std::int64_t classes = predictions.shape()[1];
  TensorRep& out = context.allocate_output(0, DType::boolean, {rows});
  for (std::int64_t r = 0; r < rows; ++r) {
    out.mutable_data<bool>()[r] = is_in_top(predictions.data<float>() + r * classes, classes,
                                            static_cast<std::int64_t>(targets.data<T>()[r]), k);
  }
}

template <typename T>
void lrn(KernelContext& context) {
  const TensorRep& in = context.input(0);
  context.require(in.rank() == 4, "in must be 4-dimensional");
  const std::int64_t depth = in.shape()[3];
  const std::int64_t radius = context.attr_int("depth_radius");
  context.require(radius >= 0 && radius < (std::int64_t{1} << 31),
                  "depth_radius must be in [0, 2^31)");
  const float bias = context.attr_float("bias");
  const float alpha = context.attr_float("alpha");
  const float beta = context.attr_float("beta");
  TensorRep& out = context.allocate_output(0, dtype_of<T>, in.shape());
  if (in.num_elements() == 0) return;
  const double cost = 10.0 * static_cast<double>(depth);
  parallel_for(context.pool(), in.num_elements() / depth, cost,
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t pixel = begin; pixel < end; ++pixel) {
                   const T* x = in.data<T>() + pixel * depth;
                   T* y = out.mutable_data<T>() + pixel * depth;
                   for (std::int64_t c = 0; c < depth; ++c) {
                     const std::int64_t last = std::min(depth - 1, c + radius);
                     float sum = 0;
                     for (std::int64_t i = std::max<std::int64_t>(0, c - radius); i <= last; ++i) {
                       sum += load(x[i]) * load(x[i]);
                     }
                     y[c] = static_cast<T>(load(x[c]) * std::pow(bias + alpha * sum, -beta));
                   }
                 }
               });
}

constexpr KernelBinding kBindings[] = {
    {"InTopKV2",
     [](const KernelKey& key) {
       return pick(IndexTypes{}, key.inputs[1], []<typename T>() -> Kernel { return in_top_k<T>; });
     }},
    {"LRN",
     [](const KernelKey& key) {
       return pick(TypeList<float, half, bfloat16>{}, key.inputs[0],
                   []<typename T>() -> Kernel { return lrn<T>; });
     }},
};
}  // namespace

KernelBindings nn_measure_kernels() { return kBindings; }

}  // namespace opscope::runtime
