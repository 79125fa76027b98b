// Loops over float arrays, compiled for several instruction sets; vector_loops() gives those of
// instruction_set(). What they compute agrees between the sets to a few units in the last place.
//
// Outputs may be the inputs themselves, but may not overlap them otherwise.
#pragma once

#include <cstdint>

#include "kernels/loop_types.h"

namespace opscope::runtime {

// Scalars of the optimizers' steps.
struct MomentumScalars {
  float rate;
  float momentum;
  bool nesterov;
};
struct AdamScalars {
  float rate;  // with both corrections of the bias
  float beta1;
  float beta2;
  float epsilon;
  bool nesterov;
};
struct RmsPropScalars {
  float rate;
  float rho;
  float momentum;
  float epsilon;
};

struct WindowSize {
  std::int64_t rows;
  std::int64_t columns;
  std::int64_t row_stride;
  std::int64_t column_stride;
};

struct VectorLoops {
  // ---- One value to one. Errors against the exact function, in units in the last place:
  // exp 2, expm1 3, log 2, log1p 3, tanh 4, sigmoid 4, softplus 4; the others 1. Results below the
  // smallest normal number may be 0.
  UnaryLoop neg;
  UnaryLoop abs;
  UnaryLoop square;
  UnaryLoop sqrt;
  UnaryLoop rsqrt;
  UnaryLoop reciprocal;
  UnaryLoop exp;
  UnaryLoop expm1;
  UnaryLoop log;
  UnaryLoop log1p;
  UnaryLoop tanh;
  UnaryLoop sigmoid;
  UnaryLoop softplus;
  UnaryLoop relu;
  UnaryLoop relu6;
  UnaryLoop elu;
  UnaryLoop selu;

  // ---- Two values to one ----
  BinaryLoop add;
  BinaryLoop sub;
  BinaryLoop mul;
  BinaryLoop div;
  BinaryLoop maximum;
  BinaryLoop minimum;
  BinaryLoop squared_difference;
  BinaryLoop relu_grad;
  BinaryLoop relu6_grad;
  BinaryLoop elu_grad;
  BinaryLoop selu_grad;
  BinaryLoop softplus_grad;
  BinaryLoop tanh_grad;
  BinaryLoop sigmoid_grad;

  // ---- Rows ----
  // out[r][c] = in[r][c] + bias[c].
  void (*add_bias)(const float* in, const float* bias, float* out, std::int64_t rows,
                   std::int64_t columns);
  // sums[c] += values[r][c]; rows are `stride` apart.
  void (*add_columns)(const float* values, std::int64_t rows, std::int64_t stride,
                      std::int64_t columns, float* sums);
  // The sum of up to a few thousand values.
  float (*sum)(const float* values, std::int64_t n);
  // The largest value, NaN if there is one, minus infinity of nothing.
  float (*largest)(const float* values, std::int64_t n);
  // out[i] = exp(values[i] - shift); returns their sum.
  float (*exp_shifted)(const float* values, float shift, float* out, std::int64_t n);
  // out[i] = in[i] * factor, in[i] + addend.
  void (*scale)(const float* in, float factor, float* out, std::int64_t n);
  void (*shift)(const float* in, float addend, float* out, std::int64_t n);
  // best[i] = the larger of best[i] and values[i].
  void (*max_into)(const float* values, float* best, std::int64_t n);
  // The gradient of one window of a pool, `n` channels: the first value that is not below best[i]
  // gets delta[i], all others 0. Rows and columns of the window are so many values apart, in `in`
  // and `out` alike.
  void (*max_window_gradient)(const float* in, float* out, const WindowSize& size,
                              const float* best, const float* delta, std::int64_t n);

  // ---- Steps of optimizers; see ops_training.h ----
  void (*gradient_descent)(float* value, const float* gradient, float rate, std::int64_t n);
  void (*momentum)(float* value, float* sum, const float* gradient, const MomentumScalars& scalars,
                   std::int64_t n);
  void (*keras_momentum)(float* value, float* sum, const float* gradient,
                         const MomentumScalars& scalars, std::int64_t n);
  void (*adam)(float* value, float* mean, float* square, const float* gradient,
               const AdamScalars& scalars, std::int64_t n);
  void (*rms_prop)(float* value, float* square, float* moment, const float* gradient,
                   const RmsPropScalars& scalars, std::int64_t n);
  void (*adagrad)(float* value, float* sum, const float* gradient, float rate, float epsilon,
                  std::int64_t n);
};

[[nodiscard]] const VectorLoops& vector_loops() noexcept;

namespace baseline {
extern const VectorLoops kVectorLoops;
}  // namespace baseline
#if defined(__x86_64__)
namespace avx2 {
extern const VectorLoops kVectorLoops;
}  // namespace avx2
namespace avx512 {
extern const VectorLoops kVectorLoops;
}  // namespace avx512
#endif

}  // namespace opscope::runtime
