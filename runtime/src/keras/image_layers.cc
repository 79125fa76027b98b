#include "opscope/keras/image_layers.h"

#include "keras/image_checks.h"
#include "keras/layer_state.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

LayerConfig pooling_config(Size2D pool_size, const Pooling2DOptions& options) {
  return {{"pool_size", json_size(pool_size)},
          {"padding", json_padding(options.padding)},
          {"strides", json_size(options.strides.value_or(pool_size))},
          {"data_format", json_string("channels_last")}};
}

Pool2DOptions pool_options(Size2D pool_size, const Pooling2DOptions& options) {
  return {.ksize = pool_size.pair(),
          .strides = options.strides.value_or(pool_size).pair(),
          .padding = options.padding};
}

}  // namespace

Conv2D::Conv2D(std::int64_t filters, Size2D kernel_size, const Conv2DLayerOptions& options)
    : LayerOf("Conv2D", options.name),
      filters_(filters),
      kernel_size_(kernel_size),
      options_(options) {
  require_positive(*this, "the number of filters", filters);
  require_positive_size(*this, "the size of the kernel", kernel_size);
  require_positive_size(*this, "a stride", options.strides);
  require_positive_size(*this, "a dilation", options.dilation_rate);
  require_no_explicit_padding(*this, options.padding);
  state().first_input = options.input_shape;
}

LayerConfig Conv2D::config() const {
  return {{"filters", std::to_string(filters_)},
          {"kernel_size", json_size(kernel_size_)},
          {"strides", json_size(options_.strides)},
          {"padding", json_padding(options_.padding)},
          {"data_format", json_string("channels_last")},
          {"dilation_rate", json_size(options_.dilation_rate)},
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

void Conv2D::build(const Shape& input) const {
  require_rank(*this, input, 4);
  add_weight(
      kernel_, "kernel",
      {kernel_size_.rows, kernel_size_.columns, require_features(*this, input, 4), filters_},
      {.initializer = options_.kernel_initializer, .regularizer = options_.kernel_regularizer});
  if (!options_.use_bias) return;
  add_weight(bias_, "bias", {filters_},
             {.initializer = options_.bias_initializer, .regularizer = options_.bias_regularizer});
}

Tensor Conv2D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 4);
  require_last_dim(*this, input.shape(), kernel_->shape()[2]);
  Tensor y = conv2d(input, kernel_,
                    {.strides = options_.strides.pair(),
                     .padding = options_.padding,
                     .dilations = options_.dilation_rate.pair()});
  if (options_.use_bias) y = bias_add(y, bias_);
  return activate(options_.activation, y);
}

MaxPooling2D::MaxPooling2D(Size2D pool_size, const Pooling2DOptions& options)
    : LayerOf("MaxPooling2D", options.name), pool_size_(pool_size), options_(options) {
  require_positive_size(*this, "the size of the window", pool_size);
  require_positive_size(*this, "a stride", options.strides.value_or(pool_size));
  require_no_explicit_padding(*this, options.padding);
}

LayerConfig MaxPooling2D::config() const { return pooling_config(pool_size_, options_); }

Tensor MaxPooling2D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 4);
  return max_pool2d(input, pool_options(pool_size_, options_));
}

AveragePooling2D::AveragePooling2D(Size2D pool_size, const Pooling2DOptions& options)
    : LayerOf("AveragePooling2D", options.name), pool_size_(pool_size), options_(options) {
  require_positive_size(*this, "the size of the window", pool_size);
  require_positive_size(*this, "a stride", options.strides.value_or(pool_size));
  require_no_explicit_padding(*this, options.padding);
}

LayerConfig AveragePooling2D::config() const { return pooling_config(pool_size_, options_); }

Tensor AveragePooling2D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 4);
  return avg_pool2d(input, pool_options(pool_size_, options_));
}

GlobalAveragePooling2D::GlobalAveragePooling2D(const GlobalPooling2DOptions& options)
    : LayerOf("GlobalAveragePooling2D", options.name), keepdims_(options.keepdims) {}

LayerConfig GlobalAveragePooling2D::config() const {
  return {{"data_format", json_string("channels_last")}, {"keepdims", json_bool(keepdims_)}};
}

Tensor GlobalAveragePooling2D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 4);
  return reduce_mean(input, {.axes = Axes{1, 2}, .keep_dims = keepdims_});
}

}  // namespace opscope::keras
