// How labels, predictions and sample weights are brought to one shape.
#pragma once

#include "opscope/runtime/tensor.h"

namespace opscope::keras {

struct LabelPair {
  Tensor y_true;
  Tensor y_pred;
};

// Adds or takes away a last dimension of 1 of the labels, so that they have the predictions' rank.
[[nodiscard]] LabelPair aligned_labels(const Tensor& y_true, const Tensor& y_pred);

// values * sample_weight, one weight for each example.
[[nodiscard]] Tensor weighted(const Tensor& values, const Tensor& sample_weight);

}  // namespace opscope::keras
