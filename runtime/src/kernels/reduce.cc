// Sum, Mean, Prod, Max, Min, All, Any, EuclideanNorm, L2Loss.
#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/strided_copy.h"
#include "kernels/vector_loops.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// Each: the type sums are kept in, the value of nothing, one step, and the end.
struct Sum {
  template <typename T>
  static constexpr Compute<T> initial() noexcept {
    return Compute<T>{0};
  }
  template <typename C>
  static C step(C a, C b) noexcept {
    return add_wrapping(a, b);
  }
  template <typename C>
  static C finish(C a, std::int64_t) noexcept {
    return a;
  }
};
struct Mean : Sum {
  template <typename C>
  static C finish(C a, std::int64_t count) noexcept {
    if constexpr (std::integral<C>) {
      return count == 0 ? C{0} : static_cast<C>(a / static_cast<C>(count));
    } else {
      return a / static_cast<C>(count);
    }
  }
};
struct Prod : Sum {
  template <typename T>
  static constexpr Compute<T> initial() noexcept {
    return Compute<T>{1};
  }
  template <typename C>
  static C step(C a, C b) noexcept {
    return mul_wrapping(a, b);
  }
};
struct Max : Sum {
  template <typename T>
  static constexpr Compute<T> initial() noexcept {
    using C = Compute<T>;
    if constexpr (std::floating_point<C>)
      return -std::numeric_limits<C>::infinity();
    else
      return std::numeric_limits<C>::lowest();
  }
  template <typename C>
  static C step(C a, C b) noexcept {
    return a < b || b != b ? b : a;
  }
};
struct Min : Sum {
  template <typename T>
  static constexpr Compute<T> initial() noexcept {
    using C = Compute<T>;
    if constexpr (std::floating_point<C>)
      return std::numeric_limits<C>::infinity();
    else
      return std::numeric_limits<C>::max();
  }
  template <typename C>
  static C step(C a, C b) noexcept {
    return b < a || b != b ? b : a;
  }
};
struct Norm : Sum {
  template <typename C>
  static C square(C x) noexcept {
    return x * x;
  }
  template <typename C>
  static C finish(C a, std::int64_t) noexcept {
    return std::sqrt(a);
  }
};
struct All : Sum {
  template <typename T>
  static constexpr bool initial() noexcept {
    return true;
  }
  static bool step(bool a, bool b) noexcept { return a && b; }
};
struct Any : Sum {
  template <typename T>
  static constexpr bool initial() noexcept {
    return false;
  }
  static bool step(bool a, bool b) noexcept { return a || b; }
};

// What an op adds up in: the mean of integers must not wrap on the way.
template <typename Op, typename T>
using Accumulator =
    std::conditional_t<std::is_same_v<Op, Mean> && std::integral<T>,
                       std::conditional_t<std::signed_integral<T>, std::int64_t, std::uint64_t>,
                       Compute<T>>;

// Neighbouring axes of one kind joined: sizes alternate between kept and reduced.
struct Runs {
  IntList sizes;
  bool first_is_reduced = false;
  Shape out_shape;
};

Runs read_runs(const KernelContext& context) {
  const Shape& shape = context.input(0).shape();
  SmallVector<std::uint8_t, 8> reduced;
  reduced.assign(static_cast<std::size_t>(shape.rank()), 0);
  for (const std::int64_t value : read_ints(context, 1)) {
    if (value < -shape.rank() || value >= shape.rank()) {
      context.invalid("Invalid reduction dimension (" + std::to_string(value) + " for input with " +
                      std::to_string(shape.rank()) + " dimension(s)");
    }
    const std::int64_t axis = value < 0 ? value + shape.rank() : value;
    if (std::exchange(reduced[static_cast<std::size_t>(axis)], std::uint8_t{1}) != 0) {
      context.invalid("Invalid reduction arguments: Axes contains duplicate dimension: " +
                      std::to_string(axis));
    }
  }
  const bool keep = context.attr_bool("keep_dims");
  Runs runs;
  bool last = false;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const bool is_reduced = reduced[static_cast<std::size_t>(axis)] != 0;
    if (is_reduced ? keep : true) runs.out_shape.append(is_reduced ? 1 : shape[axis]);
    if (shape[axis] == 1) continue;
    if (runs.sizes.empty() || is_reduced != last) {
      if (runs.sizes.empty()) runs.first_is_reduced = is_reduced;
      runs.sizes.push_back(shape[axis]);
      last = is_reduced;
    } else {
      runs.sizes.back() *= shape[axis];
    }
  }
  if (runs.sizes.empty()) runs.sizes.push_back(1);
  return runs;
}

template <typename Op, typename T>
inline constexpr bool kIsVectorSum = std::is_same_v<T, float> &&
                                     (std::is_same_v<Op, Sum> || std::is_same_v<Op, Mean>);

// The elements of a row in many strands, which the compiler turns into vector arithmetic. Long
// float rows are halved first, so that rounding errors grow with the logarithm of the length.
template <typename Op, typename T>
Accumulator<Op, T> reduce_row(const T* values, std::int64_t n) noexcept {
  using C = Accumulator<Op, T>;
  constexpr std::int64_t kBlock = 4096;
  if (kIsFloat<T> && n > kBlock) {
    const std::int64_t half_size = (n / 2 + 63) / 64 * 64;
    return Op::step(reduce_row<Op, T>(values, half_size),
                    reduce_row<Op, T>(values + half_size, n - half_size));
  }
  if constexpr (kIsVectorSum<Op, T>) return vector_loops().sum(values, n);
  if constexpr (std::is_same_v<Op, Max> && std::is_same_v<T, float>) {
    return vector_loops().largest(values, n);
  }
  const auto initial = static_cast<C>(Op::template initial<T>());
  constexpr std::int64_t kStrands = 32;
  C strands[kStrands];
  for (C& strand : strands) strand = initial;
  std::int64_t i = 0;
  for (; i + kStrands <= n; i += kStrands) {
    for (std::int64_t k = 0; k < kStrands; ++k) {
      if constexpr (requires { Op::square(C{}); }) {
        strands[k] = Op::step(strands[k], Op::square(static_cast<C>(load(values[i + k]))));
      } else {
        strands[k] = Op::step(strands[k], static_cast<C>(load(values[i + k])));
      }
    }
  }
  for (; i < n; ++i) {
    C value = static_cast<C>(load(values[i]));
    if constexpr (requires { Op::square(C{}); }) value = Op::square(value);
    strands[0] = Op::step(strands[0], value);
  }
  for (std::int64_t width = kStrands / 2; width > 0; width /= 2) {
    for (std::int64_t k = 0; k < width; ++k) strands[k] = Op::step(strands[k], strands[k + width]);
  }
  return strands[0];
}

// sums[j] = step over i of values[i * columns + j].
template <typename Op, typename T>
void reduce_columns(const T* values, std::int64_t rows, std::int64_t row_stride,
                    std::int64_t columns, Accumulator<Op, T>* sums) noexcept {
  if constexpr (kIsVectorSum<Op, T>) {
    vector_loops().add_columns(values, rows, row_stride, columns, sums);
    return;
  }
  for (std::int64_t i = 0; i < rows; ++i) {
    const T* row = values + i * row_stride;
#pragma GCC ivdep
    for (std::int64_t j = 0; j < columns; ++j) {
      auto value = static_cast<Accumulator<Op, T>>(load(row[j]));
      if constexpr (requires { Op::square(value); }) value = Op::square(value);
      sums[j] = Op::step(sums[j], value);
    }
  }
}

template <typename Op, typename T>
void reduce_rows(KernelContext& context, std::int64_t rows, std::int64_t n, T* out) {
  const T* values = context.input(0).data<T>();
  parallel_for(context.pool(), rows, 0.4 * static_cast<double>(n) + 5,
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t r = begin; r < end; ++r) {
                   out[r] = static_cast<T>(Op::finish(reduce_row<Op, T>(values + r * n, n), n));
                 }
               });
}

// Kept and reduced runs in any order: walks outer indexes, reducing into sums that lie in a row.
template <typename Op, typename T>
void reduce_general(KernelContext& context, const Runs& runs, std::int64_t count, TensorRep& out) {
  using C = Accumulator<Op, T>;
  const std::size_t depth = runs.sizes.size();
  // What is summed in another type than the output's is summed elsewhere.
  Ref<TensorRep> wide;
  if constexpr (!std::is_same_v<C, T>) wide = TensorRep::make(dtype_of<C>, out.shape());
  C* sums = (wide ? *wide : out).template mutable_data<C>();
  std::fill_n(sums, out.num_elements(), static_cast<C>(Op::template initial<T>()));
  const bool last_reduced = (depth % 2 == 1) == runs.first_is_reduced;
  IntList in_strides;
  IntList out_strides;
  in_strides.assign(depth, 1);
  out_strides.assign(depth, 0);
  std::int64_t in_stride = 1;
  std::int64_t out_stride = 1;
  for (std::size_t d = depth; d-- > 0;) {
    const bool is_reduced = (d % 2 == 0) == runs.first_is_reduced;
    in_strides[d] = in_stride;
    in_stride *= runs.sizes[d];
    if (is_reduced) continue;
    out_strides[d] = out_stride;
    out_stride *= runs.sizes[d];
  }
  const T* values = context.input(0).data<T>();
  const auto walk = [&](auto& self, std::size_t d, const T* from, C* to) -> void {
    if (d + 1 == depth) {
      if (last_reduced) {
        *to = Op::step(*to, reduce_row<Op, T>(from, runs.sizes[d]));
      } else {
        reduce_columns<Op, T>(from, 1, 0, runs.sizes[d], to);
      }
      return;
    }
    if (d + 2 == depth && !last_reduced) {
      reduce_columns<Op, T>(from, runs.sizes[d], in_strides[d], runs.sizes[d + 1], to);
      return;
    }
    for (std::int64_t i = 0; i < runs.sizes[d]; ++i) {
      self(self, d + 1, from + i * in_strides[d], to + i * out_strides[d]);
    }
  };
  walk(walk, 0, values, sums);
  T* result = out.mutable_data<T>();
  for (std::int64_t i = 0; i < out.num_elements(); ++i) {
    result[i] = static_cast<T>(Op::finish(sums[i], count));
  }
}

template <typename Op, typename T>
void reduce(KernelContext& context) {
  const Runs runs = read_runs(context);
  const TensorRep& in = context.input(0);
  TensorRep& out = context.allocate_output(0, dtype_of<T>, runs.out_shape);
  const std::int64_t results = out.num_elements();
  if (results == 0) return;
  T* result = out.mutable_data<T>();
  const std::int64_t count = in.num_elements() / results;
  if (count == 0) {
    const auto value = Op::finish(Op::template initial<T>(), 0);
    std::fill_n(result, results, static_cast<T>(value));
    return;
  }
  const std::size_t depth = runs.sizes.size();
  if (depth == 1 && runs.first_is_reduced) return reduce_rows<Op, T>(context, 1, count, result);
  if (depth == 2 && !runs.first_is_reduced) {
    return reduce_rows<Op, T>(context, results, count, result);
  }
  if (depth == 1) return reduce_rows<Op, T>(context, results, 1, result);
  reduce_general<Op, T>(context, runs, count, out);
}

template <typename T>
void l2_loss(KernelContext& context) {
  const TensorRep& in = context.input(0);
  double sum = 0;
  for (const T value : in.flat<T>()) {
    const auto x = static_cast<double>(load(value));
    sum += x * x;
  }
  TensorRep& out = context.allocate_output(0, dtype_of<T>, Shape());
  *out.mutable_data<T>() = static_cast<T>(static_cast<Compute<T>>(sum / 2));
}

template <typename Op, typename Types>
Kernel select_reduce(const KernelKey& key) {
  return pick(Types{}, key.inputs[0], []<typename T>() -> Kernel { return reduce<Op, T>; });
}

constexpr KernelBinding kBindings[] = {
    {"Sum", select_reduce<Sum, Numbers>},
    {"Mean", select_reduce<Mean, Numbers>},
    {"Prod", select_reduce<Prod, Numbers>},
    {"Max", select_reduce<Max, Numbers>},
    {"Min", select_reduce<Min, Numbers>},
    {"All", select_reduce<All, TypeList<bool>>},
    {"Any", select_reduce<Any, TypeList<bool>>},
    {"EuclideanNorm", select_reduce<Norm, Floats>},
    {"L2Loss",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[0], []<typename T>() -> Kernel { return l2_loss<T>; });
     }},
};
}  // namespace

KernelBindings reduce_kernels() { return kBindings; }

}  // namespace opscope::runtime
