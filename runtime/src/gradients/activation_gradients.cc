// Activation functions, and the ops that are their gradients.
#include "gradients/raw_op.h"

namespace opscope::runtime {
namespace {

// The gradient op of the activation, of dy and the output or the input.
template <OpName kGrad>
void from_output(GradientCall& c) {
  c.give(0, [&] { return raw<kGrad>({c.dy(), c.y()}); });
}
template <OpName kGrad>
void from_input(GradientCall& c) {
  c.give(0, [&] { return raw<kGrad>({c.dy(), c.x()}); });
}

// Of a gradient op that is piecewise linear: it has no slope by its second input.
template <OpName kGrad>
void of_linear_grad(GradientCall& c) {
  c.give(0, [&] { return raw<kGrad>({c.dy(), c.x(1)}); });
  c.give(1, [&] { return zeros_like(c.x(1)); });
}
// Of EluGrad and SeluGrad, whose second input is the activation's output.
template <OpName kGrad>
void of_exponential_grad(GradientCall& c) {
  c.give(0, [&] { return raw<kGrad>({c.dy(), c.x(1)}); });
  c.give(1, [&] { return where(c.x(1) < 0, c.dy() * c.x(0), zeros_like(c.x(1))); });
}

void leaky_relu(GradientCall& c) {
  c.give(0, [&] { return raw<"LeakyReluGrad">({c.dy(), c.x()}, c.attrs_named({"alpha"})); });
}
void leaky_relu_grad(GradientCall& c) {
  c.give(0, [&] { return raw<"LeakyReluGrad">({c.dy(), c.x(1)}, c.attrs_named({"alpha"})); });
  c.give(1, [&] { return zeros_like(c.x(1)); });
}
void softplus_grad(GradientCall& c) {
  c.give(0, [&] { return raw<"SoftplusGrad">({c.dy(), c.x(1)}); });
  c.give(1, [&] { return c.dy() * c.x(0) / (exp(-c.x(1)) + 2 + exp(c.x(1))); });
}
void softsign_grad(GradientCall& c) {
  c.give(0, [&] { return raw<"SoftsignGrad">({c.dy(), c.x(1)}); });
  c.give(1, [&] {
    const Tensor whole = abs(c.x(1)) + 1;
    return c.dy() * c.x(0) * sign(c.x(1)) * -2 / (whole * whole * whole);
  });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"Relu", from_output<"ReluGrad">},
    {"Relu6", from_output<"Relu6Grad">},
    {"Elu", from_output<"EluGrad">},
    {"Selu", from_output<"SeluGrad">},
    {"Softplus", from_input<"SoftplusGrad">},
    {"Softsign", from_input<"SoftsignGrad">},
    {"LeakyRelu", leaky_relu},
    {"ReluGrad", of_linear_grad<"ReluGrad">},
    {"Relu6Grad", of_linear_grad<"Relu6Grad">},
    {"EluGrad", of_exponential_grad<"EluGrad">},
    {"SeluGrad", of_exponential_grad<"SeluGrad">},
    {"LeakyReluGrad", leaky_relu_grad},
    {"SoftplusGrad", softplus_grad},
    {"SoftsignGrad", softsign_grad},
};

}  // namespace

GradientTable activation_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
