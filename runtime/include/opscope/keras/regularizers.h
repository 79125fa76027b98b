// Regularizers: penalties on weights that are added to the loss.
#pragma once

#include "opscope/runtime/tensor.h"

namespace opscope::keras {

// l1 * sum(|w|) + l2 * sum(w^2).
struct Regularizer {
  float l1 = 0;
  float l2 = 0;

  [[nodiscard]] bool is_active() const noexcept { return l1 != 0 || l2 != 0; }
  [[nodiscard]] Tensor operator()(const Tensor& weight) const;
};

[[nodiscard]] constexpr Regularizer l1(float factor = 0.01f) { return {.l1 = factor}; }
[[nodiscard]] constexpr Regularizer l2(float factor = 0.01f) { return {.l2 = factor}; }

}  // namespace opscope::keras
