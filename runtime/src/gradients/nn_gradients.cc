#include <array>

#include "gradients/registry.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope::runtime {
namespace {

void relu_gradient(GradientCall& c) {
  if (!c.needs[0]) return;
  c.input_gradients[0] =
      OpCall(op<"ReluGrad">(), "ReluGrad", Loc{}).add(c.dy()).add(c.outputs[0]).run();
}

void relu_grad_gradient(GradientCall& c) {
  if (!c.needs[0]) return;
  c.input_gradients[0] =
      OpCall(op<"ReluGrad">(), "ReluGrad", Loc{}).add(c.dy()).add(c.inputs[1]).run();
}

void softplus_gradient(GradientCall& c) {
  if (c.needs[0]) c.input_gradients[0] = c.dy() * sigmoid(c.inputs[0]);
}

void bias_add_gradient(GradientCall& c) {
  if (c.needs[0]) c.input_gradients[0] = c.dy();
  if (c.needs[1]) {
    c.input_gradients[1] = OpCall(op<"BiasAddGrad">(), "BiasAddGrad", Loc{}).add(c.dy()).run();
  }
}

void softmax_gradient(GradientCall& c) {
  if (!c.needs[0]) return;
  const Tensor& y = c.outputs[0];
  const Tensor dot = reduce_sum(c.dy() * y, {.axes = Axes{-1}, .keep_dims = true});
  c.input_gradients[0] = (c.dy() - dot) * y;
}

void log_softmax_gradient(GradientCall& c) {
  if (!c.needs[0]) return;
  const Tensor sum = reduce_sum(c.dy(), {.axes = Axes{-1}, .keep_dims = true});
  c.input_gradients[0] = c.dy() - exp(c.outputs[0]) * sum;
}

void sparse_cross_entropy_gradient(GradientCall& c) {
  if (c.needs[0]) c.input_gradients[0] = expand_dims(c.dy(), -1) * c.outputs[1];
}

void cross_entropy_gradient(GradientCall& c) {
  const Tensor scale = expand_dims(c.dy(), -1);
  if (c.needs[0]) c.input_gradients[0] = scale * c.outputs[1];
  if (c.needs[1]) c.input_gradients[1] = -(scale * log_softmax(c.inputs[0]));
}

constexpr std::array<std::pair<std::string_view, GradientFn>, 8> kTable = {{
    {"Relu", relu_gradient},
    {"ReluGrad", relu_grad_gradient},
    {"Softplus", softplus_gradient},
    {"BiasAdd", bias_add_gradient},
    {"Softmax", softmax_gradient},
    {"LogSoftmax", log_softmax_gradient},
    {"SparseSoftmaxCrossEntropyWithLogits", sparse_cross_entropy_gradient},
    {"SoftmaxCrossEntropyWithLogits", cross_entropy_gradient},
}};

}  // namespace

GradientTable nn_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
