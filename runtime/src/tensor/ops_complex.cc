// Complex numbers, their parts, and neighbours of real ones.
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::op;
using runtime::OpCall;

namespace {
// A part of a complex x, as the real type that goes with it.
Tensor part_of(const runtime::OpSpec& spec, const Operand& x) {
  const DType part = x.dtype() == DType::complex128 ? DType::float64 : DType::float32;
  return OpCall(spec, spec.name, x.loc()).add(x).attr("Tout", part).run();
}
}  // namespace

Tensor nextafter(const Operand& x, const Operand& y) {
  return runtime::binary(op<"NextAfter">(), "NextAfter", x, y);
}

Tensor approximate_equal(const Operand& x, const Operand& y, float tolerance) {
  return OpCall(op<"ApproximateEqual">(), "ApproximateEqual", x.loc())
      .add(x)
      .add(y)
      .attr("tolerance", tolerance)
      .run();
}

Tensor complex(const Operand& real, const Operand& imag) {
  const DType whole = real.dtype() == DType::float64 ? DType::complex128 : DType::complex64;
  return OpCall(op<"Complex">(), "Complex", real.loc())
      .add(real)
      .add(imag)
      .attr("Tout", whole)
      .run();
}

Tensor real(const Operand& x) {
  return is_complex(x.dtype()) ? part_of(op<"Real">(), x) : runtime::tensor_of(x);
}

Tensor imag(const Operand& x) {
  return is_complex(x.dtype()) ? part_of(op<"Imag">(), x) : zeros_like(x);
}

Tensor conj(const Operand& x) {
  return is_complex(x.dtype()) ? runtime::unary(op<"Conj">(), "Conj", x) : runtime::tensor_of(x);
}

Tensor angle(const Operand& x) {
  if (!is_complex(x.dtype())) runtime::refuse("angle: x must be complex", x.loc());
  return part_of(op<"Angle">(), x);
}

}  // namespace opscope
