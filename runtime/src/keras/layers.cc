#include "opscope/keras/layers.h"

#include "keras/json.h"
#include "keras/layer_checks.h"
#include "keras/layer_state.h"
#include "keras/product.h"
#include "opscope/keras/session.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {

InputLayer::InputLayer(const Shape& shape, const InputOptions& options)
    : LayerOf("InputLayer", options.name), batch_shape_(shape), dtype_(options.dtype) {
  batch_shape_.insert(0, options.batch_size);
  state().is_built = true;
  state().input_shapes = {batch_shape_};
  state().output_shapes = {batch_shape_};
}

LayerConfig InputLayer::config() const {
  return {{"batch_shape", json_shape(batch_shape_)},
          {"dtype", json_string(dtype_name(dtype_))},
          {"sparse", "false"},
          {"ragged", "false"},
          {"name", json_string(name())},
          {"optional", "false"}};
}

Tensor InputLayer::call(const Tensor& input, bool) const { return input; }

KerasTensor Input(const Shape& shape, const InputOptions& options) {
  const auto layer = std::make_shared<InputLayer>(shape, options);
  const auto call = std::make_shared<const LayerCall>(LayerCall{
      .layer = layer, .inputs = {}, .shapes = {layer->batch_shape()}, .dtypes = {layer->dtype()}});
  return KerasTensor(call, 0);
}

Activation::Activation(Kind kind, const ActivationOptions& options)
    : LayerOf("Activation", options.name), kind_(kind) {}

LayerConfig Activation::config() const {
  return {{"activation", json_string(activation_name(kind_))}};
}

Tensor Activation::call(const Tensor& input, bool) const { return activate(kind_, input); }

Dense::Dense(std::int64_t units, const DenseOptions& options)
    : LayerOf("Dense", options.name), units_(units), options_(options) {
  require_positive(*this, "the number of units", units);
  state().first_input = options.input_shape;
}

LayerConfig Dense::config() const {
  return {{"units", std::to_string(units_)},
          {"activation", json_string(activation_name(options_.activation))},
          {"use_bias", json_bool(options_.use_bias)},
          {"kernel_initializer", json_initializer(options_.kernel_initializer)},
          {"bias_initializer", json_initializer(options_.bias_initializer)},
          {"kernel_regularizer", json_regularizer(options_.kernel_regularizer)},
          {"bias_regularizer", json_regularizer(options_.bias_regularizer)},
          {"kernel_constraint", "null"},
          {"bias_constraint", "null"},
          {"quantization_config", "null"}};
}

void Dense::build(const Shape& input) const {
  add_weight(
      kernel_, "kernel", {require_features(*this, input, 2), units_},
      {.initializer = options_.kernel_initializer, .regularizer = options_.kernel_regularizer});
  if (!options_.use_bias) return;
  add_weight(bias_, "bias", {units_},
             {.initializer = options_.bias_initializer, .regularizer = options_.bias_regularizer});
}

Tensor Dense::call(const Tensor& input, bool) const {
  require_last_dim(*this, input.shape(), kernel_->shape()[0]);
  Tensor y = kernel_product(input, kernel_->read());
  if (options_.use_bias) y = bias_add(y, bias_);
  return activate(options_.activation, y);
}

Embedding::Embedding(std::int64_t input_dim, std::int64_t output_dim,
                     const EmbeddingOptions& options)
    : LayerOf("Embedding", options.name),
      input_dim_(input_dim),
      output_dim_(output_dim),
      options_(options) {
  require_positive(*this, "input_dim", input_dim);
  require_positive(*this, "output_dim", output_dim);
}

LayerConfig Embedding::config() const {
  return {{"input_dim", std::to_string(input_dim_)},
          {"output_dim", std::to_string(output_dim_)},
          {"embeddings_initializer", json_initializer(options_.embeddings_initializer)},
          {"embeddings_regularizer", json_regularizer(options_.embeddings_regularizer)},
          {"activity_regularizer", "null"},
          {"embeddings_constraint", "null"},
          {"mask_zero", "false"}};
}

void Embedding::build(const Shape&) const {
  add_weight(embeddings_, "embeddings", {input_dim_, output_dim_},
             {.initializer = options_.embeddings_initializer,
              .regularizer = options_.embeddings_regularizer});
}

Tensor Embedding::call(const Tensor& input, bool) const {
  const DType dtype = input.dtype();
  if (dtype == DType::int32 || dtype == DType::int64) return embedding_lookup(embeddings_, input);
  return embedding_lookup(embeddings_, cast(input, DType::int32));
}

Dropout::Dropout(float rate, const DropoutOptions& options)
    : LayerOf("Dropout", options.name),
      rate_(rate),
      seed_(options.seed),
      op_seed_(options.seed.value_or(next_seed())) {
  if (!(rate >= 0 && rate < 1)) {
    throw Error(ErrorCode::invalid_argument,
                name() + ": the rate must be in [0, 1), got " + std::to_string(rate));
  }
}

LayerConfig Dropout::config() const {
  return {{"rate", json_number(rate_)},
          {"seed", seed_ ? std::to_string(*seed_) : "null"},
          {"noise_shape", "null"}};
}

Tensor Dropout::call(const Tensor& input, bool training) const {
  if (!training || rate_ == 0) return input;
  return dropout(input, static_cast<double>(rate_), op_seed_);
}

Flatten::Flatten(const ShapeLayerOptions& options) : LayerOf("Flatten", options.name) {
  state().first_input = options.input_shape;
}

LayerConfig Flatten::config() const { return {{"data_format", json_string("channels_last")}}; }

Tensor Flatten::call(const Tensor& input, bool) const {
  const Shape& shape = input.shape();
  std::int64_t features = 1;
  for (int i = 1; i < shape.rank(); ++i) {
    features = shape[i] == kAnyDim || features == kAnyDim ? kAnyDim : features * shape[i];
  }
  // Two unknown dimensions: only the batch's size is taken from the data.
  if (features == kAnyDim) {
    return reshape(input,
                   concat({slice(opscope::shape(input), {0}, {1}), opscope::constant({-1})}, 0));
  }
  return reshape(input, {kAnyDim, features});
}

Reshape::Reshape(const Shape& target_shape, const ShapeLayerOptions& options)
    : LayerOf("Reshape", options.name), target_shape_(target_shape) {
  state().first_input = options.input_shape;
}

LayerConfig Reshape::config() const {
  std::vector<std::string> dims;
  for (const std::int64_t dim : target_shape_.dims()) dims.push_back(std::to_string(dim));
  return {{"target_shape", json_array(dims)}};
}

Tensor Reshape::call(const Tensor& input, bool) const {
  Shape target = target_shape_;
  std::int64_t known = 1;
  int inferred = -1;
  for (int i = 0; i < target.rank(); ++i) {
    if (target[i] == kAnyDim) inferred = i;
    if (target[i] != kAnyDim) known *= target[i];
  }
  std::int64_t features = 1;
  for (int i = 1; i < input.shape().rank(); ++i) {
    features = input.shape()[i] == kAnyDim ? kAnyDim : features * input.shape()[i];
    if (features == kAnyDim) break;
  }
  if (features != kAnyDim) {
    const bool fits = inferred < 0 ? known == features : known > 0 && features % known == 0;
    if (!fits) {
      throw Error(ErrorCode::invalid_argument, name() + " cannot give " +
                                                   input.shape().to_string() + " the shape " +
                                                   target_shape_.to_string() + " for each example");
    }
    if (inferred >= 0) target.set_dim(inferred, features / known);
    inferred = -1;
  }
  if (inferred < 0) {
    target.insert(0, kAnyDim);
    return reshape(input, target);
  }
  std::vector<std::int32_t> dims;
  for (const std::int64_t dim : target.dims()) dims.push_back(static_cast<std::int32_t>(dim));
  return reshape(input,
                 concat({slice(opscope::shape(input), {0}, {1}), opscope::constant(dims)}, 0));
}

Lambda::Lambda(Function function, const LambdaOptions& options)
    : LayerOf("Lambda", options.name),
      function_([one = std::move(function)](const std::vector<Tensor>& inputs) {
        return one(inputs.at(0));
      }) {}

Lambda::Lambda(ListFunction function, const LambdaOptions& options)
    : LayerOf("Lambda", options.name), function_(std::move(function)) {}

LayerConfig Lambda::config() const { return {{"arguments", "{}"}}; }

std::vector<Tensor> Lambda::call_all(const std::vector<Tensor>& inputs, bool) const {
  return {function_(inputs)};
}

namespace {

void require_several(const Layer& layer, const std::vector<Tensor>& inputs) {
  if (inputs.size() >= 2) return;
  throw Error(ErrorCode::invalid_argument,
              layer.name() + " merges two or more inputs, got " + std::to_string(inputs.size()));
}

}  // namespace

Add::Add(const MergeOptions& options) : LayerOf("Add", options.name) {}

std::vector<Tensor> Add::call_all(const std::vector<Tensor>& inputs, bool) const {
  require_several(*this, inputs);
  Tensor sum = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) sum = sum + inputs[i];
  return {sum};
}

Multiply::Multiply(const MergeOptions& options) : LayerOf("Multiply", options.name) {}

std::vector<Tensor> Multiply::call_all(const std::vector<Tensor>& inputs, bool) const {
  require_several(*this, inputs);
  Tensor product = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) product = product * inputs[i];
  return {product};
}

Concatenate::Concatenate(const ConcatenateOptions& options)
    : LayerOf("Concatenate", options.name), axis_(options.axis) {}

LayerConfig Concatenate::config() const { return {{"axis", std::to_string(axis_)}}; }

std::vector<Tensor> Concatenate::call_all(const std::vector<Tensor>& inputs, bool) const {
  require_several(*this, inputs);
  return {concat(inputs, axis_)};
}

}  // namespace opscope::keras
