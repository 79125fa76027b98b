// The rest of tf.math, tf.bitwise and what is composed of them, under TensorFlow's names. Reached
// through ops.h, whose rules hold here: failures, literals, the thread rule. "Floating" is half,
// bfloat16, float32 or float64; each operation broadcasts unless said.
#pragma once

#include <cstdint>
#include <vector>

#include "opscope/runtime/operand.h"
#include "opscope/runtime/reduce_options.h"
#include "opscope/runtime/tensor.h"

namespace opscope {

// ---- Trigonometric and hyperbolic functions; floating ----
[[nodiscard]] Tensor tan(const Operand& x);
[[nodiscard]] Tensor asin(const Operand& x);
[[nodiscard]] Tensor acos(const Operand& x);
[[nodiscard]] Tensor atan(const Operand& x);
[[nodiscard]] Tensor atan2(const Operand& y, const Operand& x);
[[nodiscard]] Tensor sinh(const Operand& x);
[[nodiscard]] Tensor cosh(const Operand& x);
[[nodiscard]] Tensor asinh(const Operand& x);
[[nodiscard]] Tensor acosh(const Operand& x);
[[nodiscard]] Tensor atanh(const Operand& x);

// ---- Special functions; floating ----
[[nodiscard]] Tensor expm1(const Operand& x);
[[nodiscard]] Tensor erfc(const Operand& x);
[[nodiscard]] Tensor lgamma(const Operand& x);   // the logarithm of |gamma(x)|
[[nodiscard]] Tensor digamma(const Operand& x);  // the derivative of lgamma; NaN at its poles
[[nodiscard]] Tensor log_sigmoid(const Operand& x);

// ---- Division and rounding ----
[[nodiscard]] Tensor rint(const Operand& x);                   // halves to even; floating
[[nodiscard]] Tensor mod(const Operand& x, const Operand& y);  // as floormod()
// C's `/` and `%` for integers; throws invalid_argument where an integer y is 0.
[[nodiscard]] Tensor truncatediv(const Operand& x, const Operand& y);
[[nodiscard]] Tensor truncatemod(const Operand& x, const Operand& y);
// 0 where y is 0; integers are divided in floating point.
[[nodiscard]] Tensor div_no_nan(const Operand& x, const Operand& y);
[[nodiscard]] Tensor reciprocal_no_nan(const Operand& x);  // 0 where x is 0
// 0 where y is 0, even when x is infinite or NaN.
[[nodiscard]] Tensor multiply_no_nan(const Operand& x, const Operand& y);
[[nodiscard]] Tensor xlogy(const Operand& x, const Operand& y);  // x * log(y); 0 where x is 0
[[nodiscard]] Tensor xdivy(const Operand& x, const Operand& y);  // x / y; 0 where x is 0

// ---- Logic and bits ----
[[nodiscard]] Tensor logical_xor(const Operand& x, const Operand& y);

namespace bitwise {
// Integers only.
[[nodiscard]] Tensor bitwise_and(const Operand& x, const Operand& y);
[[nodiscard]] Tensor bitwise_or(const Operand& x, const Operand& y);
[[nodiscard]] Tensor bitwise_xor(const Operand& x, const Operand& y);
[[nodiscard]] Tensor invert(const Operand& x);
// Counts below 0 shift by 0, counts beyond the width by the width less one.
[[nodiscard]] Tensor left_shift(const Operand& x, const Operand& y);
[[nodiscard]] Tensor right_shift(const Operand& x, const Operand& y);  // keeps the sign
}  // namespace bitwise

// ---- Neighbours; float32 or float64 ----
// The next number after x in the direction of y; y where they are equal.
[[nodiscard]] Tensor nextafter(const Operand& x, const Operand& y);
// |x - y| < tolerance, for tensors of one shape.
[[nodiscard]] Tensor approximate_equal(const Operand& x, const Operand& y, float tolerance = 1e-5F);

// ---- Complex numbers: complex64 of float32, complex128 of float64 ----
// Besides these there are +, -, *, /, ==, !=, matmul() and cast() of them, but no gradients.
[[nodiscard]] Tensor complex(const Operand& real, const Operand& imag);
[[nodiscard]] Tensor real(const Operand& x);   // a real x as it is
[[nodiscard]] Tensor imag(const Operand& x);   // zeros for a real x
[[nodiscard]] Tensor conj(const Operand& x);   // a real x as it is
[[nodiscard]] Tensor angle(const Operand& x);  // in radians; complex x only

// ---- Sums of many ----
// The sum of tensors of one shape and dtype; throws invalid_argument if there is none.
[[nodiscard]] Tensor accumulate_n(const std::vector<Tensor>& inputs, Loc loc = Loc::current());
// The polynomial with these coefficients, the highest power first, by Horner's rule. No
// coefficients: zeros.
[[nodiscard]] Tensor polyval(const std::vector<Tensor>& coefficients, const Operand& x);
// Products summed over the last `axes` dimensions of a and the first `axes` of b: 1 is the matrix
// product, 0 the outer one. Throws invalid_argument when `axes` is negative or beyond a rank.
[[nodiscard]] Tensor tensordot(const Operand& a, const Operand& b, std::int64_t axes);
// As above over pairs of dimensions, the i-th of `a_axes` with the i-th of `b_axes`; the result has
// the other dimensions of a, then those of b. While tracing both ranks must be known.
[[nodiscard]] Tensor tensordot(const Operand& a, const Operand& b,
                               const std::vector<std::int64_t>& a_axes,
                               const std::vector<std::int64_t>& b_axes);

// ---- Reductions; without axes over all dimensions ----
// The mean of the squared distances from the mean; not of integers.
[[nodiscard]] Tensor reduce_variance(const Operand& x, const ReduceOptions& options = {});
[[nodiscard]] Tensor reduce_std(const Operand& x, const ReduceOptions& options = {});
// log(reduce_sum(exp(x))), which does not overflow where the result does not.
[[nodiscard]] Tensor reduce_logsumexp(const Operand& x, const ReduceOptions& options = {});
[[nodiscard]] Tensor reduce_euclidean_norm(const Operand& x, const ReduceOptions& options = {});
// How many elements are not zero (of bools: true), as `dtype`.
[[nodiscard]] Tensor count_nonzero(const Operand& x, const ReduceOptions& options = {},
                                   DType dtype = DType::int64);

// Which norm: the square root of the sum of squares; the sum of magnitudes; the largest magnitude.
// Of matrices (two axes): the same; the largest sum of a column; the largest sum of a row.
enum class Norm { euclidean, one, infinity };
// tf.norm: over all elements as one vector, over one axis, or over the two axes of matrices.
// Throws invalid_argument for other numbers of axes.
[[nodiscard]] Tensor norm(const Operand& x, Norm order = Norm::euclidean,
                          const ReduceOptions& options = {});

// ---- Matrices, over the last two dimensions ----
namespace linalg {
[[nodiscard]] Tensor trace(const Operand& x);             // the sum of the main diagonal
[[nodiscard]] Tensor matrix_transpose(const Operand& x);  // the rank must be known
// Matrices [..., m, n] times vectors [..., n].
[[nodiscard]] Tensor matvec(const Operand& a, const Operand& b, bool transpose_a = false);
}  // namespace linalg

}  // namespace opscope
