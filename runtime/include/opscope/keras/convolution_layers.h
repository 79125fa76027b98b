// Convolutions of images beside Conv2D, and the maximum of an image.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "opscope/keras/image_layers.h"

namespace opscope::keras {

struct DepthwiseConv2DOptions {
  Size2D strides = 1;  // equal ones
  Padding padding = Padding::valid;
  std::int64_t depth_multiplier = 1;  // filters of each channel
  ActivationKind activation = ActivationKind::linear;
  bool use_bias = true;
  Initializer depthwise_initializer = glorot_uniform();
  Initializer bias_initializer = keras::zeros();
  Regularizer depthwise_regularizer = {};
  Regularizer bias_regularizer = {};
  std::optional<Shape> input_shape = std::nullopt;
  std::string name = {};
};

// Each channel by filters of its own: [batch, rows, columns, channels * depth_multiplier].
class DepthwiseConv2D : public LayerOf<DepthwiseConv2D> {
 public:
  explicit DepthwiseConv2D(Size2D kernel_size, const DepthwiseConv2DOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  Size2D kernel_size_;
  DepthwiseConv2DOptions options_;
  Weight kernel_;
  Weight bias_;
};

struct SeparableConv2DOptions {
  Size2D strides = 1;  // equal ones
  Padding padding = Padding::valid;
  std::int64_t depth_multiplier = 1;
  ActivationKind activation = ActivationKind::linear;
  bool use_bias = true;
  Initializer depthwise_initializer = glorot_uniform();
  Initializer pointwise_initializer = glorot_uniform();
  Initializer bias_initializer = keras::zeros();
  std::optional<Shape> input_shape = std::nullopt;
  std::string name = {};
};

// A depthwise convolution, whose channels are then mixed into `filters` at each place.
class SeparableConv2D : public LayerOf<SeparableConv2D> {
 public:
  SeparableConv2D(std::int64_t filters, Size2D kernel_size,
                  const SeparableConv2DOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t filters_;
  Size2D kernel_size_;
  SeparableConv2DOptions options_;
  Weight depthwise_kernel_;
  Weight pointwise_kernel_;
  Weight bias_;
};

struct Conv2DTransposeOptions {
  Size2D strides = 1;
  Padding padding = Padding::valid;
  ActivationKind activation = ActivationKind::linear;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform();
  Initializer bias_initializer = keras::zeros();
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  std::optional<Shape> input_shape = std::nullopt;
  std::string name = {};
};

// The way back through a Conv2D: images that it would have made this of. Rows become
// rows * stride + max(kernel - stride, 0) with valid padding, rows * stride with same.
class Conv2DTranspose : public LayerOf<Conv2DTranspose> {
 public:
  Conv2DTranspose(std::int64_t filters, Size2D kernel_size,
                  const Conv2DTransposeOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t filters_;
  Size2D kernel_size_;
  Conv2DTransposeOptions options_;
  Weight kernel_;
  Weight bias_;
};

// [batch, channels].
class GlobalMaxPooling2D : public LayerOf<GlobalMaxPooling2D> {
 public:
  explicit GlobalMaxPooling2D(const GlobalPooling2DOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  bool keepdims_;
};

}  // namespace opscope::keras
