// Operations of neural networks, and random numbers.
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::int32_vector;
using runtime::op;
using runtime::OpCall;
using runtime::unary;

Tensor relu(const Operand& x) { return unary(op<"Relu">(), "Relu", x); }
Tensor softplus(const Operand& x) { return unary(op<"Softplus">(), "Softplus", x); }
Tensor softmax(const Operand& logits) { return unary(op<"Softmax">(), "Softmax", logits); }
Tensor log_softmax(const Operand& logits) {
  return unary(op<"LogSoftmax">(), "LogSoftmax", logits);
}
Tensor bias_add(const Operand& value, const Operand& bias) {
  return runtime::binary(op<"BiasAdd">(), "BiasAdd", value, bias);
}

Tensor sparse_softmax_cross_entropy_with_logits(const Operand& labels, const Operand& logits) {
  return OpCall(op<"SparseSoftmaxCrossEntropyWithLogits">(), "SparseSoftmaxCrossEntropyWithLogits",
                logits.loc())
      .add(logits)
      .add(labels)
      .run_all()[0];
}
Tensor softmax_cross_entropy_with_logits(const Operand& labels, const Operand& logits) {
  return OpCall(op<"SoftmaxCrossEntropyWithLogits">(), "SoftmaxCrossEntropyWithLogits",
                logits.loc())
      .add(logits)
      .add(labels)
      .run_all()[0];
}

namespace {

Tensor stateful_random(const runtime::OpSpec& spec, std::string_view name, const Shape& shape,
                       const RandomOptions& options, Loc loc) {
  return OpCall(spec, name, loc)
      .add_constant(int32_vector(shape.dims()), "shape")
      .attr("dtype", options.dtype)
      .attr("seed", options.seed)
      .attr("seed2", std::int64_t{0})
      .run();
}

Tensor stateless_random(const runtime::OpSpec& spec, std::string_view name, const Shape& shape,
                        std::initializer_list<std::int64_t> seed, DType dtype, Loc loc) {
  if (seed.size() != 2) {
    throw Error(ErrorCode::invalid_argument,
                "a seed of stateless random numbers has two parts, got " +
                    std::to_string(seed.size()) + " at " + describe(loc));
  }
  return OpCall(spec, name, loc)
      .add_constant(int32_vector(shape.dims()), "shape")
      .add_constant(runtime::make_vector<std::int64_t>(std::vector<std::int64_t>(seed)), "seed")
      .attr("dtype", dtype)
      .run();
}

}  // namespace

Tensor random_normal(const Shape& shape, const RandomOptions& options, Loc loc) {
  return stateful_random(op<"RandomStandardNormal">(), "random_normal", shape, options, loc);
}
Tensor random_uniform(const Shape& shape, const RandomOptions& options, Loc loc) {
  return stateful_random(op<"RandomUniform">(), "random_uniform", shape, options, loc);
}
Tensor stateless_random_uniform(const Shape& shape, std::initializer_list<std::int64_t> seed,
                                DType dtype, Loc loc) {
  return stateless_random(op<"StatelessRandomUniform">(), "stateless_random_uniform", shape, seed,
                          dtype, loc);
}
Tensor stateless_random_normal(const Shape& shape, std::initializer_list<std::int64_t> seed,
                               DType dtype, Loc loc) {
  return stateless_random(op<"StatelessRandomNormal">(), "stateless_random_normal", shape, seed,
                          dtype, loc);
}

}  // namespace opscope
