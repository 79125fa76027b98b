// Sequences are images of one row.
#include "opscope/keras/sequence_layers.h"

#include <algorithm>

#include "keras/json.h"
#include "keras/layer_checks.h"
#include "keras/layer_state.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

std::string json_one(std::int64_t value) { return json_array({std::to_string(value)}); }

std::string json_padding(SequencePadding padding) {
  if (padding == SequencePadding::causal) return json_string("causal");
  return json_string(padding == SequencePadding::same ? "same" : "valid");
}

Padding padding_of(SequencePadding padding) {
  return padding == SequencePadding::same ? Padding::same : Padding::valid;
}

void require_pooling(const Layer& layer, std::int64_t pool_size, const Pooling1DOptions& options) {
  require_positive(layer, "the size of the window", pool_size);
  require_positive(layer, "the stride", options.strides.value_or(pool_size));
  if (options.padding != SequencePadding::causal) return;
  throw Error(ErrorCode::invalid_argument, layer.name() + ": the padding must be valid or same");
}

LayerConfig pooling_config(std::int64_t pool_size, const Pooling1DOptions& options) {
  return {{"pool_size", json_one(pool_size)},
          {"padding", json_padding(options.padding)},
          {"strides", json_one(options.strides.value_or(pool_size))},
          {"data_format", json_string("channels_last")}};
}

Pool2DOptions pool_options(std::int64_t pool_size, const Pooling1DOptions& options) {
  return {.ksize = {1, pool_size},
          .strides = {1, options.strides.value_or(pool_size)},
          .padding = padding_of(options.padding)};
}

LayerConfig global_config(bool keepdims) {
  return {{"data_format", json_string("channels_last")}, {"keepdims", json_bool(keepdims)}};
}

}  // namespace

Conv1D::Conv1D(std::int64_t filters, std::int64_t kernel_size, const Conv1DOptions& options)
    : LayerOf("Conv1D", options.name),
      filters_(filters),
      kernel_size_(kernel_size),
      options_(options) {
  require_positive(*this, "the number of filters", filters);
  require_positive(*this, "the size of the kernel", kernel_size);
  require_positive(*this, "the stride", options.strides);
  require_positive(*this, "the dilation", options.dilation_rate);
  state().first_input = options.input_shape;
}

LayerConfig Conv1D::config() const {
  return {{"filters", std::to_string(filters_)},
          {"kernel_size", json_one(kernel_size_)},
          {"strides", json_one(options_.strides)},
          {"padding", json_padding(options_.padding)},
          {"data_format", json_string("channels_last")},
          {"dilation_rate", json_one(options_.dilation_rate)},
          {"groups", "1"},
          {"activation", json_string(activation_name(options_.activation))},
          {"use_bias", json_bool(options_.use_bias)},
          {"kernel_initializer", json_initializer(options_.kernel_initializer)},
          {"bias_initializer", json_initializer(options_.bias_initializer)},
          {"kernel_regularizer", json_regularizer(options_.kernel_regularizer)},
          {"bias_regularizer", json_regularizer(options_.bias_regularizer)},
          {"activity_regularizer", "null"},
          {"kernel_constraint", "null"},
          {"bias_constraint", "null"}};
}

void Conv1D::build(const Shape& input) const {
  require_rank(*this, input, 3);
  add_weight(
      kernel_, "kernel", {kernel_size_, require_features(*this, input, 3), filters_},
      {.initializer = options_.kernel_initializer, .regularizer = options_.kernel_regularizer});
  if (!options_.use_bias) return;
  add_weight(bias_, "bias", {filters_},
             {.initializer = options_.bias_initializer, .regularizer = options_.bias_regularizer});
}

Tensor Conv1D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 3);
  require_last_dim(*this, input.shape(), kernel_->shape()[1]);
  Tensor x = input;
  if (options_.padding == SequencePadding::causal) {
    x = pad(x, {{0, 0}, {(kernel_size_ - 1) * options_.dilation_rate, 0}, {0, 0}});
  }
  const Tensor image = conv2d(expand_dims(x, 1), expand_dims(kernel_->read(), 0),
                              {.strides = {1, options_.strides},
                               .padding = padding_of(options_.padding),
                               .dilations = {1, options_.dilation_rate}});
  Tensor y = squeeze(image, {1});
  if (options_.use_bias) y = bias_add(y, bias_);
  return activate(options_.activation, y);
}

MaxPooling1D::MaxPooling1D(std::int64_t pool_size, const Pooling1DOptions& options)
    : LayerOf("MaxPooling1D", options.name), pool_size_(pool_size), options_(options) {
  require_pooling(*this, pool_size, options);
}

LayerConfig MaxPooling1D::config() const { return pooling_config(pool_size_, options_); }

Tensor MaxPooling1D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 3);
  return squeeze(max_pool2d(expand_dims(input, 1), pool_options(pool_size_, options_)), {1});
}

AveragePooling1D::AveragePooling1D(std::int64_t pool_size, const Pooling1DOptions& options)
    : LayerOf("AveragePooling1D", options.name), pool_size_(pool_size), options_(options) {
  require_pooling(*this, pool_size, options);
}

LayerConfig AveragePooling1D::config() const { return pooling_config(pool_size_, options_); }

Tensor AveragePooling1D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 3);
  return squeeze(avg_pool2d(expand_dims(input, 1), pool_options(pool_size_, options_)), {1});
}

GlobalAveragePooling1D::GlobalAveragePooling1D(const GlobalPooling1DOptions& options)
    : LayerOf("GlobalAveragePooling1D", options.name), keepdims_(options.keepdims) {}

LayerConfig GlobalAveragePooling1D::config() const { return global_config(keepdims_); }

Tensor GlobalAveragePooling1D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 3);
  return reduce_mean(input, {.axes = Axes{1}, .keep_dims = keepdims_});
}

GlobalMaxPooling1D::GlobalMaxPooling1D(const GlobalPooling1DOptions& options)
    : LayerOf("GlobalMaxPooling1D", options.name), keepdims_(options.keepdims) {}

LayerConfig GlobalMaxPooling1D::config() const { return global_config(keepdims_); }

Tensor GlobalMaxPooling1D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 3);
  return reduce_max(input, {.axes = Axes{1}, .keep_dims = keepdims_});
}

}  // namespace opscope::keras
