// Precision and recall over all thresholds, for the PR Curves page.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "opscope/summary/file_writer.h"

namespace opscope::summary {

struct PrCurveOptions {
  std::uint32_t thresholds = 201;     // evenly from 0 to 1; at least 2
  std::span<const double> weights{};  // one for each prediction; empty: 1 for each
  std::string_view description{};     // markdown
};

// The curve of a classifier: for each sample whether it is positive, and the prediction from 0 to
// 1. A prediction counts as positive at a threshold that it reaches. Written under the tag
// "<name>/pr_curves". Throws invalid_argument for lengths that differ, for predictions outside of
// [0, 1] and for fewer than 2 thresholds.
void pr_curve(FileWriter& writer, std::string_view name, std::span<const bool> labels,
              std::span<const float> predictions, std::int64_t step,
              const PrCurveOptions& options = {});

}  // namespace opscope::summary
