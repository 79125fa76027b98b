// Selectors of elementwise kernels that use vector_loops() for float32 and plain loops for the
// rest.
#pragma once

#include "kernels/elementwise.h"
#include "kernels/vector_loops.h"

namespace opscope::runtime {

// Vector code takes a fraction of the time that kCost tells of the plain loops.
inline constexpr double kVectorGain = 0.25;

template <typename Op, UnaryLoop VectorLoops::*kLoop>
void vector_unary_kernel(KernelContext& context) {
  run_unary(context, vector_loops().*kLoop, DType::float32, Op::kCost * kVectorGain);
}
template <typename Op, BinaryLoop VectorLoops::*kLoop>
void vector_binary_kernel(KernelContext& context) {
  run_binary(context, vector_loops().*kLoop, DType::float32, Op::kCost * kVectorGain);
}

template <typename Op, typename Types, UnaryLoop VectorLoops::*kLoop>
Kernel select_vector_unary(const KernelKey& key) {
  if (key.inputs[0] == DType::float32) return vector_unary_kernel<Op, kLoop>;
  return select_unary<Op, Types>(key);
}
template <typename Op, typename Types, BinaryLoop VectorLoops::*kLoop>
Kernel select_vector_binary(const KernelKey& key) {
  if (key.inputs[0] == DType::float32) return vector_binary_kernel<Op, kLoop>;
  return select_binary<Op, Types>(key);
}

}  // namespace opscope::runtime
