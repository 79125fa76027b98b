// Softmax, LogSoftmax and the two cross entropies.
#include <cmath>
#include <limits>
#include <string>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/vector_loops.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
template <typename T>
Compute<T> largest(const T* row, std::int64_t n) noexcept {
  Compute<T> most = -std::numeric_limits<Compute<T>>::infinity();
  for (std::int64_t i = 0; i < n; ++i) {
    const auto value = load(row[i]);
    most = most < value || value != value ? value : most;
  }
  return most;
}

template <typename T>
Compute<T> sum_of_exponentials(const T* row, std::int64_t n, Compute<T> most) noexcept {
  Compute<T> sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += std::exp(load(row[i]) - most);
  return sum;
}

// out = exp(row - its largest value); returns what was subtracted, and the sum.
struct Exponentials {
  float most;
  float sum;
};
Exponentials exponentials(const float* row, float* out, std::int64_t n) noexcept {
  const VectorLoops& loops = vector_loops();
  const float most = loops.largest(row, n);
  return {most, loops.exp_shifted(row, most, out, n)};
}

template <typename T, bool kLog>
void softmax_row(const T* row, T* out, std::int64_t n) noexcept {
  if constexpr (std::is_same_v<T, float>) {
    const auto [shift, total] = exponentials(row, out, n);
    if constexpr (kLog) {
      vector_loops().shift(row, -shift, out, n);
      vector_loops().shift(out, -std::log(total), out, n);
    } else {
      vector_loops().scale(out, 1 / total, out, n);
    }
    return;
  }
  const auto most = largest(row, n);
  if constexpr (kLog) {
    const auto log_sum = std::log(sum_of_exponentials(row, n, most));
    for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<T>(load(row[i]) - most - log_sum);
  } else {
    const auto scale = 1 / sum_of_exponentials(row, n, most);
    for (std::int64_t i = 0; i < n; ++i) {
      out[i] = static_cast<T>(std::exp(load(row[i]) - most) * scale);
    }
  }
}

template <typename T, bool kLog>
void softmax(KernelContext& context) {
  const TensorRep& in = context.input(0);
  context.require(in.rank() >= 1, "logits must have >= 1 dimension");
  TensorRep& out = context.allocate_output(0, in.dtype(), in.shape());
  const std::int64_t columns = in.shape()[in.rank() - 1];
  if (out.num_elements() == 0) return;
  parallel_for(context.pool(), in.num_elements() / columns, 12.0 * static_cast<double>(columns),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t r = begin; r < end; ++r) {
                   softmax_row<T, kLog>(in.data<T>() + r * columns,
                                        out.mutable_data<T>() + r * columns, columns);
                 }
               });
}

template <typename T, typename Label>
void sparse_cross_entropy(KernelContext& context) {
  const TensorRep& features = context.input(0);
  const TensorRep& labels = context.input(1);
  context.require(features.rank() == 2, "logits must be 2-D");
  context.require(labels.rank() == 1 && labels.shape()[0] == features.shape()[0],
                  "logits and labels must have the same first dimension");
  const std::int64_t rows = features.shape()[0];
  const std::int64_t classes = features.shape()[1];
  context.require(rows == 0 || classes > 0, "Must have at least one class");
  for (std::int64_t r = 0; r < rows; ++r) {
    const auto label = static_cast<std::int64_t>(labels.data<Label>()[r]);
    if (label < 0 || label >= classes) {
      context.invalid("Received a label value of " + std::to_string(label) +
                      " which is outside the valid range of [0, " + std::to_string(classes) + ")");
    }
  }
  TensorRep& loss = context.allocate_output(0, features.dtype(), {rows});
  TensorRep& gradient = context.allocate_output(1, features.dtype(), features.shape());
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* row = features.data<T>() + r * classes;
    T* out = gradient.mutable_data<T>() + r * classes;
    const auto label = static_cast<std::int64_t>(labels.data<Label>()[r]);
    if constexpr (std::is_same_v<T, float>) {
      const auto [shift, total] = exponentials(row, out, classes);
      loss.mutable_data<T>()[r] = std::log(total) - (row[label] - shift);
      vector_loops().scale(out, 1 / total, out, classes);
      out[label] -= 1;
      continue;
    }
    const auto most = largest(row, classes);
    const auto sum = sum_of_exponentials(row, classes, most);
    loss.mutable_data<T>()[r] = static_cast<T>(std::log(sum) - (load(row[label]) - most));
    for (std::int64_t i = 0; i < classes; ++i) {
      const auto probability = std::exp(load(row[i]) - most) / sum;
      out[i] = static_cast<T>(probability - (i == label ? 1 : 0));
    }
  }
}

template <typename T>
void cross_entropy(KernelContext& context) {
  const TensorRep& features = context.input(0);
  const TensorRep& labels = context.input(1);
  context.require(features.rank() == 2 && labels.rank() == 2, "logits and labels must be 2-D");
  Shape shape;
  try {
    shape = broadcast_shapes(features.shape(), labels.shape());
  } catch (const Error& error) {
    context.invalid(error.what());
  }
  TensorRep& loss = context.allocate_output(0, features.dtype(), {shape[0]});
  TensorRep& gradient = context.allocate_output(1, features.dtype(), shape);
  const std::int64_t classes = shape[1];
  const auto at = [](const TensorRep& tensor, std::int64_t r, std::int64_t c) {
    const Shape& own = tensor.shape();
    return load(tensor.data<T>()[(own[0] == 1 ? 0 : r) * own[1] + (own[1] == 1 ? 0 : c)]);
  };
  for (std::int64_t r = 0; r < shape[0]; ++r) {
    using C = Compute<T>;
    C most = -std::numeric_limits<C>::infinity();
    for (std::int64_t i = 0; i < classes; ++i) {
      const C value = at(features, r, i);
      most = most < value || value != value ? value : most;
    }
    C sum = 0;
    for (std::int64_t i = 0; i < classes; ++i) sum += std::exp(at(features, r, i) - most);
    const C log_sum = std::log(sum);
    C total = 0;
    for (std::int64_t i = 0; i < classes; ++i) {
      const C shifted = at(features, r, i) - most;
      const C label = at(labels, r, i);
      if (label != 0) total += label * (log_sum - shifted);
      gradient.mutable_data<T>()[r * classes + i] = static_cast<T>(std::exp(shifted) / sum - label);
    }
    loss.mutable_data<T>()[r] = static_cast<T>(total);
  }
}

template <bool kLog>
Kernel select_softmax(const KernelKey& key) {
  return pick(Floats{}, key.inputs[0], []<typename T>() -> Kernel { return softmax<T, kLog>; });
}
Kernel select_sparse(const KernelKey& key) {
  if (key.inputs[1] == DType::int32) {
    return pick(Floats{}, key.inputs[0],
                []<typename T>() -> Kernel { return sparse_cross_entropy<T, std::int32_t>; });
  }
  return pick(Floats{}, key.inputs[0],
              []<typename T>() -> Kernel { return sparse_cross_entropy<T, std::int64_t>; });
}

constexpr KernelBinding kBindings[] = {
    {"Softmax", select_softmax<false>},
    {"LogSoftmax", select_softmax<true>},
    {"SparseSoftmaxCrossEntropyWithLogits", select_sparse},
    {"SoftmaxCrossEntropyWithLogits",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[0],
                   []<typename T>() -> Kernel { return cross_entropy<T>; });
     }},
};
}  // namespace

KernelBindings softmax_kernels() { return kBindings; }

}  // namespace opscope::runtime
