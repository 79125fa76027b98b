// MirrorPadGrad and CumulativeLogsumexp.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// Folds the margins of one axis back onto what they mirror; `skip` is 1 if the border itself was
// not repeated.
template <typename T>
Ref<TensorRep> fold_axis(const TensorRep& in, int axis, std::int64_t before, std::int64_t after,
                         std::int64_t skip) {
  const std::int64_t padded = in.shape()[axis];
  const std::int64_t size = padded - before - after;
  Shape shape = in.shape();
  shape.set_dim(axis, size);
  Ref<TensorRep> out = TensorRep::make(in.dtype(), shape);
  const std::int64_t inner = count_elements(shape, axis + 1, shape.rank());
  const std::int64_t rows = count_elements(shape, 0, axis);
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* from = in.data<T>() + r * padded * inner;
    T* to = out->mutable_data<T>() + r * size * inner;
    std::copy_n(from + before * inner, size * inner, to);
    const auto add = [&](std::int64_t source, std::int64_t target) {
      for (std::int64_t i = 0; i < inner; ++i) {
        T& sum = to[target * inner + i];
        sum = static_cast<T>(add_wrapping(load(sum), load(from[source * inner + i])));
      }
    };
    for (std::int64_t i = 0; i < before; ++i) add(i, before - 1 - i + skip);
    for (std::int64_t i = 0; i < after; ++i) add(before + size + i, size - 1 - skip - i);
  }
  return out;
}

template <typename T>
void mirror_pad_gradient(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const Shape& table = context.input(1).shape();
  if (table.rank() != 2 || table[0] != in.rank() || table[1] != 2) {
    context.invalid("paddings must be a matrix with a row of 2 for each dimension, not " +
                    table.to_bracket_string());
  }
  const std::int64_t skip = context.attr_string("mode") == "REFLECT" ? 1 : 0;
  const IntList margins = read_ints(context, 1);
  for (int d = 0; d < in.rank(); ++d) {
    const std::int64_t before = margins[static_cast<std::size_t>(2 * d)];
    const std::int64_t after = margins[static_cast<std::size_t>(2 * d + 1)];
    const std::int64_t padded = in.shape()[d];
    context.require(before >= 0 && after >= 0, "Paddings must be non-negative");
    if (before > padded || after > padded - before ||
        std::max(before, after) > padded - before - after - skip) {
      context.invalid(
          "Paddings must be no greater than the output dimension size: " + std::to_string(before) +
          ", " + std::to_string(after) + " for a padded size of " + std::to_string(padded));
    }
  }
  Ref<TensorRep> value = context.input_ref(0);
  for (int d = 0; d < in.rank(); ++d) {
    const auto at = static_cast<std::size_t>(2 * d);
    if (margins[at] == 0 && margins[at + 1] == 0) continue;
    value = fold_axis<T>(*value, d, margins[at], margins[at + 1], skip);
  }
  context.set_output(0, std::move(value));
}

// log(exp(a) + exp(b)).
template <typename C>
C log_add(C a, C b) {
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<C>::quiet_NaN();
  const C low = std::min(a, b);
  const C high = std::max(a, b);
  if (std::isinf(low) || std::isinf(high)) return high;
  return high + std::log1p(std::exp(low - high));
}

template <typename T>
void cumulative_log_sum(KernelContext& context) {
  using C = Compute<T>;
  const TensorRep& in = context.input(0);
  context.require(context.input(1).rank() == 0, "axis must be a scalar");
  const int axis = normalize_axis(context, read_int(context, 1), in.rank());
  const bool is_exclusive = context.attr_bool("exclusive");
  const bool is_reverse = context.attr_bool("reverse");
  TensorRep& out = context.allocate_output(0, in.dtype(), in.shape());
  if (out.num_elements() == 0) return;
  const std::int64_t size = in.shape()[axis];
  const std::int64_t inner = count_elements(in.shape(), axis + 1, in.rank());
  for (std::int64_t lane = 0; lane < in.num_elements() / size; ++lane) {
    const std::int64_t first = lane / inner * size * inner + lane % inner;
    C total = -std::numeric_limits<C>::infinity();
    for (std::int64_t k = 0; k < size; ++k) {
      const std::int64_t at = first + (is_reverse ? size - 1 - k : k) * inner;
      const C before = total;
      total = log_add(total, load(in.data<T>()[at]));
      out.mutable_data<T>()[at] = static_cast<T>(is_exclusive ? before : total);
    }
  }
}

constexpr KernelBinding kBindings[] = {
    {"MirrorPadGrad",
     [](const KernelKey& key) {
       return pick(Numbers{}, key.inputs[0],
                   []<typename T>() -> Kernel { return mirror_pad_gradient<T>; });
     }},
    {"CumulativeLogsumexp",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[0],
                   []<typename T>() -> Kernel { return cumulative_log_sum<T>; });
     }},
};
}  // namespace

KernelBindings folding_kernels() { return kBindings; }

}  // namespace opscope::runtime
