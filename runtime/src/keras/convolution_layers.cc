#include "opscope/keras/convolution_layers.h"

#include <algorithm>

#include "keras/image_checks.h"
#include "keras/layer_state.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

void require_equal_strides(const Layer& layer, Size2D strides) {
  require_positive_size(layer, "a stride", strides);
  if (strides.rows == strides.columns) return;
  throw Error(ErrorCode::invalid_argument, layer.name() + ": the strides must be equal");
}

JsonFields window_config(Size2D kernel_size, Size2D strides, Padding padding) {
  return {{"kernel_size", json_size(kernel_size)},
          {"strides", json_size(strides)},
          {"padding", json_padding(padding)},
          {"data_format", json_string("channels_last")},
          {"dilation_rate", json_size(1)}};
}

void append(JsonFields& fields, const JsonFields& more) {
  fields.insert(fields.end(), more.begin(), more.end());
}

// How long a side of the image becomes.
std::int64_t grown(std::int64_t size, std::int64_t kernel, std::int64_t stride, Padding padding) {
  if (size == kAnyDim) return kAnyDim;
  return size * stride +
         (padding == Padding::same ? 0 : std::max<std::int64_t>(kernel - stride, 0));
}

Tensor grown_size(const Tensor& input, int dim, std::int64_t kernel, std::int64_t stride,
                  Padding padding) {
  const std::int64_t known = grown(input.shape()[dim], kernel, stride, padding);
  if (known != kAnyDim) return Tensor(static_cast<std::int32_t>(known));
  const auto more = static_cast<std::int32_t>(grown(0, kernel, stride, padding));
  return shape(input)[dim] * static_cast<std::int32_t>(stride) + more;
}

}  // namespace

DepthwiseConv2D::DepthwiseConv2D(Size2D kernel_size, const DepthwiseConv2DOptions& options)
    : LayerOf("DepthwiseConv2D", options.name), kernel_size_(kernel_size), options_(options) {
  require_positive_size(*this, "the size of the kernel", kernel_size);
  require_positive(*this, "depth_multiplier", options.depth_multiplier);
  require_equal_strides(*this, options.strides);
  require_no_explicit_padding(*this, options.padding);
  state().first_input = options.input_shape;
}

LayerConfig DepthwiseConv2D::config() const {
  JsonFields fields{{"depth_multiplier", std::to_string(options_.depth_multiplier)}};
  append(fields, window_config(kernel_size_, options_.strides, options_.padding));
  append(fields, {{"activation", json_string(activation_name(options_.activation))},
                  {"use_bias", json_bool(options_.use_bias)},
                  {"depthwise_initializer", json_initializer(options_.depthwise_initializer)},
                  {"bias_initializer", json_initializer(options_.bias_initializer)},
                  {"depthwise_regularizer", json_regularizer(options_.depthwise_regularizer)},
                  {"bias_regularizer", json_regularizer(options_.bias_regularizer)},
                  {"activity_regularizer", "null"},
                  {"depthwise_constraint", "null"},
                  {"bias_constraint", "null"}});
  return fields;
}

void DepthwiseConv2D::build(const Shape& input) const {
  require_rank(*this, input, 4);
  const std::int64_t channels = require_features(*this, input, 4);
  add_weight(kernel_, "kernel",
             {kernel_size_.rows, kernel_size_.columns, channels, options_.depth_multiplier},
             {.initializer = options_.depthwise_initializer,
              .regularizer = options_.depthwise_regularizer});
  if (!options_.use_bias) return;
  add_weight(bias_, "bias", {channels * options_.depth_multiplier},
             {.initializer = options_.bias_initializer, .regularizer = options_.bias_regularizer});
}

Tensor DepthwiseConv2D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 4);
  require_last_dim(*this, input.shape(), kernel_->shape()[2]);
  Tensor y = depthwise_conv2d(input, kernel_,
                              {.strides = options_.strides.pair(), .padding = options_.padding});
  if (options_.use_bias) y = bias_add(y, bias_);
  return activate(options_.activation, y);
}

SeparableConv2D::SeparableConv2D(std::int64_t filters, Size2D kernel_size,
                                 const SeparableConv2DOptions& options)
    : LayerOf("SeparableConv2D", options.name),
      filters_(filters),
      kernel_size_(kernel_size),
      options_(options) {
  require_positive(*this, "the number of filters", filters);
  require_positive_size(*this, "the size of the kernel", kernel_size);
  require_positive(*this, "depth_multiplier", options.depth_multiplier);
  require_equal_strides(*this, options.strides);
  require_no_explicit_padding(*this, options.padding);
  state().first_input = options.input_shape;
}

LayerConfig SeparableConv2D::config() const {
  JsonFields fields{{"depth_multiplier", std::to_string(options_.depth_multiplier)},
                    {"filters", std::to_string(filters_)}};
  append(fields, window_config(kernel_size_, options_.strides, options_.padding));
  append(fields, {{"activation", json_string(activation_name(options_.activation))},
                  {"use_bias", json_bool(options_.use_bias)},
                  {"depthwise_initializer", json_initializer(options_.depthwise_initializer)},
                  {"pointwise_initializer", json_initializer(options_.pointwise_initializer)},
                  {"bias_initializer", json_initializer(options_.bias_initializer)},
                  {"depthwise_regularizer", "null"},
                  {"pointwise_regularizer", "null"},
                  {"bias_regularizer", "null"},
                  {"activity_regularizer", "null"},
                  {"depthwise_constraint", "null"},
                  {"pointwise_constraint", "null"},
                  {"bias_constraint", "null"}});
  return fields;
}

void SeparableConv2D::build(const Shape& input) const {
  require_rank(*this, input, 4);
  const std::int64_t channels = require_features(*this, input, 4);
  add_weight(depthwise_kernel_, "depthwise_kernel",
             {kernel_size_.rows, kernel_size_.columns, channels, options_.depth_multiplier},
             {.initializer = options_.depthwise_initializer});
  add_weight(pointwise_kernel_, "pointwise_kernel",
             {1, 1, channels * options_.depth_multiplier, filters_},
             {.initializer = options_.pointwise_initializer});
  if (!options_.use_bias) return;
  add_weight(bias_, "bias", {filters_}, {.initializer = options_.bias_initializer});
}

Tensor SeparableConv2D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 4);
  require_last_dim(*this, input.shape(), depthwise_kernel_->shape()[2]);
  const Tensor channels = depthwise_conv2d(
      input, depthwise_kernel_, {.strides = options_.strides.pair(), .padding = options_.padding});
  Tensor y = conv2d(channels, pointwise_kernel_);
  if (options_.use_bias) y = bias_add(y, bias_);
  return activate(options_.activation, y);
}

Conv2DTranspose::Conv2DTranspose(std::int64_t filters, Size2D kernel_size,
                                 const Conv2DTransposeOptions& options)
    : LayerOf("Conv2DTranspose", options.name),
      filters_(filters),
      kernel_size_(kernel_size),
      options_(options) {
  require_positive(*this, "the number of filters", filters);
  require_positive_size(*this, "the size of the kernel", kernel_size);
  require_positive_size(*this, "a stride", options.strides);
  require_no_explicit_padding(*this, options.padding);
  state().first_input = options.input_shape;
}

LayerConfig Conv2DTranspose::config() const {
  JsonFields fields{{"filters", std::to_string(filters_)}};
  append(fields, window_config(kernel_size_, options_.strides, options_.padding));
  append(fields, {{"output_padding", "null"},
                  {"activation", json_string(activation_name(options_.activation))},
                  {"use_bias", json_bool(options_.use_bias)},
                  {"kernel_initializer", json_initializer(options_.kernel_initializer)},
                  {"bias_initializer", json_initializer(options_.bias_initializer)},
                  {"kernel_regularizer", json_regularizer(options_.kernel_regularizer)},
                  {"bias_regularizer", json_regularizer(options_.bias_regularizer)},
                  {"activity_regularizer", "null"},
                  {"kernel_constraint", "null"},
                  {"bias_constraint", "null"}});
  return fields;
}

void Conv2DTranspose::build(const Shape& input) const {
  require_rank(*this, input, 4);
  add_weight(
      kernel_, "kernel",
      {kernel_size_.rows, kernel_size_.columns, filters_, require_features(*this, input, 4)},
      {.initializer = options_.kernel_initializer, .regularizer = options_.kernel_regularizer});
  if (!options_.use_bias) return;
  add_weight(bias_, "bias", {filters_},
             {.initializer = options_.bias_initializer, .regularizer = options_.bias_regularizer});
}

Tensor Conv2DTranspose::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 4);
  require_last_dim(*this, input.shape(), kernel_->shape()[3]);
  const Size2D strides = options_.strides;
  const Padding padding = options_.padding;
  const Tensor output_shape =
      stack({shape(input)[0], grown_size(input, 1, kernel_size_.rows, strides.rows, padding),
             grown_size(input, 2, kernel_size_.columns, strides.columns, padding),
             Tensor(static_cast<std::int32_t>(filters_))});
  Tensor y = conv2d_transpose(input, kernel_, output_shape,
                              {.strides = strides.pair(), .padding = padding});
  y = ensure_shape(
      y, {input.shape()[0], grown(input.shape()[1], kernel_size_.rows, strides.rows, padding),
          grown(input.shape()[2], kernel_size_.columns, strides.columns, padding), filters_});
  if (options_.use_bias) y = bias_add(y, bias_);
  return activate(options_.activation, y);
}

GlobalMaxPooling2D::GlobalMaxPooling2D(const GlobalPooling2DOptions& options)
    : LayerOf("GlobalMaxPooling2D", options.name), keepdims_(options.keepdims) {}

LayerConfig GlobalMaxPooling2D::config() const {
  return {{"data_format", json_string("channels_last")}, {"keepdims", json_bool(keepdims_)}};
}

Tensor GlobalMaxPooling2D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 4);
  return reduce_max(input, {.axes = Axes{1, 2}, .keep_dims = keepdims_});
}

}  // namespace opscope::keras
