// Layers for images [batch, rows, columns, channels].
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "opscope/keras/activations.h"
#include "opscope/keras/layer.h"
#include "opscope/runtime/ops_nn.h"

namespace opscope::keras {

// {rows, columns}; one number stands for both.
struct Size2D {
  std::int64_t rows;
  std::int64_t columns;

  constexpr Size2D(std::int64_t both) noexcept : rows(both), columns(both) {}  // NOLINT
  constexpr Size2D(std::int64_t r, std::int64_t c) noexcept : rows(r), columns(c) {}
  [[nodiscard]] constexpr std::array<std::int64_t, 2> pair() const noexcept {
    return {rows, columns};
  }
};

struct Conv2DLayerOptions {
  Size2D strides = 1;
  Padding padding = Padding::valid;
  Size2D dilation_rate = 1;
  ActivationKind activation = ActivationKind::linear;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform();
  Initializer bias_initializer = keras::zeros();
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  std::optional<Shape> input_shape = std::nullopt;
  std::string name = {};
};

class Conv2D : public LayerOf<Conv2D> {
 public:
  Conv2D(std::int64_t filters, Size2D kernel_size, const Conv2DLayerOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t filters_;
  Size2D kernel_size_;
  Conv2DLayerOptions options_;
  Weight kernel_;
  Weight bias_;
};

struct Pooling2DOptions {
  std::optional<Size2D> strides = std::nullopt;  // unset: the size of the window
  Padding padding = Padding::valid;
  std::string name = {};
};

class MaxPooling2D : public LayerOf<MaxPooling2D> {
 public:
  explicit MaxPooling2D(Size2D pool_size = 2, const Pooling2DOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  Size2D pool_size_;
  Pooling2DOptions options_;
};

class AveragePooling2D : public LayerOf<AveragePooling2D> {
 public:
  explicit AveragePooling2D(Size2D pool_size = 2, const Pooling2DOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  Size2D pool_size_;
  Pooling2DOptions options_;
};

struct GlobalPooling2DOptions {
  bool keepdims = false;
  std::string name = {};
};

// [batch, channels].
class GlobalAveragePooling2D : public LayerOf<GlobalAveragePooling2D> {
 public:
  explicit GlobalAveragePooling2D(const GlobalPooling2DOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  bool keepdims_;
};

}  // namespace opscope::keras
