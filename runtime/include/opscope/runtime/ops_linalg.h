// Linear algebra under the names of tf.linalg, and einsum. Reached through ops.h. All work on
// batches of matrices over the leading dimensions. float32 and float64 unless said.
#pragma once

#include <string_view>
#include <vector>

#include "opscope/runtime/operand.h"
#include "opscope/runtime/tensor.h"

namespace opscope {

// tf.einsum: "ij,jk->ik", "bij->bji", "i,i->", with ellipses. All numeric data types.
[[nodiscard]] Tensor einsum(std::string_view equation, const std::vector<Tensor>& inputs,
                            Loc loc = Loc::current());

namespace linalg {

// Lower triangular L with L * transpose(L) = x; only the lower triangle of x is read. A matrix that
// is not positive definite gives NaN.
[[nodiscard]] Tensor cholesky(const Operand& x);
// Throws invalid_argument if a matrix is not invertible.
[[nodiscard]] Tensor inv(const Operand& x, bool adjoint = false);
[[nodiscard]] Tensor det(const Operand& x);
// x with matrix * x = rhs; rhs is [..., n, k]. Throws as inv().
[[nodiscard]] Tensor solve(const Operand& matrix, const Operand& rhs, bool adjoint = false);
[[nodiscard]] Tensor triangular_solve(const Operand& matrix, const Operand& rhs, bool lower = true,
                                      bool adjoint = false);
struct QrResult {
  Tensor q;
  Tensor r;
};
[[nodiscard]] QrResult qr(const Operand& x, bool full_matrices = false);
struct SvdResult {
  Tensor s;  // largest first
  Tensor u;
  Tensor v;  // not transposed: x = u * diag(s) * transpose(v)
};
[[nodiscard]] SvdResult svd(const Operand& x, bool full_matrices = false);
struct EighResult {
  Tensor e;  // smallest first
  Tensor v;  // columns
};
// Of symmetric matrices; only the lower triangle is read.
[[nodiscard]] EighResult eigh(const Operand& x);

}  // namespace linalg
}  // namespace opscope
