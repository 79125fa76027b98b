// Range, Cumsum, Cumprod, ArgMax, ArgMin, TopKV2, InvertPermutation, ConcatOffset,
// BroadcastGradientArgs.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
template <typename T>
void range(KernelContext& context) {
  for (std::size_t i = 0; i < 3; ++i) {
    context.require(context.input(i).num_elements() == 1, "start, limit and delta must be scalars");
  }
  using C = Compute<T>;
  const C start = load(*context.input(0).data<T>());
  const C limit = load(*context.input(1).data<T>());
  const C delta = load(*context.input(2).data<T>());
  context.require(delta != C{0}, "Requires delta != 0");
  context.require(delta > C{0} ? start <= limit : start >= limit,
                  "Requires start <= limit when delta > 0, start >= limit when delta < 0");
  std::int64_t size = 0;
  if constexpr (std::integral<C>) {
    using U = std::uint64_t;
    const U span = delta > C{0} ? static_cast<U>(limit) - static_cast<U>(start)
                                : static_cast<U>(start) - static_cast<U>(limit);
    const U step = delta > C{0} ? static_cast<U>(delta) : U{0} - static_cast<U>(delta);
    const U count = span / step + (span % step != 0 ? 1 : 0);
    context.require(count <= static_cast<U>(INT64_MAX), "the range is too long");
    size = static_cast<std::int64_t>(count);
  } else {
    const double count = std::ceil(std::abs(
        (static_cast<double>(limit) - static_cast<double>(start)) / static_cast<double>(delta)));
    context.require(count < 9e15, "the range is too long");
    size = static_cast<std::int64_t>(count);
  }
  TensorRep& out = context.allocate_output(0, dtype_of<T>, {size});
  T* values = out.mutable_data<T>();
  C value = start;
  for (std::int64_t i = 0; i < size; ++i) {
    values[i] = static_cast<T>(value);
    value = add_wrapping(value, delta);
  }
}

struct AxisView {
  std::int64_t outer;
  std::int64_t size;
  std::int64_t inner;
};

AxisView view_axis(const Shape& shape, int axis) {
  return {count_elements(shape, 0, axis), shape[axis],
          count_elements(shape, axis + 1, shape.rank())};
}

template <typename T, bool kProduct>
void cumulate(KernelContext& context) {
  using C = Compute<T>;
  const TensorRep& in = context.input(0);
  const AxisView view =
      view_axis(in.shape(), normalize_axis(context, read_int(context, 1), in.rank()));
  const bool exclusive = context.attr_bool("exclusive");
  const bool backwards = context.attr_bool("reverse");
  TensorRep& out = context.allocate_output(0, in.dtype(), in.shape());
  for (std::int64_t o = 0; o < view.outer; ++o) {
    for (std::int64_t i = 0; i < view.inner; ++i) {
      C total = kProduct ? C{1} : C{0};
      for (std::int64_t k = 0; k < view.size; ++k) {
        const std::int64_t at = backwards ? view.size - 1 - k : k;
        const std::int64_t index = (o * view.size + at) * view.inner + i;
        const C value = load(in.data<T>()[index]);
        const C before = total;
        total = kProduct ? mul_wrapping(total, value) : add_wrapping(total, value);
        out.mutable_data<T>()[index] = static_cast<T>(exclusive ? before : total);
      }
    }
  }
}

template <typename T, typename Out, bool kLargest>
void arg_extreme(KernelContext& context) {
  const TensorRep& in = context.input(0);
  context.require(context.input(1).rank() == 0, "dim must be a scalar");
  const int axis = normalize_axis(context, read_int(context, 1), in.rank());
  const AxisView view = view_axis(in.shape(), axis);
  context.require(view.size > 0, "Reduction axis is empty");
  Shape shape = in.shape();
  shape.remove(axis);
  TensorRep& out = context.allocate_output(0, dtype_of<Out>, shape);
  for (std::int64_t o = 0; o < view.outer; ++o) {
    for (std::int64_t i = 0; i < view.inner; ++i) {
      const T* values = in.data<T>() + o * view.size * view.inner + i;
      std::int64_t best = 0;
      for (std::int64_t k = 1; k < view.size; ++k) {
        const auto value = load(values[k * view.inner]);
        const auto champion = load(values[best * view.inner]);
        if (kLargest ? value > champion : value < champion) best = k;
      }
      out.mutable_data<Out>()[o * view.inner + i] = static_cast<Out>(best);
    }
  }
}

template <typename T, typename Index>
void top_k(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const std::int64_t k = read_int(context, 1);
  context.require(in.rank() >= 1, "input must be >= 1-D");
  const std::int64_t columns = in.shape()[in.rank() - 1];
  context.require(k >= 0, "Need k >= 0");
  context.require(k <= columns, "input must have at least k columns");
  Shape shape = in.shape();
  shape.set_dim(in.rank() - 1, k);
  TensorRep& values = context.allocate_output(0, in.dtype(), shape);
  TensorRep& indices = context.allocate_output(1, dtype_of<Index>, shape);
  std::vector<std::int64_t> order(static_cast<std::size_t>(columns));
  const std::int64_t rows = columns > 0 ? in.num_elements() / columns : 0;
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* row = in.data<T>() + r * columns;
    for (std::int64_t i = 0; i < columns; ++i) order[static_cast<std::size_t>(i)] = i;
    // NaN counts as larger than anything, so that the order is total.
    const auto before = [row](std::int64_t a, std::int64_t b) {
      const auto x = load(row[a]);
      const auto y = load(row[b]);
      if (x != x || y != y) return (x != x) != (y != y) ? x != x : a < b;
      return x != y ? x > y : a < b;
    };
    std::partial_sort(order.begin(), order.begin() + k, order.end(), before);
    for (std::int64_t i = 0; i < k; ++i) {
      const std::int64_t from = order[static_cast<std::size_t>(i)];
      values.mutable_data<T>()[r * k + i] = row[from];
      indices.mutable_data<Index>()[r * k + i] = static_cast<Index>(from);
    }
  }
}

template <typename T>
void invert_permutation(KernelContext& context) {
  const TensorRep& in = context.input(0);
  context.require(in.rank() == 1, "invert_permutation expects a 1D vector");
  TensorRep& out = context.allocate_output(0, in.dtype(), in.shape());
  const auto result = out.mutable_flat<T>();
  std::fill(result.begin(), result.end(), T{-1});
  for (std::int64_t i = 0; i < in.num_elements(); ++i) {
    const auto at = static_cast<std::int64_t>(in.data<T>()[i]);
    if (at < 0 || at >= in.num_elements())
      context.invalid(std::to_string(at) + " is not between 0 and " +
                      std::to_string(in.num_elements()));
    T& slot = result[static_cast<std::size_t>(at)];
    if (slot != T{-1}) context.invalid(std::to_string(at) + " is duplicated in the input.");
    slot = static_cast<T>(i);
  }
}

template <typename T>
void concat_offset(KernelContext& context) {
  const TensorRep& first = context.input(1);
  context.require(first.rank() == 1, "shapes must be vectors");
  const int axis =
      normalize_axis(context, read_int(context, 0), static_cast<int>(first.num_elements()));
  T offset = 0;
  for (std::size_t i = 1; i < context.num_inputs(); ++i) {
    const TensorRep& shape = context.input(i);
    context.require(shape.shape() == first.shape(), "shapes must have the same length");
    for (std::int64_t d = 0; d < first.num_elements(); ++d) {
      context.require(d == axis || shape.data<T>()[d] == first.data<T>()[d],
                      "All dimensions except the one that is joined must match");
    }
    TensorRep& out = context.allocate_output(i - 1, dtype_of<T>, shape.shape());
    std::fill_n(out.mutable_data<T>(), out.num_elements(), T{0});
    out.mutable_data<T>()[axis] = offset;
    offset = add_wrapping(offset, shape.data<T>()[axis]);
  }
}

// The axes over which a gradient must be summed to undo the broadcast of each operand.
template <typename T>
void broadcast_gradient_args(KernelContext& context) {
  const TensorRep& a = context.input(0);
  const TensorRep& b = context.input(1);
  context.require(a.rank() == 1 && b.rank() == 1, "shapes must be vectors");
  const std::int64_t rank = std::max(a.num_elements(), b.num_elements());
  const auto size_at = [rank](const TensorRep& shape, std::int64_t axis) -> std::int64_t {
    const std::int64_t own = axis - (rank - shape.num_elements());
    return own < 0 ? 1 : static_cast<std::int64_t>(shape.data<T>()[own]);
  };
  std::vector<T> axes[2];
  const bool equal = a.num_elements() == b.num_elements() &&
                     std::equal(a.data<T>(), a.data<T>() + a.num_elements(), b.data<T>());
  for (std::int64_t axis = 0; axis < rank && !equal; ++axis) {
    const std::int64_t x = size_at(a, axis);
    const std::int64_t y = size_at(b, axis);
    if (x != y && x != 1 && y != 1) context.invalid("Incompatible shapes for a broadcast gradient");
    if (x == 1) axes[0].push_back(static_cast<T>(axis));
    if (y == 1) axes[1].push_back(static_cast<T>(axis));
  }
  for (std::size_t i = 0; i < 2; ++i) {
    TensorRep& out =
        context.allocate_output(i, dtype_of<T>, {static_cast<std::int64_t>(axes[i].size())});
    std::copy(axes[i].begin(), axes[i].end(), out.mutable_data<T>());
  }
}

template <bool kLargest>
Kernel select_arg(const KernelKey& key) {
  if (key.outputs[0] == DType::int32) {
    return pick(NumbersAndBool{}, key.inputs[0],
                []<typename T>() -> Kernel { return arg_extreme<T, std::int32_t, kLargest>; });
  }
  if (key.outputs[0] != DType::int64) return nullptr;
  return pick(NumbersAndBool{}, key.inputs[0],
              []<typename T>() -> Kernel { return arg_extreme<T, std::int64_t, kLargest>; });
}
Kernel select_top_k(const KernelKey& key) {
  if (key.outputs[1] == DType::int64) {
    return pick(Numbers{}, key.inputs[0],
                []<typename T>() -> Kernel { return top_k<T, std::int64_t>; });
  }
  if (key.outputs[1] != DType::int32) return nullptr;
  return pick(Numbers{}, key.inputs[0],
              []<typename T>() -> Kernel { return top_k<T, std::int32_t>; });
}
template <bool kProduct>
Kernel select_cumulate(const KernelKey& key) {
  return pick(Numbers{}, key.inputs[0],
              []<typename T>() -> Kernel { return cumulate<T, kProduct>; });
}

constexpr KernelBinding kBindings[] = {
    {"Range",
     [](const KernelKey& key) {
       return pick(Numbers{}, key.inputs[0], []<typename T>() -> Kernel { return range<T>; });
     }},
    {"Cumsum", select_cumulate<false>},
    {"Cumprod", select_cumulate<true>},
    {"ArgMax", select_arg<true>},
    {"ArgMin", select_arg<false>},
    {"TopKV2", select_top_k},
    {"InvertPermutation",
     [](const KernelKey& key) {
       return pick(IndexTypes{}, key.inputs[0],
                   []<typename T>() -> Kernel { return invert_permutation<T>; });
     }},
    {"ConcatOffset",
     [](const KernelKey& key) {
       return pick(IndexTypes{}, key.inputs[1],
                   []<typename T>() -> Kernel { return concat_offset<T>; });
     }},
    {"BroadcastGradientArgs",
     [](const KernelKey& key) {
       return pick(IndexTypes{}, key.inputs[0],
                   []<typename T>() -> Kernel { return broadcast_gradient_args<T>; });
     }},
};
}  // namespace

KernelBindings sequence_kernels() { return kBindings; }

}  // namespace opscope::runtime
