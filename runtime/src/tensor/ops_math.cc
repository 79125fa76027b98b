// Elementwise operations, comparisons, reductions and linear algebra.
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "opscope/runtime/variable.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::binary;
using runtime::op;
using runtime::OpCall;
using runtime::unary;

namespace {

DType numeric_dtype(const Operand& a, const Operand& b) {
  return a.is_literal() && !b.is_literal() ? b.dtype() : a.dtype();
}

// As Python's `/`: true division, of integers in floating point.
Tensor true_divide(const Operand& a, const Operand& b) {
  const DType dtype = numeric_dtype(a, b);
  if (!is_integer(dtype)) return binary(op<"RealDiv">(), "truediv", a, b);
  const DType wide = dtype_size(dtype) <= 2 ? DType::float32 : DType::float64;
  const auto widen = [&](const Operand& x) {
    if (!x.is_literal()) return cast(x, wide);
    return Tensor(x.literal(wide));
  };
  if (runtime::is_tracing() && (a.is_literal() || b.is_literal())) {
    return a.is_literal() ? binary(op<"RealDiv">(), "truediv", a, cast(b, wide))
                          : binary(op<"RealDiv">(), "truediv", cast(a, wide), b);
  }
  return binary(op<"RealDiv">(), "truediv", widen(a), widen(b));
}

Tensor plus(std::string_view name, const Operand& a, const Operand& b) {
  if (numeric_dtype(a, b) == DType::string) return binary(op<"Add">(), name, a, b);
  return binary(op<"AddV2">(), name, a, b);
}

}  // namespace

Tensor operator+(const Operand& a, const Operand& b) { return plus("add", a, b); }
Tensor operator-(const Operand& a, const Operand& b) { return binary(op<"Sub">(), "sub", a, b); }
Tensor operator*(const Operand& a, const Operand& b) { return binary(op<"Mul">(), "mul", a, b); }
Tensor operator/(const Operand& a, const Operand& b) { return true_divide(a, b); }
Tensor operator%(const Operand& a, const Operand& b) {
  return binary(op<"FloorMod">(), "mod", a, b);
}
Tensor operator<(const Operand& a, const Operand& b) { return less(a, b); }
Tensor operator<=(const Operand& a, const Operand& b) { return less_equal(a, b); }
Tensor operator>(const Operand& a, const Operand& b) { return greater(a, b); }
Tensor operator>=(const Operand& a, const Operand& b) { return greater_equal(a, b); }
Tensor operator==(const Operand& a, const Operand& b) { return equal(a, b); }
Tensor operator!=(const Operand& a, const Operand& b) { return not_equal(a, b); }
Tensor operator&(const Operand& a, const Operand& b) { return logical_and(a, b); }
Tensor operator|(const Operand& a, const Operand& b) { return logical_or(a, b); }
Tensor operator-(const Operand& a) { return negative(a); }
Tensor operator!(const Tensor& a) { return logical_not(Operand(a, Loc{})); }

Tensor& Tensor::operator+=(const Operand& b) { return *this = Operand(*this, b.loc()) + b; }
Tensor& Tensor::operator-=(const Operand& b) { return *this = Operand(*this, b.loc()) - b; }
Tensor& Tensor::operator*=(const Operand& b) { return *this = Operand(*this, b.loc()) * b; }
Tensor& Tensor::operator/=(const Operand& b) { return *this = Operand(*this, b.loc()) / b; }

Tensor add(const Operand& x, const Operand& y) { return plus("Add", x, y); }
Tensor subtract(const Operand& x, const Operand& y) { return binary(op<"Sub">(), "Sub", x, y); }
Tensor multiply(const Operand& x, const Operand& y) { return binary(op<"Mul">(), "Mul", x, y); }
Tensor divide(const Operand& x, const Operand& y) { return true_divide(x, y); }
Tensor floordiv(const Operand& x, const Operand& y) {
  return binary(op<"FloorDiv">(), "floordiv", x, y);
}
Tensor floormod(const Operand& x, const Operand& y) {
  return binary(op<"FloorMod">(), "FloorMod", x, y);
}
Tensor pow(const Operand& x, const Operand& y) { return binary(op<"Pow">(), "Pow", x, y); }
Tensor maximum(const Operand& x, const Operand& y) {
  return binary(op<"Maximum">(), "Maximum", x, y);
}
Tensor minimum(const Operand& x, const Operand& y) {
  return binary(op<"Minimum">(), "Minimum", x, y);
}
Tensor squared_difference(const Operand& x, const Operand& y) {
  return binary(op<"SquaredDifference">(), "SquaredDifference", x, y);
}
Tensor add_n(const std::vector<Tensor>& inputs, Loc loc) {
  OpCall call(op<"AddN">(), "AddN", loc);
  for (const Tensor& input : inputs) call.add(input);
  return call.run();
}
Tensor clip_by_value(const Operand& x, const Operand& low, const Operand& high) {
  return OpCall(op<"ClipByValue">(), "clip_by_value", x.loc())
      .add(x)
      .add(low, x.dtype(), "clip_value_min")
      .add(high, x.dtype(), "clip_value_max")
      .run();
}

Tensor negative(const Operand& x) { return unary(op<"Neg">(), "Neg", x); }
Tensor abs(const Operand& x) {
  if (!is_complex(x.dtype())) return unary(op<"Abs">(), "Abs", x);
  const DType part = x.dtype() == DType::complex128 ? DType::float64 : DType::float32;
  return OpCall(op<"ComplexAbs">(), "ComplexAbs", x.loc()).add(x).attr("Tout", part).run();
}
Tensor sign(const Operand& x) { return unary(op<"Sign">(), "Sign", x); }
Tensor square(const Operand& x) { return unary(op<"Square">(), "Square", x); }
Tensor sqrt(const Operand& x) { return unary(op<"Sqrt">(), "Sqrt", x); }
Tensor rsqrt(const Operand& x) { return unary(op<"Rsqrt">(), "Rsqrt", x); }
Tensor reciprocal(const Operand& x) { return unary(op<"Reciprocal">(), "Reciprocal", x); }
Tensor exp(const Operand& x) { return unary(op<"Exp">(), "Exp", x); }
Tensor log(const Operand& x) { return unary(op<"Log">(), "Log", x); }
Tensor log1p(const Operand& x) { return unary(op<"Log1p">(), "Log1p", x); }
Tensor sin(const Operand& x) { return unary(op<"Sin">(), "Sin", x); }
Tensor cos(const Operand& x) { return unary(op<"Cos">(), "Cos", x); }
Tensor tanh(const Operand& x) { return unary(op<"Tanh">(), "Tanh", x); }
Tensor sigmoid(const Operand& x) { return unary(op<"Sigmoid">(), "Sigmoid", x); }
Tensor erf(const Operand& x) { return unary(op<"Erf">(), "Erf", x); }
Tensor floor(const Operand& x) { return unary(op<"Floor">(), "Floor", x); }
Tensor ceil(const Operand& x) { return unary(op<"Ceil">(), "Ceil", x); }
Tensor round(const Operand& x) { return unary(op<"Round">(), "Round", x); }
Tensor is_nan(const Operand& x) { return unary(op<"IsNan">(), "IsNan", x); }
Tensor is_inf(const Operand& x) { return unary(op<"IsInf">(), "IsInf", x); }
Tensor is_finite(const Operand& x) { return unary(op<"IsFinite">(), "IsFinite", x); }

Tensor equal(const Operand& x, const Operand& y) { return binary(op<"Equal">(), "Equal", x, y); }
Tensor not_equal(const Operand& x, const Operand& y) {
  return binary(op<"NotEqual">(), "NotEqual", x, y);
}
Tensor less(const Operand& x, const Operand& y) { return binary(op<"Less">(), "Less", x, y); }
Tensor less_equal(const Operand& x, const Operand& y) {
  return binary(op<"LessEqual">(), "LessEqual", x, y);
}
Tensor greater(const Operand& x, const Operand& y) {
  return binary(op<"Greater">(), "Greater", x, y);
}
Tensor greater_equal(const Operand& x, const Operand& y) {
  return binary(op<"GreaterEqual">(), "GreaterEqual", x, y);
}
Tensor logical_and(const Operand& x, const Operand& y) {
  return binary(op<"LogicalAnd">(), "LogicalAnd", x, y);
}
Tensor logical_or(const Operand& x, const Operand& y) {
  return binary(op<"LogicalOr">(), "LogicalOr", x, y);
}
Tensor logical_not(const Operand& x) { return unary(op<"LogicalNot">(), "LogicalNot", x); }

Tensor where(const Operand& condition, const Operand& x, const Operand& y) {
  const DType dtype = numeric_dtype(x, y);
  return OpCall(op<"SelectV2">(), "SelectV2", y.loc())
      .add(condition)
      .add(x, dtype, "t")
      .add(y, dtype, "e")
      .run();
}

Tensor matmul(const Operand& a, const Operand& b, const MatMulOptions& options) {
  const DType dtype = numeric_dtype(a, b);
  const Tensor* left = a.tensor();
  const bool is_batched = left != nullptr && left->has_value() && left->shape().rank() > 2;
  OpCall call(is_batched ? op<"BatchMatMulV2">() : op<"MatMul">(), "MatMul", b.loc());
  call.add(a, dtype, "a").add(b, dtype, "b");
  if (options.transpose_a) call.attr(is_batched ? "adj_x" : "transpose_a", true);
  if (options.transpose_b) call.attr(is_batched ? "adj_y" : "transpose_b", true);
  return call.run();
}

namespace {

Tensor reduce(const runtime::OpSpec& spec, std::string_view name, const Operand& x,
              const ReduceOptions& options) {
  OpCall call(spec, name, x.loc());
  call.add(x);
  if (options.keep_dims) call.attr("keep_dims", true);
  if (options.axes) {
    return call.add_constant(runtime::int32_vector(*options.axes), "reduction_indices").run();
  }
  return call.add_all_axes().run();
}

Tensor arg_reduce(const runtime::OpSpec& spec, std::string_view name, const Operand& x,
                  std::int64_t axis, DType output_type) {
  return OpCall(spec, name, x.loc())
      .add(x)
      .add_constant(runtime::int32_scalar(axis), "dimension")
      .attr("output_type", output_type)
      .run();
}

}  // namespace

Tensor reduce_sum(const Operand& x, const ReduceOptions& options) {
  return reduce(op<"Sum">(), "Sum", x, options);
}
Tensor reduce_mean(const Operand& x, const ReduceOptions& options) {
  return reduce(op<"Mean">(), "Mean", x, options);
}
Tensor reduce_prod(const Operand& x, const ReduceOptions& options) {
  return reduce(op<"Prod">(), "Prod", x, options);
}
Tensor reduce_max(const Operand& x, const ReduceOptions& options) {
  return reduce(op<"Max">(), "Max", x, options);
}
Tensor reduce_min(const Operand& x, const ReduceOptions& options) {
  return reduce(op<"Min">(), "Min", x, options);
}
Tensor reduce_all(const Operand& x, const ReduceOptions& options) {
  return reduce(op<"All">(), "All", x, options);
}
Tensor reduce_any(const Operand& x, const ReduceOptions& options) {
  return reduce(op<"Any">(), "Any", x, options);
}
Tensor argmax(const Operand& x, std::int64_t axis, DType output_type) {
  return arg_reduce(op<"ArgMax">(), "ArgMax", x, axis, output_type);
}
Tensor argmin(const Operand& x, std::int64_t axis, DType output_type) {
  return arg_reduce(op<"ArgMin">(), "ArgMin", x, axis, output_type);
}

}  // namespace opscope
