// Layers that normalise.
#pragma once

#include <cstdint>
#include <string>

#include "opscope/keras/layer.h"

namespace opscope::keras {

struct BatchNormalizationOptions {
  std::int64_t axis = -1;  // of the features
  float momentum = 0.99f;
  float epsilon = 1e-3f;
  bool center = true;
  bool scale = true;
  std::string name = {};
};

// In training, by the mean and variance of the batch, which the moving ones then move toward; else
// (and when frozen) by the moving ones.
class BatchNormalization : public LayerOf<BatchNormalization> {
 public:
  explicit BatchNormalization(const BatchNormalizationOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  BatchNormalizationOptions options_;
  Weight gamma_, beta_, moving_mean_, moving_variance_;
};

struct LayerNormalizationOptions {
  float epsilon = 1e-3f;
  bool center = true;
  bool scale = true;
  std::string name = {};
};

// By the mean and variance over the last dimension of each example.
class LayerNormalization : public LayerOf<LayerNormalization> {
 public:
  explicit LayerNormalization(const LayerNormalizationOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  LayerNormalizationOptions options_;
  Weight gamma_, beta_;
};

}  // namespace opscope::keras
