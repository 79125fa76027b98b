#include "opscope/keras/metrics.h"

#include "keras/eager_scope.h"
#include "keras/label_shapes.h"
#include "opscope/error.h"
#include "opscope/keras/losses.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {

struct Metric::State {
  State(std::string metric_name, MetricRule r) : name(std::move(metric_name)), rule(std::move(r)) {
    for (const auto& [each, shape] : rule.variables) {
      variables.emplace_back(opscope::zeros(shape),
                             VariableOptions{.name = name + "/" + each, .trainable = false});
    }
  }

  std::string name;
  MetricRule rule;
  std::vector<Variable> variables;
};

namespace {

// The mean of the function's values; `finish` turns it into the result.
MetricRule mean_rule(Metric::Function function, Tensor (*finish)(const Tensor&) = nullptr) {
  using Variables = MetricRule::Variables;
  return {.variables = {{"total", Shape()}, {"count", Shape()}},
          .update =
              [function = std::move(function)](const Variables& sums, const Tensor& y_true,
                                               const Tensor& y_pred, const Tensor& sample_weight) {
                Tensor values = cast(function(y_true, y_pred), DType::float32);
                Tensor count;
                if (sample_weight.has_value()) {
                  count = reduce_sum(weighted(ones_like(values), sample_weight));
                  values = weighted(values, sample_weight);
                } else {
                  count = cast(size(values), DType::float32);
                }
                sums[0].assign_add(values.shape().rank() == 0 ? values : reduce_sum(values));
                sums[1].assign_add(count);
              },
          .result =
              [finish](const Variables& sums) {
                const Tensor count = sums[1].read();
                const Tensor mean = sums[0] / where(count == 0.f, 1.f, count);
                return finish == nullptr ? mean : finish(mean);
              }};
}

}  // namespace

Metric::Metric(std::string name, Function function)
    : Metric(std::move(name), mean_rule(std::move(function))) {}

Metric::Metric(std::string name, MetricRule rule) {
  const EagerScope eager;
  state_ = std::make_shared<State>(std::move(name), std::move(rule));
}

const std::string& Metric::name() const noexcept { return state_->name; }

void Metric::update_state(const Tensor& y_true, const Tensor& y_pred,
                          const Tensor& sample_weight) const {
  state_->rule.update(state_->variables, y_true, y_pred, sample_weight);
}

Tensor Metric::result() const { return state_->rule.result(state_->variables); }

void Metric::reset_state() const {
  for (const Variable& variable : state_->variables) {
    variable.assign(opscope::zeros(variable.shape()));
  }
}

std::vector<Variable> Metric::variables() const { return state_->variables; }

Metric Metric::renamed(std::string name) const { return {std::move(name), state_->rule}; }

Mean::Mean(std::string name)
    : metric_(std::move(name), [](const Tensor& values, const Tensor&) { return values; }) {}

void Mean::update_state(const Tensor& values, const Tensor& sample_weight) const {
  metric_.update_state(values, values, sample_weight);
}

namespace {

Tensor matches(const Tensor& a, const Tensor& b) { return cast(a == b, DType::float32); }

Tensor binary_matches(const Tensor& y_true, const Tensor& y_pred, float threshold) {
  const LabelPair pair = aligned_labels(cast(y_true, y_pred.dtype()), y_pred);
  const Tensor guess = cast(pair.y_pred > threshold, y_pred.dtype());
  return reduce_mean(matches(pair.y_true, guess), {.axes = Axes{-1}});
}

Tensor categorical_matches(const Tensor& y_true, const Tensor& y_pred) {
  return matches(argmax(y_true, -1), argmax(y_pred, -1));
}

// Class indices [batch, ...], a last dimension of 1 taken away.
Tensor class_indices(const Tensor& y_true, const Tensor& y_pred) {
  const Shape& labels = y_true.shape();
  const bool has_column =
      labels.rank() > 1 && labels.rank() == y_pred.shape().rank() && labels[labels.rank() - 1] == 1;
  return cast(has_column ? squeeze(y_true, {-1}) : y_true, DType::int64);
}

Tensor sparse_matches(const Tensor& y_true, const Tensor& y_pred) {
  return matches(class_indices(y_true, y_pred), argmax(y_pred, -1));
}

// As Keras chooses: by the number of classes, and whether labels and predictions have one shape.
Tensor accuracy_values(const Tensor& y_true, const Tensor& y_pred) {
  const Shape& labels = y_true.shape();
  const Shape& predictions = y_pred.shape();
  if (predictions.rank() < 1) {
    throw Error(ErrorCode::invalid_argument,
                "accuracy() of predictions of shape " + predictions.to_string());
  }
  if (predictions[predictions.rank() - 1] == 1) return binary_matches(y_true, y_pred, 0.5f);
  const bool is_one_hot = labels.rank() == predictions.rank() &&
                          labels[labels.rank() - 1] == predictions[predictions.rank() - 1];
  return is_one_hot ? categorical_matches(y_true, y_pred) : sparse_matches(y_true, y_pred);
}

Tensor top_k_matches(const Tensor& indices, const Tensor& y_pred, int k) {
  return cast(in_top_k(cast(indices, DType::int32), y_pred, k), DType::float32);
}

Metric of_loss(std::string name, const Loss& loss) {
  return {std::move(name), [loss](const Tensor& y_true, const Tensor& y_pred) {
            return loss.per_example(y_true, y_pred);
          }};
}

}  // namespace

Metric accuracy() { return {"accuracy", accuracy_values}; }

Metric binary_accuracy(float threshold) {
  return {"binary_accuracy", [threshold](const Tensor& y_true, const Tensor& y_pred) {
            return binary_matches(y_true, y_pred, threshold);
          }};
}
Metric categorical_accuracy() { return {"categorical_accuracy", categorical_matches}; }
Metric sparse_categorical_accuracy() { return {"sparse_categorical_accuracy", sparse_matches}; }
Metric top_k_categorical_accuracy(int k) {
  return {"top_k_categorical_accuracy", [k](const Tensor& y_true, const Tensor& y_pred) {
            return top_k_matches(argmax(y_true, -1), y_pred, k);
          }};
}
Metric sparse_top_k_categorical_accuracy(int k) {
  return {"sparse_top_k_categorical_accuracy", [k](const Tensor& y_true, const Tensor& y_pred) {
            return top_k_matches(class_indices(y_true, y_pred), y_pred, k);
          }};
}
Metric mse() { return of_loss("mse", mean_squared_error()); }
Metric mae() { return of_loss("mae", mean_absolute_error()); }
Metric root_mean_squared_error() {
  return {"root_mean_squared_error", mean_rule(
                                         [](const Tensor& y_true, const Tensor& y_pred) {
                                           const LabelPair pair =
                                               aligned_labels(cast(y_true, y_pred.dtype()), y_pred);
                                           return squared_difference(pair.y_true, pair.y_pred);
                                         },
                                         [](const Tensor& mean) { return sqrt(mean); })};
}

}  // namespace opscope::keras
