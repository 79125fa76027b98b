#include "opscope/keras/losses.h"

#include <cmath>

#include "keras/label_shapes.h"
#include "keras/logits.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

constexpr float kEpsilon = 1e-7f;  // what probabilities keep from 0 and 1, as in Keras

Tensor last_mean(const Tensor& x) {
  return x.shape().rank() == 0 ? x : reduce_mean(x, {.axes = Axes{-1}});
}
Tensor last_sum(const Tensor& x) {
  return x.shape().rank() == 0 ? x : reduce_sum(x, {.axes = Axes{-1}});
}

Tensor clipped(const Tensor& p) { return clip_by_value(p, kEpsilon, 1.f - kEpsilon); }

Loss elementwise(std::string name, Tensor (*function)(const Tensor&, const Tensor&)) {
  return {std::move(name),
          [function](const Tensor& t, const Tensor& p) { return last_mean(function(t, p)); }};
}

// log(cosh(x)) without overflow.
Tensor log_cosh_of(const Tensor& x) {
  return x + softplus(x * -2.f) - static_cast<float>(std::log(2.0));
}

Tensor smoothed(const Tensor& labels, float smoothing, float to) {
  return smoothing == 0 ? labels : labels * (1 - smoothing) + smoothing * to;
}

}  // namespace

LabelPair aligned_labels(const Tensor& y_true, const Tensor& y_pred) {
  const Shape& labels = y_true.shape();
  const Shape& predictions = y_pred.shape();
  const int rank = labels.rank();
  const int other = predictions.rank();
  if (rank >= 0 && other == rank + 1 && predictions[other - 1] == 1) {
    return {expand_dims(y_true, -1), y_pred};
  }
  if (rank == other + 1 && other >= 0 && labels[rank - 1] == 1)
    return {squeeze(y_true, {-1}), y_pred};
  return {y_true, y_pred};
}

Tensor Loss::per_example(const Tensor& y_true, const Tensor& y_pred) const {
  return function_(y_true, y_pred);
}

Tensor Loss::operator()(const Tensor& y_true, const Tensor& y_pred,
                        const Tensor& sample_weight) const {
  Tensor losses = per_example(y_true, y_pred);
  if (sample_weight.has_value()) losses = weighted(losses, sample_weight);
  return losses.shape().rank() == 0 ? losses : reduce_mean(losses);
}

Tensor weighted(const Tensor& values, const Tensor& sample_weight) {
  Tensor weights = cast(sample_weight, values.dtype());
  if (weights.shape().rank() == values.shape().rank() + 1) weights = squeeze(weights, {-1});
  while (weights.shape().rank() < values.shape().rank()) weights = expand_dims(weights, -1);
  return values * weights;
}

namespace {

// Labels as the predictions' data type, and of their shape.
Loss::Function on_floats(Loss::Function inner) {
  return [inner = std::move(inner)](const Tensor& y_true, const Tensor& y_pred) {
    const LabelPair pair = aligned_labels(cast(y_true, y_pred.dtype()), y_pred);
    const bool fits = pair.y_true.shape().rank() < 0 || pair.y_pred.shape().rank() < 0 ||
                      pair.y_true.shape().is_compatible_with(pair.y_pred.shape());
    if (!fits) {
      throw Error(ErrorCode::invalid_argument, "labels of shape " + y_true.shape().to_string() +
                                                   " do not fit predictions of shape " +
                                                   y_pred.shape().to_string());
    }
    return inner(pair.y_true, pair.y_pred);
  };
}

Loss on_floats(const Loss& loss) {
  return {loss.name(),
          on_floats([loss](const Tensor& t, const Tensor& p) { return loss.per_example(t, p); })};
}

}  // namespace

Loss mean_squared_error() {
  return on_floats(elementwise("mean_squared_error", [](const Tensor& t, const Tensor& p) {
    return squared_difference(t, p);
  }));
}
Loss mean_absolute_error() {
  return on_floats(elementwise("mean_absolute_error",
                               [](const Tensor& t, const Tensor& p) { return abs(t - p); }));
}
Loss mean_absolute_percentage_error() {
  return on_floats(
      elementwise("mean_absolute_percentage_error", [](const Tensor& t, const Tensor& p) {
        return abs((t - p) / maximum(abs(t), kEpsilon)) * 100.f;
      }));
}
Loss mean_squared_logarithmic_error() {
  return on_floats(
      elementwise("mean_squared_logarithmic_error", [](const Tensor& t, const Tensor& p) {
        return squared_difference(log(maximum(p, kEpsilon) + 1.f), log(maximum(t, kEpsilon) + 1.f));
      }));
}
Loss log_cosh() {
  return on_floats(
      elementwise("log_cosh", [](const Tensor& t, const Tensor& p) { return log_cosh_of(p - t); }));
}
Loss poisson() {
  return on_floats(elementwise(
      "poisson", [](const Tensor& t, const Tensor& p) { return p - t * log(p + kEpsilon); }));
}
Loss hinge() {
  return on_floats(elementwise("hinge", [](const Tensor& t, const Tensor& p) {
    // Labels are -1 and 1; with only zeros and ones, 0 stands for -1.
    const Tensor is_binary = cast(reduce_all((t == 0.f) | (t == 1.f)), t.dtype());
    const Tensor signs = is_binary * (t * 2.f - 1.f) + (1.f - is_binary) * t;
    return maximum(1.f - signs * p, 0.f);
  }));
}
Loss huber(float delta) {
  return on_floats(Loss("huber", [delta](const Tensor& t, const Tensor& p) {
    const Tensor distance = abs(p - t);
    return last_mean(
        where(distance <= delta, square(distance) * 0.5f, distance * delta - 0.5f * delta * delta));
  }));
}
Loss kl_divergence() {
  return on_floats(Loss("kl_divergence", [](const Tensor& t, const Tensor& p) {
    const Tensor truth = clip_by_value(t, kEpsilon, 1.f);
    return last_sum(truth * log(truth / clip_by_value(p, kEpsilon, 1.f)));
  }));
}
Loss cosine_similarity() {
  return on_floats(Loss("cosine_similarity", [](const Tensor& t, const Tensor& p) {
    return -last_sum(l2_normalize(t, {-1}) * l2_normalize(p, {-1}));
  }));
}

Loss binary_crossentropy(const CrossentropyOptions& options) {
  return on_floats(Loss("binary_crossentropy", [options](const Tensor& t, const Tensor& p) {
    const Tensor labels = smoothed(t, options.label_smoothing, 0.5f);
    if (options.from_logits) return last_mean(sigmoid_cross_entropy_with_logits(labels, p));
    if (const auto logits = logits_behind(p, "Sigmoid")) {
      return last_mean(sigmoid_cross_entropy_with_logits(labels, *logits));
    }
    const Tensor probability = clipped(p);
    return last_mean(-(labels * log(probability) + (1.f - labels) * log(1.f - probability)));
  }));
}

Loss categorical_crossentropy(const CrossentropyOptions& options) {
  return on_floats(Loss("categorical_crossentropy", [options](const Tensor& t, const Tensor& p) {
    const auto classes = static_cast<float>(p.shape()[p.shape().rank() - 1]);
    const Tensor labels = smoothed(t, options.label_smoothing, 1 / classes);
    const std::optional<Tensor> logits =
        options.from_logits ? std::optional(p) : logits_behind(p, "Softmax");
    if (logits && p.shape().rank() == 2) return softmax_cross_entropy_with_logits(labels, *logits);
    if (logits) return -last_sum(labels * log_softmax(*logits));
    const Tensor total = reduce_sum(p, {.axes = Axes{-1}, .keep_dims = true});
    return -last_sum(labels * log(clipped(p / total)));
  }));
}

Loss sparse_categorical_crossentropy(const CrossentropyOptions& options) {
  return {"sparse_categorical_crossentropy", [options](const Tensor& t, const Tensor& p) {
            const Shape& shape = p.shape();
            const std::int64_t classes = shape[shape.rank() - 1];
            const bool has_column = t.shape().rank() == shape.rank() && t.shape().rank() > 1;
            Tensor labels = has_column ? squeeze(t, {-1}) : t;
            if (labels.dtype() != DType::int32 && labels.dtype() != DType::int64) {
              labels = cast(labels, DType::int64);
            }
            const std::optional<Tensor> known =
                options.from_logits ? std::optional(p) : logits_behind(p, "Softmax");
            const Tensor logits = known ? *known : log(clipped(p));
            if (shape.rank() <= 2) return sparse_softmax_cross_entropy_with_logits(labels, logits);
            const Tensor losses = sparse_softmax_cross_entropy_with_logits(
                reshape(labels, {kAnyDim}), reshape(logits, {kAnyDim, classes}));
            return reshape(losses, opscope::shape(labels));
          }};
}

}  // namespace opscope::keras
