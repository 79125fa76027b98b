// Metrics that count right and wrong predictions of two classes.
#include <vector>

#include "keras/label_shapes.h"
#include "opscope/error.h"
#include "opscope/keras/metrics.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

using Variables = MetricRule::Variables;

constexpr float kEpsilon = 1e-7f;  // beyond 0 and 1, so that the ends take in all predictions

// Labels, predictions and weights as vectors.
struct Examples {
  Tensor is_positive;
  Tensor prediction;
  Tensor weight;
};

Examples flat_examples(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const LabelPair pair = aligned_labels(cast(y_true, y_pred.dtype()), y_pred);
  Tensor weights = ones_like(pair.y_pred);
  if (sample_weight.has_value()) weights = weighted(weights, sample_weight);
  const auto flat = [](const Tensor& x) { return cast(reshape(x, {kAnyDim}), DType::float32); };
  return {cast(flat(pair.y_true) > 0.f, DType::float32), flat(pair.y_pred), flat(weights)};
}

// a / b, 0 where b is.
Tensor ratio(const Tensor& a, const Tensor& b) {
  return where(b == 0.f, zeros_like(a), a / where(b == 0.f, ones_like(b), b));
}

// Adds up the weights of true positives, and of `others`: of false positives or negatives.
Metric hit_rate(const char* name, const char* others, bool counts_predictions, float threshold) {
  return {name,
          MetricRule{
              .variables = {{"true_positives", Shape()}, {others, Shape()}},
              .update =
                  [=](const Variables& sums, const Tensor& y_true, const Tensor& y_pred,
                      const Tensor& sample_weight) {
                    const Examples x = flat_examples(y_true, y_pred, sample_weight);
                    const Tensor is_predicted = cast(x.prediction > threshold, DType::float32);
                    const Tensor hits = x.weight * x.is_positive * is_predicted;
                    const Tensor all =
                        x.weight * (counts_predictions ? is_predicted : x.is_positive);
                    sums[0].assign_add(reduce_sum(hits));
                    sums[1].assign_add(reduce_sum(all - hits));
                  },
              .result =
                  [](const Variables& sums) { return ratio(sums[0].read(), sums[0] + sums[1]); }}};
}

std::vector<float> even_thresholds(int count) {
  std::vector<float> thresholds{-kEpsilon};
  for (int i = 1; i + 1 < count; ++i) {
    thresholds.push_back(static_cast<float>(static_cast<double>(i) / (count - 1)));
  }
  thresholds.push_back(1 + kEpsilon);
  return thresholds;
}

// Each element less the next one; and the elements at the beginning and at the end of intervals.
Tensor begins(const Tensor& x) { return x[Slice{.stop = -1}]; }
Tensor ends(const Tensor& x) { return x[Slice{.start = 1}]; }
Tensor drops(const Tensor& x) { return begins(x) - ends(x); }

Tensor area_below_roc(const Tensor& tp, const Tensor& fp, const Tensor& tn, const Tensor& fn) {
  const Tensor recall = ratio(tp, tp + fn);
  return reduce_sum(drops(ratio(fp, fp + tn)) * (begins(recall) + ends(recall)) * 0.5f);
}

// Within an interval, true positives grow in proportion to the positive predictions.
Tensor area_below_pr(const Tensor& tp, const Tensor& fp, const Tensor& fn) {
  const Tensor predicted = tp + fp;
  const Tensor slope = ratio(drops(tp), maximum(drops(predicted), 0.f));
  const Tensor offset = ends(tp) - slope * ends(predicted);
  const Tensor has_both = (begins(predicted) > 0.f) & (ends(predicted) > 0.f);
  const Tensor growth =
      where(has_both, ratio(begins(predicted), ends(predicted)), ones_like(offset));
  return reduce_sum(ratio(slope * (drops(tp) + offset * log(growth)), ends(tp + fn)));
}

}  // namespace

Metric precision(float threshold) {
  return hit_rate("precision", "false_positives", true, threshold);
}

Metric recall(float threshold) { return hit_rate("recall", "false_negatives", false, threshold); }

Metric auc(const AucOptions& options) {
  if (options.num_thresholds < 2) {
    throw Error(ErrorCode::invalid_argument, "auc() needs two thresholds or more, got " +
                                                 std::to_string(options.num_thresholds));
  }
  const Shape shape{options.num_thresholds};
  const auto update = [options](const Variables& sums, const Tensor& y_true, const Tensor& y_pred,
                                const Tensor& sample_weight) {
    const Examples x = flat_examples(y_true, y_pred, sample_weight);
    const Tensor thresholds = expand_dims(constant(even_thresholds(options.num_thresholds)), 1);
    const Tensor is_predicted = cast(expand_dims(x.prediction, 0) > thresholds, DType::float32);
    const auto total = [](const Tensor& which) { return reduce_sum(which, {.axes = Axes{1}}); };
    const Tensor positive = expand_dims(x.is_positive * x.weight, 0);
    const Tensor negative = expand_dims((1.f - x.is_positive) * x.weight, 0);
    sums[0].assign_add(total(is_predicted * positive));
    sums[1].assign_add(total(is_predicted * negative));
    sums[2].assign_add(total((1.f - is_predicted) * negative));
    sums[3].assign_add(total((1.f - is_predicted) * positive));
  };
  const auto result = [options](const Variables& sums) {
    const Tensor tp = sums[0].read(), fp = sums[1].read(), fn = sums[3].read();
    return options.curve == AucCurve::roc ? area_below_roc(tp, fp, sums[2].read(), fn)
                                          : area_below_pr(tp, fp, fn);
  };
  return {"auc", MetricRule{.variables = {{"true_positives", shape},
                                          {"false_positives", shape},
                                          {"true_negatives", shape},
                                          {"false_negatives", shape}},
                            .update = update,
                            .result = result}};
}

}  // namespace opscope::keras
