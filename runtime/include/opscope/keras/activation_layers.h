// Activation functions that are layers of their own.
#pragma once

#include <optional>
#include <string>

#include "opscope/keras/layer.h"

namespace opscope::keras {

struct ReluOptions {
  std::optional<float> max_value = std::nullopt;
  float negative_slope = 0;
  float threshold = 0;
  std::string name = {};
};

// x above the threshold (at most max_value), negative_slope * (x - threshold) below it.
class ReLU : public LayerOf<ReLU> {
 public:
  explicit ReLU(const ReluOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  ReluOptions options_;
};

struct ActivationLayerOptions {
  std::string name = {};
};

// negative_slope * x below 0.
class LeakyReLU : public LayerOf<LeakyReLU> {
 public:
  explicit LeakyReLU(float negative_slope = 0.3f, const ActivationLayerOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  float negative_slope_;
};

// alpha * (exp(x) - 1) below 0.
class ELU : public LayerOf<ELU> {
 public:
  explicit ELU(float alpha = 1, const ActivationLayerOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  float alpha_;
};

struct PReluOptions {
  Initializer alpha_initializer = keras::zeros();
  Regularizer alpha_regularizer = {};
  std::string name = {};
};

// alpha * x below 0, with an alpha that is learned for each element of an example.
class PReLU : public LayerOf<PReLU> {
 public:
  explicit PReLU(const PReluOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  PReluOptions options_;
  Weight alpha_;
};

// exp(x) / sum(exp(x)) along a dimension.
class Softmax : public LayerOf<Softmax> {
 public:
  explicit Softmax(std::int64_t axis = -1, const ActivationLayerOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t axis_;
};

}  // namespace opscope::keras
