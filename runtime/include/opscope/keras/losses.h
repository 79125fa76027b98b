// Losses.
#pragma once

#include <functional>
#include <string>

#include "opscope/runtime/tensor.h"

namespace opscope::keras {

// A value type: a name, and a function that gives one loss per example (or per element of all but
// the last dimension). compile() reduces them to their mean.
class Loss {
 public:
  using Function = std::function<Tensor(const Tensor& y_true, const Tensor& y_pred)>;

  Loss(std::string name, Function function)
      : name_(std::move(name)), function_(std::move(function)) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  // Labels of the predictions' rank less one, or with a last dimension of 1, fit as in Keras.
  [[nodiscard]] Tensor per_example(const Tensor& y_true, const Tensor& y_pred) const;
  // sum(losses * weights) / count. A Tensor without a value as weights: all 1.
  [[nodiscard]] Tensor operator()(const Tensor& y_true, const Tensor& y_pred,
                                  const Tensor& sample_weight = Tensor()) const;

 private:
  std::string name_;
  Function function_;
};

struct CrossentropyOptions {
  bool from_logits = false;
  float label_smoothing = 0;  // not of the sparse one
};

[[nodiscard]] Loss mean_squared_error();
[[nodiscard]] Loss mean_absolute_error();
[[nodiscard]] Loss mean_absolute_percentage_error();
[[nodiscard]] Loss mean_squared_logarithmic_error();
[[nodiscard]] Loss huber(float delta = 1);
[[nodiscard]] Loss log_cosh();
[[nodiscard]] Loss hinge();
[[nodiscard]] Loss kl_divergence();
[[nodiscard]] Loss poisson();
[[nodiscard]] Loss cosine_similarity();  // negative: -1 is the best
// Labels and predictions of one shape.
[[nodiscard]] Loss binary_crossentropy(const CrossentropyOptions& options = {});
// Labels are one-hot, or probabilities.
[[nodiscard]] Loss categorical_crossentropy(const CrossentropyOptions& options = {});
// Labels are class indices.
[[nodiscard]] Loss sparse_categorical_crossentropy(const CrossentropyOptions& options = {});

}  // namespace opscope::keras
