// One function to differentiate, for tests that compare its gradient with differences.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "opscope/runtime.h"

namespace opscope {

using Tensors = std::vector<Tensor>;

struct GradientCase {
  std::string name;
  Tensors inputs;  // float64: differentiated by all of them
  std::function<Tensor(const Tensors&)> f;
  bool has_second = true;     // the gradient is differentiated as well
  bool needs_shapes = false;  // not traced with unknown dimensions
};
using GradientCases = std::vector<GradientCase>;

// The name of the parameter in test lists, instead of its bytes, which differ from run to run.
inline void PrintTo(const GradientCase& tested, std::ostream* out) { *out << tested.name; }

// Numbers of a fixed sequence, from low to high.
[[nodiscard]] Tensor numbers(const Shape& shape, double low = -1, double high = 1);

[[nodiscard]] GradientCases elementwise_cases();
[[nodiscard]] GradientCases array_cases();
[[nodiscard]] GradientCases index_cases();
[[nodiscard]] GradientCases reduction_cases();
[[nodiscard]] GradientCases network_cases();
[[nodiscard]] GradientCases matrix_cases();
[[nodiscard]] GradientCases decomposition_cases();

}  // namespace opscope
