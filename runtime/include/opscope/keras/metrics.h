// Metrics: measures that are accumulated over batches, in Variables.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "opscope/runtime/tensor.h"
#include "opscope/runtime/variable.h"

namespace opscope::keras {

// The mean of a function's values over all examples seen since reset_state(). A handle: copies
// share the state. Updates may be part of a traced function.
class Metric {
 public:
  using Function = std::function<Tensor(const Tensor& y_true, const Tensor& y_pred)>;

  // `function` gives one value per example, or a scalar.
  Metric(std::string name, Function function);

  [[nodiscard]] const std::string& name() const noexcept;
  void update_state(const Tensor& y_true, const Tensor& y_pred,
                    const Tensor& sample_weight = Tensor()) const;
  // total / count; 0 when nothing was seen.
  [[nodiscard]] Tensor result() const;
  void reset_state() const;
  [[nodiscard]] std::vector<Variable> variables() const;
  // The same measure under another name, with a state of its own.
  [[nodiscard]] Metric renamed(std::string name) const;

 private:
  friend Metric root_mean_squared_error();
  struct State;
  std::shared_ptr<State> state_;
};

// The running mean of values.
class Mean {
 public:
  explicit Mean(std::string name = "mean");
  [[nodiscard]] const std::string& name() const noexcept { return metric_.name(); }
  void update_state(const Tensor& values, const Tensor& sample_weight = Tensor()) const;
  [[nodiscard]] Tensor result() const { return metric_.result(); }
  void reset_state() const { metric_.reset_state(); }
  [[nodiscard]] std::vector<Variable> variables() const { return metric_.variables(); }

 private:
  Metric metric_;
};

// By the shapes of labels and predictions: binary, categorical or sparse categorical accuracy.
[[nodiscard]] Metric accuracy();
[[nodiscard]] Metric binary_accuracy(float threshold = 0.5f);
[[nodiscard]] Metric categorical_accuracy();
[[nodiscard]] Metric sparse_categorical_accuracy();
[[nodiscard]] Metric top_k_categorical_accuracy(int k = 5);
[[nodiscard]] Metric sparse_top_k_categorical_accuracy(int k = 5);
[[nodiscard]] Metric mse();
[[nodiscard]] Metric mae();
[[nodiscard]] Metric root_mean_squared_error();

}  // namespace opscope::keras
