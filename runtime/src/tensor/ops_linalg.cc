// Linear algebra and einsum.
#include "opscope/error.h"
#include "opscope/runtime/name_scope.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::op;
using runtime::OpCall;

Tensor einsum(std::string_view equation, const std::vector<Tensor>& inputs, Loc loc) {
  const NameScope scope("einsum");
  OpCall call(op<"Einsum">(), "Einsum", loc);
  for (const Tensor& input : inputs) call.add(input);
  return call.attr("equation", equation).run();
}

namespace linalg {

Tensor cholesky(const Operand& x) { return runtime::unary(op<"Cholesky">(), "Cholesky", x); }
Tensor det(const Operand& x) {
  return runtime::unary(op<"MatrixDeterminant">(), "MatrixDeterminant", x);
}
Tensor inv(const Operand& x, bool adjoint) {
  return OpCall(op<"MatrixInverse">(), "MatrixInverse", x.loc())
      .add(x)
      .attr("adjoint", adjoint)
      .run();
}
Tensor solve(const Operand& matrix, const Operand& rhs, bool adjoint) {
  return OpCall(op<"MatrixSolve">(), "MatrixSolve", rhs.loc())
      .add(matrix)
      .add(rhs)
      .attr("adjoint", adjoint)
      .run();
}
Tensor triangular_solve(const Operand& matrix, const Operand& rhs, bool lower, bool adjoint) {
  const NameScope scope("triangular_solve");
  return OpCall(op<"MatrixTriangularSolve">(), "MatrixTriangularSolve", rhs.loc())
      .add(matrix)
      .add(rhs)
      .attr("lower", lower)
      .attr("adjoint", adjoint)
      .run();
}
QrResult qr(const Operand& x, bool full_matrices) {
  const std::vector<Tensor> parts =
      OpCall(op<"Qr">(), "Qr", x.loc()).add(x).attr("full_matrices", full_matrices).run_all();
  return {parts.at(0), parts.at(1)};
}
SvdResult svd(const Operand& x, bool full_matrices) {
  const std::vector<Tensor> parts =
      OpCall(op<"Svd">(), "Svd", x.loc()).add(x).attr("full_matrices", full_matrices).run_all();
  return {parts.at(0), parts.at(1), parts.at(2)};
}
EighResult eigh(const Operand& x) {
  const std::vector<Tensor> parts =
      OpCall(op<"SelfAdjointEigV2">(), "SelfAdjointEigV2", x.loc()).add(x).run_all();
  return {parts.at(0), parts.at(1)};
}

}  // namespace linalg
}  // namespace opscope
