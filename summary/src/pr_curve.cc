#include "opscope/summary/pr_curve.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "number_tensor.h"
#include "opscope/proto/pr_curve_plugin_data.pb.h"
#include "tensor_summary.h"

namespace opscope::summary {
namespace {

// Below this a denominator counts as this: TensorBoard's own constant.
constexpr double kSmallestCount = 1e-7;
// Rows: true positives, false positives, true negatives, false negatives, precision, recall.
constexpr std::size_t kRows = 6;

void check_input(const std::string& name, std::span<const bool> labels,
                 std::span<const float> predictions, const PrCurveOptions& options) {
  const std::string what = "a PR curve " + quoted(name) + " ";
  if (options.thresholds < 2) {
    throw Error(ErrorCode::invalid_argument,
                what + "needs at least 2 thresholds; got " + std::to_string(options.thresholds));
  }
  const bool has_bad_weights =
      !options.weights.empty() && options.weights.size() != predictions.size();
  if (labels.size() != predictions.size() || has_bad_weights) {
    throw Error(ErrorCode::invalid_argument,
                what + "has " + std::to_string(labels.size()) + " labels, " +
                    std::to_string(predictions.size()) + " predictions and " +
                    std::to_string(options.weights.size()) + " weights");
  }
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    if (predictions[i] >= 0 && predictions[i] <= 1) continue;
    throw Error(ErrorCode::invalid_argument, what + "has prediction " +
                                                 std::to_string(predictions[i]) + " at " +
                                                 std::to_string(i) + "; it must be from 0 to 1");
  }
}

// From the weight of the predictions that end at each threshold to that of those that reach it.
void add_up_from_the_end(std::vector<double>& buckets) {
  for (std::size_t i = buckets.size() - 1; i > 0; --i) buckets[i - 1] += buckets[i];
}

std::vector<float> make_curve(std::span<const bool> labels, std::span<const float> predictions,
                              const PrCurveOptions& options) {
  const std::size_t count = options.thresholds;
  std::vector<double> true_positives(count);
  std::vector<double> false_positives(count);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    // In float, as TensorBoard does it: the same predictions then reach the same thresholds.
    const auto threshold = static_cast<std::size_t>(predictions[i] * static_cast<float>(count - 1));
    const double weight = options.weights.empty() ? 1 : options.weights[i];
    (labels[i] ? true_positives : false_positives)[threshold] += weight;
  }
  add_up_from_the_end(true_positives);
  add_up_from_the_end(false_positives);
  std::vector<float> curve(kRows * count);
  for (std::size_t i = 0; i < count; ++i) {
    const double tp = true_positives[i];
    const double fp = false_positives[i];
    const double positives = true_positives[0];
    const std::array<double, kRows> column = {tp,
                                              fp,
                                              false_positives[0] - fp,
                                              positives - tp,
                                              tp / std::max(kSmallestCount, tp + fp),
                                              tp / std::max(kSmallestCount, positives)};
    for (std::size_t row = 0; row < kRows; ++row) {
      curve[row * count + i] = static_cast<float>(column[row]);
    }
  }
  return curve;
}

}  // namespace

void pr_curve(FileWriter& writer, std::string_view name, std::span<const bool> labels,
              std::span<const float> predictions, std::int64_t step,
              const PrCurveOptions& options) {
  check_tag(name);
  check_input(std::string(name), labels, predictions, options);
  const std::vector<float> curve = make_curve(labels, predictions, options);
  const std::array<std::int64_t, 2> dims{kRows, options.thresholds};
  proto::PrCurvePluginData data;
  data.set_num_thresholds(options.thresholds);
  const std::string content = data.SerializeAsString();
  write_tensor_summary(writer, std::string(name) + "/pr_curves",
                       encode_numbers(std::span<const float>(curve), dims), step,
                       {.plugin_name = "pr_curves",
                        .content = content,
                        .display_name = name,
                        .description = options.description});
}

}  // namespace opscope::summary
