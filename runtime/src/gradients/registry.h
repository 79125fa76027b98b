// The gradients of ops, written with the public operations, so that they serve eager tapes and
// graphs alike and can be differentiated again.
#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/attrs.h"
#include "ops/op_spec.h"
#include "opscope/runtime/loc.h"
#include "opscope/runtime/tensor.h"

namespace opscope::runtime {

// One op whose gradient is asked for.
struct GradientCall {
  const OpSpec* spec = nullptr;
  const Attrs* attrs = nullptr;
  Loc loc;
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
  std::vector<Tensor> output_gradients;  // without a value: none
  std::vector<bool> needs;               // which inputs want a gradient
  std::vector<Tensor> input_gradients;   // to be filled; without a value: none

  [[nodiscard]] const Tensor& dy() const { return output_gradients[0]; }
  [[nodiscard]] bool attr_bool(std::string_view name) const;
  [[nodiscard]] std::int64_t attr_int(std::string_view name, std::int64_t otherwise) const;
};

using GradientFn = void (*)(GradientCall&);
using GradientTable = std::span<const std::pair<std::string_view, GradientFn>>;

// Null if the op has none; `is_blocked` tells ops whose gradient is none by definition.
[[nodiscard]] GradientFn find_gradient(std::string_view op_name) noexcept;
[[nodiscard]] bool blocks_gradient(std::string_view op_name) noexcept;

[[nodiscard]] GradientTable math_gradients() noexcept;
[[nodiscard]] GradientTable array_gradients() noexcept;
[[nodiscard]] GradientTable nn_gradients() noexcept;

// `gradient`, of the broadcast shape of x and y, summed back to the shape of x.
[[nodiscard]] Tensor sum_to_shape(const Tensor& gradient, const Tensor& x, const Tensor& y);

}  // namespace opscope::runtime
