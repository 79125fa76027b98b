// The rest of tf.math and tf.bitwise: elementwise functions.
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::binary;
using runtime::op;
using runtime::unary;

Tensor tan(const Operand& x) { return unary(op<"Tan">(), "Tan", x); }
Tensor asin(const Operand& x) { return unary(op<"Asin">(), "Asin", x); }
Tensor acos(const Operand& x) { return unary(op<"Acos">(), "Acos", x); }
Tensor atan(const Operand& x) { return unary(op<"Atan">(), "Atan", x); }
Tensor atan2(const Operand& y, const Operand& x) { return binary(op<"Atan2">(), "Atan2", y, x); }
Tensor sinh(const Operand& x) { return unary(op<"Sinh">(), "Sinh", x); }
Tensor cosh(const Operand& x) { return unary(op<"Cosh">(), "Cosh", x); }
Tensor asinh(const Operand& x) { return unary(op<"Asinh">(), "Asinh", x); }
Tensor acosh(const Operand& x) { return unary(op<"Acosh">(), "Acosh", x); }
Tensor atanh(const Operand& x) { return unary(op<"Atanh">(), "Atanh", x); }

Tensor expm1(const Operand& x) { return unary(op<"Expm1">(), "Expm1", x); }
Tensor erfc(const Operand& x) { return unary(op<"Erfc">(), "Erfc", x); }
Tensor lgamma(const Operand& x) { return unary(op<"Lgamma">(), "Lgamma", x); }
Tensor digamma(const Operand& x) { return unary(op<"Digamma">(), "Digamma", x); }
Tensor log_sigmoid(const Operand& x) {
  const NameScope scope("LogSigmoid");
  return negative(softplus(unary(op<"Neg">(), "Neg", x)));
}

Tensor rint(const Operand& x) { return unary(op<"Rint">(), "Rint", x); }
Tensor mod(const Operand& x, const Operand& y) { return binary(op<"FloorMod">(), "mod", x, y); }
Tensor truncatediv(const Operand& x, const Operand& y) {
  return binary(op<"TruncateDiv">(), "TruncateDiv", x, y);
}
Tensor truncatemod(const Operand& x, const Operand& y) {
  return binary(op<"TruncateMod">(), "TruncateMod", x, y);
}

Tensor div_no_nan(const Operand& x, const Operand& y) {
  const DType dtype = x.is_literal() && !y.is_literal() ? y.dtype() : x.dtype();
  if (!is_integer(dtype)) return binary(op<"DivNoNan">(), "div_no_nan", x, y);
  const DType wide = dtype_size(dtype) <= 2 ? DType::float32 : DType::float64;
  const auto widen = [wide](const Operand& operand) {
    return operand.is_literal() ? Tensor(operand.literal(wide)) : cast(operand, wide);
  };
  const NameScope scope("div_no_nan");
  return binary(op<"DivNoNan">(), "div_no_nan", Operand(widen(x), x.loc()),
                Operand(widen(y), y.loc()));
}
Tensor reciprocal_no_nan(const Operand& x) {
  return binary(op<"DivNoNan">(), "reciprocal_no_nan", Operand(1, x.loc()), x);
}
Tensor multiply_no_nan(const Operand& x, const Operand& y) {
  return binary(op<"MulNoNan">(), "multiply_no_nan", x, y);
}
Tensor xlogy(const Operand& x, const Operand& y) { return binary(op<"Xlogy">(), "Xlogy", x, y); }
Tensor xdivy(const Operand& x, const Operand& y) { return binary(op<"Xdivy">(), "Xdivy", x, y); }

Tensor logical_xor(const Operand& x, const Operand& y) {
  const Tensor either = logical_or(x, y);
  const Tensor both = logical_and(x, y);
  const Tensor not_both = logical_not(Operand(both, y.loc()));
  return binary(op<"LogicalAnd">(), "LogicalXor", Operand(either, y.loc()),
                Operand(not_both, y.loc()));
}

namespace bitwise {
Tensor bitwise_and(const Operand& x, const Operand& y) {
  return binary(op<"BitwiseAnd">(), "BitwiseAnd", x, y);
}
Tensor bitwise_or(const Operand& x, const Operand& y) {
  return binary(op<"BitwiseOr">(), "BitwiseOr", x, y);
}
Tensor bitwise_xor(const Operand& x, const Operand& y) {
  return binary(op<"BitwiseXor">(), "BitwiseXor", x, y);
}
Tensor invert(const Operand& x) { return unary(op<"Invert">(), "Invert", x); }
Tensor left_shift(const Operand& x, const Operand& y) {
  return binary(op<"LeftShift">(), "LeftShift", x, y);
}
Tensor right_shift(const Operand& x, const Operand& y) {
  return binary(op<"RightShift">(), "RightShift", x, y);
}
}  // namespace bitwise

}  // namespace opscope
