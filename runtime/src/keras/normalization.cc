#include "opscope/keras/normalization.h"

#include "keras/json.h"
#include "keras/layer_checks.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {

BatchNormalization::BatchNormalization(const BatchNormalizationOptions& options)
    : LayerOf("BatchNormalization", options.name), options_(options) {}

LayerConfig BatchNormalization::config() const {
  return {{"axis", std::to_string(options_.axis)},
          {"momentum", json_number(options_.momentum)},
          {"epsilon", json_number(options_.epsilon)},
          {"center", json_bool(options_.center)},
          {"scale", json_bool(options_.scale)},
          {"beta_initializer", json_initializer(keras::zeros())},
          {"gamma_initializer", json_initializer(keras::ones())},
          {"moving_mean_initializer", json_initializer(keras::zeros())},
          {"moving_variance_initializer", json_initializer(keras::ones())},
          {"beta_regularizer", "null"},
          {"gamma_regularizer", "null"},
          {"beta_constraint", "null"},
          {"gamma_constraint", "null"},
          {"synchronized", "false"},
          {"renorm", "false"},
          {"renorm_clipping", "null"},
          {"renorm_momentum", "0.99"}};
}

namespace {

std::int64_t axis_of(const Layer& layer, const Shape& input, std::int64_t axis) {
  const std::int64_t rank = input.rank();
  const std::int64_t index = axis < 0 ? axis + rank : axis;
  if (index < 0 || index >= rank) {
    throw Error(ErrorCode::invalid_argument, layer.name() + ": inputs of shape " +
                                                 input.to_string() + " have no axis " +
                                                 std::to_string(axis));
  }
  return index;
}

}  // namespace

void BatchNormalization::build(const Shape& input) const {
  const std::int64_t axis = axis_of(*this, input, options_.axis);
  const Shape shape{input[static_cast<int>(axis)]};
  if (!shape.is_fully_defined()) {
    throw Error(ErrorCode::invalid_argument, name() + " needs to know the size of axis " +
                                                 std::to_string(options_.axis) +
                                                 " of its inputs; got shape " + input.to_string());
  }
  if (options_.scale) add_weight(gamma_, "gamma", shape, {.initializer = keras::ones()});
  if (options_.center) add_weight(beta_, "beta", shape, {.initializer = keras::zeros()});
  add_weight(moving_mean_, "moving_mean", shape,
             {.initializer = keras::zeros(), .trainable = false});
  add_weight(moving_variance_, "moving_variance", shape,
             {.initializer = keras::ones(), .trainable = false});
}

Tensor BatchNormalization::call(const Tensor& input, bool training) const {
  const std::int64_t axis = axis_of(*this, input.shape(), options_.axis);
  const int rank = input.shape().rank();
  std::vector<std::int64_t> others;
  Shape broadcast;
  for (int i = 0; i < rank; ++i) {
    if (i != axis) others.push_back(i);
    broadcast.append(i == axis ? moving_mean_->shape()[0] : 1);
  }
  const auto aligned = [&](const Tensor& x) {
    return axis == rank - 1 ? x : reshape(x, broadcast);
  };
  Tensor mean;
  Tensor variance;
  if (training && trainable()) {
    const Moments batch = moments(input, others);
    mean = batch.mean;
    variance = batch.variance;
    const float keep = options_.momentum;
    moving_mean_->assign(moving_mean_->read() * keep + mean * (1 - keep));
    moving_variance_->assign(moving_variance_->read() * keep + variance * (1 - keep));
  } else {
    mean = moving_mean_->read();
    variance = moving_variance_->read();
  }
  const Tensor offset = options_.center ? aligned(beta_->read()) : Tensor();
  const Tensor scale = options_.scale ? aligned(gamma_->read()) : Tensor();
  return batch_normalization(input, aligned(mean), aligned(variance), offset, scale,
                             options_.epsilon);
}

LayerNormalization::LayerNormalization(const LayerNormalizationOptions& options)
    : LayerOf("LayerNormalization", options.name), options_(options) {}

LayerConfig LayerNormalization::config() const {
  return {{"axis", "[-1]"},
          {"epsilon", json_number(options_.epsilon)},
          {"center", json_bool(options_.center)},
          {"scale", json_bool(options_.scale)},
          {"rms_scaling", "false"},
          {"beta_initializer", json_initializer(keras::zeros())},
          {"gamma_initializer", json_initializer(keras::ones())},
          {"beta_regularizer", "null"},
          {"gamma_regularizer", "null"},
          {"beta_constraint", "null"},
          {"gamma_constraint", "null"}};
}

void LayerNormalization::build(const Shape& input) const {
  const Shape shape{require_features(*this, input, 2)};
  if (options_.scale) add_weight(gamma_, "gamma", shape, {.initializer = keras::ones()});
  if (options_.center) add_weight(beta_, "beta", shape, {.initializer = keras::zeros()});
}

Tensor LayerNormalization::call(const Tensor& input, bool) const {
  const Moments each = moments(input, {-1}, true);
  const Tensor offset = options_.center ? beta_->read() : Tensor();
  const Tensor scale = options_.scale ? gamma_->read() : Tensor();
  return batch_normalization(input, each.mean, each.variance, offset, scale, options_.epsilon);
}

}  // namespace opscope::keras
