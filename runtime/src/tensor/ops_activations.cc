// Activations, dropout, losses and lookups.
#include <cmath>

#include "opscope/error.h"
#include "opscope/runtime/name_scope.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::binary;
using runtime::op;
using runtime::OpCall;
using runtime::unary;

namespace {

Tensor mul(const Operand& a, const Operand& b) { return binary(op<"Mul">(), "mul", a, b); }
Tensor plus(const Operand& a, const Operand& b) { return binary(op<"AddV2">(), "add", a, b); }

// The seed TensorFlow's graphs have when only an op seed is given.
constexpr std::int64_t kDefaultGraphSeed = 87654321;

}  // namespace

Tensor relu6(const Operand& x) { return unary(op<"Relu6">(), "Relu6", x); }
Tensor elu(const Operand& x) { return unary(op<"Elu">(), "Elu", x); }
Tensor selu(const Operand& x) { return unary(op<"Selu">(), "Selu", x); }
Tensor softsign(const Operand& x) { return unary(op<"Softsign">(), "Softsign", x); }
Tensor leaky_relu(const Operand& x, float alpha) {
  return OpCall(op<"LeakyRelu">(), "LeakyRelu", x.loc()).add(x).attr("alpha", alpha).run();
}
Tensor silu(const Operand& x) { return mul(x, sigmoid(x)); }

Tensor gelu(const Operand& x, bool approximate) {
  const NameScope scope("Gelu");
  if (!approximate) {
    const Tensor scaled = mul(negative(x), 0.7071067811865476);
    return mul(mul(0.5, x), unary(op<"Erfc">(), "Erfc", scaled));
  }
  const Tensor inner = plus(x, mul(0.044715, pow(x, 3)));
  return mul(mul(0.5, x), plus(1, tanh(mul(0.7978845608028654, inner))));
}

Tensor dropout(const Operand& x, double rate, std::int64_t seed) {
  if (!(rate >= 0 && rate < 1)) {
    throw Error(ErrorCode::invalid_argument, "`rate` must be in the range [0, 1), but is " +
                                                 std::to_string(rate) + ", at " +
                                                 describe(x.loc()));
  }
  if (rate == 0) return identity(x);
  const NameScope scope("dropout");
  const Tensor scaled = binary(op<"Mul">(), "Mul", x, 1 / (1 - rate));
  OpCall call(op<"RandomUniform">(), "random_uniform/RandomUniform", x.loc());
  const Shape& known = scaled.shape();
  if (known.is_fully_defined()) {
    call.add_constant(runtime::int32_vector(known.dims()), "Shape");
  } else {
    call.add(shape(scaled));
  }
  const Tensor uniform = call.attr("dtype", scaled.dtype())
                             .attr("seed", seed == 0 ? std::int64_t{0} : kDefaultGraphSeed)
                             .attr("seed2", seed)
                             .run();
  return where(greater_equal(uniform, rate), scaled, 0);
}

Tensor l2_loss(const Operand& x) { return unary(op<"L2Loss">(), "L2Loss", x); }

Tensor sigmoid_cross_entropy_with_logits(const Operand& labels, const Operand& logits) {
  const NameScope scope("logistic_loss");
  const Tensor zeros = zeros_like(logits);
  const Tensor is_positive = greater_equal(logits, zeros);
  const auto select = [&](const Operand& x, const Operand& y) {
    return OpCall(op<"Select">(), "Select", logits.loc()).add(is_positive).add(x).add(y).run();
  };
  const Tensor positive = select(logits, zeros);
  const Tensor minus_magnitude = select(negative(logits), logits);
  const Tensor linear = binary(op<"Sub">(), "sub", positive, mul(logits, labels));
  return plus(linear, log1p(exp(minus_magnitude)));
}

Tensor in_top_k(const Operand& targets, const Operand& predictions, std::int32_t k) {
  const NameScope scope("in_top_k");
  return OpCall(op<"InTopKV2">(), "InTopKV2", predictions.loc())
      .add(predictions)
      .add(targets)
      .add(k, targets.dtype(), "k")
      .run();
}

Tensor embedding_lookup(const Operand& params, const Operand& ids) {
  return OpCall(op<"GatherV2">(), "embedding_lookup", ids.loc())
      .add(params)
      .add(ids)
      .add_constant(runtime::int32_scalar(0), "axis")
      .run();
}

}  // namespace opscope
