// Driving elementwise kernels: shapes, broadcasting, memory reuse and threads are handled here
// once, for loops over plain arrays.
#pragma once

#include <cstdint>

#include "kernels/loop_types.h"
#include "kernels/numeric.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {

// Output 0 = loop over inputs 0 and 1, broadcast against each other. `cost` in ns per element.
void run_binary(KernelContext& context, BinaryLoop loop, DType out_dtype, double cost);
// Output 0 = loop over input 0.
void run_unary(KernelContext& context, UnaryLoop loop, DType out_dtype, double cost);

// Op: static apply(Compute<T>, Compute<T>), returning the output's compute type.
template <typename Op, typename T, typename Out>
void binary_loop(const void* left, const void* right, void* result, std::int64_t n, Repeat repeat) {
  const T* a = static_cast<const T*>(left);
  const T* b = static_cast<const T*>(right);
  Out* out = static_cast<Out*>(result);
  if (repeat == Repeat::none) {
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) {
      out[i] = static_cast<Out>(Op::apply(load(a[i]), load(b[i])));
    }
  } else if (repeat == Repeat::left) {
    const auto x = load(a[0]);
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<Out>(Op::apply(x, load(b[i])));
  } else {
    const auto y = load(b[0]);
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<Out>(Op::apply(load(a[i]), y));
  }
}

template <typename Op, typename T, typename Out>
void unary_loop(const void* input, void* result, std::int64_t n) {
  const T* in = static_cast<const T*>(input);
  Out* out = static_cast<Out*>(result);
#pragma GCC ivdep
  for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<Out>(Op::apply(load(in[i])));
}

template <typename Op, typename T>
void binary_kernel(KernelContext& context) {
  run_binary(context, binary_loop<Op, T, T>, dtype_of<T>, Op::kCost);
}

template <typename Op, typename T>
void compare_kernel(KernelContext& context) {
  run_binary(context, binary_loop<Op, T, bool>, DType::boolean, Op::kCost);
}

template <typename Op, typename T>
void unary_kernel(KernelContext& context) {
  run_unary(context, unary_loop<Op, T, T>, dtype_of<T>, Op::kCost);
}

// Selectors by the first input's dtype.
template <typename Op, typename Types>
Kernel select_binary(const KernelKey& key) {
  return pick(Types{}, key.inputs[0], []<typename T>() -> Kernel { return binary_kernel<Op, T>; });
}
template <typename Op, typename Types>
Kernel select_compare(const KernelKey& key) {
  return pick(Types{}, key.inputs[0], []<typename T>() -> Kernel { return compare_kernel<Op, T>; });
}
template <typename Op, typename Types>
Kernel select_unary(const KernelKey& key) {
  return pick(Types{}, key.inputs[0], []<typename T>() -> Kernel { return unary_kernel<Op, T>; });
}

}  // namespace opscope::runtime
