// InTopKV2 and local response normalisation.
#include <algorithm>
#include <cmath>
#include <vector>

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

// y = x / (bias + alpha * sum of x^2 over the channels within the radius)^beta
struct Response {
  std::int64_t depth;
  std::int64_t radius;
  float bias;
  float alpha;
  float beta;

  [[nodiscard]] std::int64_t begin(std::int64_t channel) const noexcept {
    return std::max<std::int64_t>(0, channel - radius);
  }
  [[nodiscard]] std::int64_t end(std::int64_t channel) const noexcept {
    return std::min(depth, channel + radius + 1);
  }
  template <typename T>
  [[nodiscard]] float norm(const T* x, std::int64_t channel) const noexcept {
    float sum = 0;
    for (std::int64_t i = begin(channel); i < end(channel); ++i) sum += load(x[i]) * load(x[i]);
    return bias + alpha * sum;
  }
};

Response read_response(const KernelContext& context, const TensorRep& in) {
  context.require(in.rank() == 4, "in must be 4-dimensional");
  const std::int64_t radius = context.attr_int("depth_radius");
  context.require(radius >= 0 && radius < (std::int64_t{1} << 31),
                  "depth_radius must be in [0, 2^31)");
  return {in.shape()[3], radius, context.attr_float("bias"), context.attr_float("alpha"),
          context.attr_float("beta")};
}

template <typename T>
void lrn(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const Response response = read_response(context, in);
  const std::int64_t depth = response.depth;
  TensorRep& out = context.allocate_output(0, dtype_of<T>, in.shape());
  if (in.num_elements() == 0) return;
  const double cost = 10.0 * static_cast<double>(depth);
  parallel_for(
      context.pool(), in.num_elements() / depth, cost, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t pixel = begin; pixel < end; ++pixel) {
          const T* x = in.data<T>() + pixel * depth;
          T* y = out.mutable_data<T>() + pixel * depth;
          for (std::int64_t c = 0; c < depth; ++c) {
            y[c] = static_cast<T>(load(x[c]) * std::pow(response.norm(x, c), -response.beta));
          }
        }
      });
}

// Of (gradient, input, output).
template <typename T>
void lrn_grad(KernelContext& context) {
  const TensorRep& in = context.input(1);
  const Response response = read_response(context, in);
  context.require(context.input(0).shape() == in.shape() && context.input(2).shape() == in.shape(),
                  "input_grads, input_image, and out_image should have the same shape");
  const std::int64_t depth = response.depth;
  TensorRep& out = context.allocate_output(0, dtype_of<T>, in.shape());
  if (in.num_elements() == 0) return;
  const auto pixels = [&](std::int64_t first, std::int64_t last) {
    std::vector<float> sums(static_cast<std::size_t>(depth));
    for (std::int64_t pixel = first; pixel < last; ++pixel) {
      const T* x = in.data<T>() + pixel * depth;
      std::fill(sums.begin(), sums.end(), 0.0f);
      for (std::int64_t c = 0; c < depth; ++c) {
        const float delta = load(context.input(0).data<T>()[pixel * depth + c]);
        if (delta == 0) continue;
        const float norm = response.norm(x, c);
        const float y = load(context.input(2).data<T>()[pixel * depth + c]);
        const float slope = -2 * response.alpha * response.beta * y / norm;
        for (std::int64_t i = response.begin(c); i < response.end(c); ++i) {
          sums[static_cast<std::size_t>(i)] += load(x[i]) * slope * delta;
        }
        sums[static_cast<std::size_t>(c)] += std::pow(norm, -response.beta) * delta;
      }
      std::transform(sums.begin(), sums.end(), out.mutable_data<T>() + pixel * depth,
                     [](float sum) { return static_cast<T>(sum); });
    }
  };
  parallel_for(context.pool(), in.num_elements() / depth, 20.0 * static_cast<double>(depth),
               pixels);
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
    {"LRNGrad",
     [](const KernelKey& key) {
       return pick(TypeList<float, half, bfloat16>{}, key.inputs[0],
                   []<typename T>() -> Kernel { return lrn_grad<T>; });
     }},
};
}  // namespace

KernelBindings nn_measure_kernels() { return kBindings; }

}  // namespace opscope::runtime
