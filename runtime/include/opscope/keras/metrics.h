// Metrics: measures that are accumulated over batches, in Variables.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "opscope/runtime/tensor.h"
#include "opscope/runtime/variable.h"

namespace opscope::keras {

// How a metric of one's own is accumulated: in float32 Variables that are zeros at first.
struct MetricRule {
  using Variables = std::vector<Variable>;

  std::vector<std::pair<std::string, Shape>> variables;
  // The sample weight has no value when none was given.
  std::function<void(const Variables& variables, const Tensor& y_true, const Tensor& y_pred,
                     const Tensor& sample_weight)>
      update;
  std::function<Tensor(const Variables& variables)> result;
};

// A function's mean over all examples seen since reset_state(), or what a MetricRule says. A
// handle: copies share the state. Updates may be part of a traced function.
class Metric {
 public:
  using Function = std::function<Tensor(const Tensor& y_true, const Tensor& y_pred)>;

  // `function` gives one value per example, or a scalar.
  Metric(std::string name, Function function);
  Metric(std::string name, MetricRule rule);

  [[nodiscard]] const std::string& name() const noexcept;
  void update_state(const Tensor& y_true, const Tensor& y_pred,
                    const Tensor& sample_weight = Tensor()) const;
  // Of a mean, total / count; 0 when nothing was seen.
  [[nodiscard]] Tensor result() const;
  void reset_state() const;
  [[nodiscard]] std::vector<Variable> variables() const;
  // The same measure under another name, with a state of its own.
  [[nodiscard]] Metric renamed(std::string name) const;

 private:
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

// Of labels 0 and 1 and predictions in [0, 1], which are positive above the threshold: how many
// positive predictions are right, and how many positive labels are found. 0 when there are none.
[[nodiscard]] Metric precision(float threshold = 0.5f);
[[nodiscard]] Metric recall(float threshold = 0.5f);

enum class AucCurve : std::uint8_t { roc, pr };
struct AucOptions {
  int num_thresholds = 200;  // evenly between 0 and 1; at least 2
  AucCurve curve = AucCurve::roc;
};
// The area below the curve of true by false positive rates, or of precision by recall, as the sum
// over the intervals between the thresholds. Named "auc".
[[nodiscard]] Metric auc(const AucOptions& options = {});

}  // namespace opscope::keras
