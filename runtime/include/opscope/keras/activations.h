// Activation functions by name, and as functions of Tensors.
#pragma once

#include <cstdint>
#include <string_view>

#include "opscope/runtime/operand.h"
#include "opscope/runtime/tensor.h"

namespace opscope::keras {

// Usually written keras::Activation::relu (layers.h).
enum class ActivationKind : std::uint8_t {
  linear,
  relu,
  relu6,
  leaky_relu,  // slope 0.2
  elu,
  selu,
  sigmoid,
  hard_sigmoid,  // relu6(x + 3) / 6
  tanh,
  softmax,  // over the last dimension
  log_softmax,
  softplus,
  softsign,
  silu,
  gelu,  // by erf
  exponential,
};

[[nodiscard]] Tensor activate(ActivationKind kind, const Tensor& x);
// As Keras spells it in configurations: "relu", "linear".
[[nodiscard]] std::string_view activation_name(ActivationKind kind) noexcept;

}  // namespace opscope::keras
