// The logits behind probabilities.
#pragma once

#include <optional>
#include <string_view>

#include "opscope/runtime/tensor.h"

namespace opscope::keras {

// While tracing: the input of the node that gives `probabilities`, if that is `op` ("Softmax",
// "Sigmoid"). Losses work on it, which is exact where probabilities round to 0 or 1.
[[nodiscard]] std::optional<Tensor> logits_behind(const Tensor& probabilities, std::string_view op);

}  // namespace opscope::keras
