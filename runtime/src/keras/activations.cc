#include "opscope/keras/activations.h"

#include "opscope/runtime/ops.h"

namespace opscope::keras {

Tensor activate(ActivationKind kind, const Tensor& x) {
  switch (kind) {
    case ActivationKind::linear:
      return x;
    case ActivationKind::relu:
      return relu(x);
    case ActivationKind::relu6:
      return relu6(x);
    case ActivationKind::leaky_relu:
      return leaky_relu(x);
    case ActivationKind::elu:
      return elu(x);
    case ActivationKind::selu:
      return selu(x);
    case ActivationKind::sigmoid:
      return sigmoid(x);
    case ActivationKind::hard_sigmoid:
      return relu6(x + 3) / 6;
    case ActivationKind::tanh:
      return tanh(x);
    case ActivationKind::softmax:
      return softmax(x);
    case ActivationKind::log_softmax:
      return log_softmax(x);
    case ActivationKind::softplus:
      return softplus(x);
    case ActivationKind::softsign:
      return softsign(x);
    case ActivationKind::silu:
      return silu(x);
    case ActivationKind::gelu:
      return gelu(x);
    case ActivationKind::exponential:
      return exp(x);
  }
  return x;
}

std::string_view activation_name(ActivationKind kind) noexcept {
  switch (kind) {
    case ActivationKind::linear:
      return "linear";
    case ActivationKind::relu:
      return "relu";
    case ActivationKind::relu6:
      return "relu6";
    case ActivationKind::leaky_relu:
      return "leaky_relu";
    case ActivationKind::elu:
      return "elu";
    case ActivationKind::selu:
      return "selu";
    case ActivationKind::sigmoid:
      return "sigmoid";
    case ActivationKind::hard_sigmoid:
      return "hard_sigmoid";
    case ActivationKind::tanh:
      return "tanh";
    case ActivationKind::softmax:
      return "softmax";
    case ActivationKind::log_softmax:
      return "log_softmax";
    case ActivationKind::softplus:
      return "softplus";
    case ActivationKind::softsign:
      return "softsign";
    case ActivationKind::silu:
      return "silu";
    case ActivationKind::gelu:
      return "gelu";
    case ActivationKind::exponential:
      return "exponential";
  }
  return "linear";
}

}  // namespace opscope::keras
