// Layers for sequences [batch, steps, features].
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "opscope/keras/activations.h"
#include "opscope/keras/layer.h"

namespace opscope::keras {

// causal: zeros before the first step, so that no output depends on later steps.
enum class SequencePadding : std::uint8_t { valid, same, causal };

struct Conv1DOptions {
  std::int64_t strides = 1;
  SequencePadding padding = SequencePadding::valid;
  std::int64_t dilation_rate = 1;
  ActivationKind activation = ActivationKind::linear;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform();
  Initializer bias_initializer = keras::zeros();
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  std::optional<Shape> input_shape = std::nullopt;
  std::string name = {};
};

class Conv1D : public LayerOf<Conv1D> {
 public:
  Conv1D(std::int64_t filters, std::int64_t kernel_size, const Conv1DOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t filters_;
  std::int64_t kernel_size_;
  Conv1DOptions options_;
  Weight kernel_;
  Weight bias_;
};

struct Pooling1DOptions {
  std::optional<std::int64_t> strides = std::nullopt;  // unset: the size of the window
  SequencePadding padding = SequencePadding::valid;    // or same
  std::string name = {};
};

class MaxPooling1D : public LayerOf<MaxPooling1D> {
 public:
  explicit MaxPooling1D(std::int64_t pool_size = 2, const Pooling1DOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t pool_size_;
  Pooling1DOptions options_;
};

class AveragePooling1D : public LayerOf<AveragePooling1D> {
 public:
  explicit AveragePooling1D(std::int64_t pool_size = 2, const Pooling1DOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t pool_size_;
  Pooling1DOptions options_;
};

struct GlobalPooling1DOptions {
  bool keepdims = false;
  std::string name = {};
};

// The mean of the steps: [batch, features].
class GlobalAveragePooling1D : public LayerOf<GlobalAveragePooling1D> {
 public:
  explicit GlobalAveragePooling1D(const GlobalPooling1DOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  bool keepdims_;
};

class GlobalMaxPooling1D : public LayerOf<GlobalMaxPooling1D> {
 public:
  explicit GlobalMaxPooling1D(const GlobalPooling1DOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  bool keepdims_;
};

}  // namespace opscope::keras
