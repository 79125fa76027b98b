#include "opscope/keras/activation_layers.h"

#include "keras/json.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {

ReLU::ReLU(const ReluOptions& options) : LayerOf("ReLU", options.name), options_(options) {}

LayerConfig ReLU::config() const {
  return {{"max_value", options_.max_value ? json_number(*options_.max_value) : "null"},
          {"negative_slope", json_number(options_.negative_slope)},
          {"threshold", json_number(options_.threshold)}};
}

Tensor ReLU::call(const Tensor& input, bool) const {
  const float threshold = options_.threshold;
  const float slope = options_.negative_slope;
  if (threshold == 0 && slope == 0 && !options_.max_value) return relu(input);
  Tensor y = where(input > threshold, input, (input - threshold) * slope);
  if (options_.max_value) y = minimum(y, *options_.max_value);
  return y;
}

LeakyReLU::LeakyReLU(float negative_slope, const ActivationLayerOptions& options)
    : LayerOf("LeakyReLU", options.name), negative_slope_(negative_slope) {}

LayerConfig LeakyReLU::config() const { return {{"negative_slope", json_number(negative_slope_)}}; }

Tensor LeakyReLU::call(const Tensor& input, bool) const {
  return leaky_relu(input, negative_slope_);
}

ELU::ELU(float alpha, const ActivationLayerOptions& options)
    : LayerOf("ELU", options.name), alpha_(alpha) {}

LayerConfig ELU::config() const { return {{"alpha", json_number(alpha_)}}; }

Tensor ELU::call(const Tensor& input, bool) const {
  const Tensor y = elu(input);
  return alpha_ == 1 ? y : where(input > 0.f, y, y * alpha_);
}

PReLU::PReLU(const PReluOptions& options) : LayerOf("PReLU", options.name), options_(options) {}

LayerConfig PReLU::config() const {
  return {{"alpha_initializer", json_initializer(options_.alpha_initializer)},
          {"alpha_regularizer", json_regularizer(options_.alpha_regularizer)},
          {"alpha_constraint", "null"},
          {"shared_axes", "null"}};
}

void PReLU::build(const Shape& input) const {
  Shape shape;
  for (int i = 1; i < input.rank(); ++i) shape.insert(i - 1, input[i]);
  if (!shape.is_fully_defined()) {
    throw Error(ErrorCode::invalid_argument,
                name() + " needs examples of a known shape; got inputs " + input.to_string());
  }
  add_weight(
      alpha_, "alpha", shape,
      {.initializer = options_.alpha_initializer, .regularizer = options_.alpha_regularizer});
}

Tensor PReLU::call(const Tensor& input, bool) const { return relu(input) - alpha_ * relu(-input); }

Softmax::Softmax(std::int64_t axis, const ActivationLayerOptions& options)
    : LayerOf("Softmax", options.name), axis_(axis) {}

LayerConfig Softmax::config() const { return {{"axis", std::to_string(axis_)}}; }

Tensor Softmax::call(const Tensor& input, bool) const {
  if (axis_ == -1 || axis_ + 1 == input.shape().rank()) return softmax(input);
  const Axes axis{axis_};
  const Tensor powers = exp(input - reduce_max(input, {.axes = axis, .keep_dims = true}));
  return powers / reduce_sum(powers, {.axes = axis, .keep_dims = true});
}

}  // namespace opscope::keras
