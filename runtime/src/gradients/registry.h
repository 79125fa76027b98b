// The gradients of ops, written with the public operations, so that they serve eager tapes and
// graphs alike and can be differentiated again.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/attrs.h"
#include "ops/op_spec.h"
#include "opscope/runtime/loc.h"
#include "opscope/runtime/tensor.h"

namespace opscope::runtime {

class GraphRecording;

// One op whose gradient is asked for.
struct GradientCall {
  const OpSpec* spec = nullptr;
  Attrs attrs;
  Loc loc;
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
  std::vector<Tensor> output_gradients;  // without a value: none
  std::vector<bool> needs;               // which inputs want a gradient
  std::vector<Tensor> input_gradients;   // to be filled; without a value: none
  GraphRecording* recording = nullptr;   // of a node in a graph; null: eager
  int node = -1;

  // The gradient of an output; zeros where there is none.
  [[nodiscard]] Tensor dy(std::size_t output = 0) const;
  [[nodiscard]] bool has_dy(std::size_t output) const {
    return output_gradients[output].has_value();
  }
  [[nodiscard]] const Tensor& x(std::size_t input = 0) const { return inputs[input]; }
  [[nodiscard]] const Tensor& y(std::size_t output = 0) const { return outputs[output]; }
  // Calls `gradient` for the input's gradient if it is wanted.
  template <typename F>
  void give(std::size_t input, const F& gradient) {
    if (needs[input]) input_gradients[input] = gradient();
  }

  // The attribute, or its default from the spec.
  [[nodiscard]] bool attr_bool(std::string_view name) const;
  [[nodiscard]] std::int64_t attr_int(std::string_view name) const;
  [[nodiscard]] std::string_view attr_string(std::string_view name) const;
  // The attributes of these names, as far as they are given: for the gradient's op.
  [[nodiscard]] std::vector<AttrEntry> attrs_named(
      std::initializer_list<std::string_view> names) const;
};

using GradientFn = void (*)(GradientCall&);
using GradientTable = std::span<const std::pair<std::string_view, GradientFn>>;

enum class GradientStatus : std::uint8_t {
  known,
  none,           // none by definition: not differentiable, or no floating-point result
  unimplemented,  // asking for it is an error that says so
  undecided,      // the same; no op that has a kernel may be left so
};

[[nodiscard]] GradientStatus gradient_status(std::string_view op_name) noexcept;
// Null unless the status is `known`.
[[nodiscard]] GradientFn find_gradient(std::string_view op_name) noexcept;

[[nodiscard]] GradientTable activation_gradients() noexcept;
[[nodiscard]] GradientTable array_gradients() noexcept;
[[nodiscard]] GradientTable binary_gradients() noexcept;
[[nodiscard]] GradientTable convolution_gradients() noexcept;
[[nodiscard]] GradientTable decomposition_gradients() noexcept;
[[nodiscard]] GradientTable gather_gradients() noexcept;
[[nodiscard]] GradientTable graph_call_gradients() noexcept;
[[nodiscard]] GradientTable list_gradients() noexcept;
[[nodiscard]] GradientTable matrix_gradients() noexcept;
[[nodiscard]] GradientTable nn_gradients() noexcept;
[[nodiscard]] GradientTable reduction_gradients() noexcept;
[[nodiscard]] GradientTable scan_gradients() noexcept;
[[nodiscard]] GradientTable segment_gradients() noexcept;
[[nodiscard]] GradientTable unary_gradients() noexcept;

[[nodiscard]] std::span<const std::string_view> ops_without_gradient() noexcept;
[[nodiscard]] std::span<const std::string_view> ops_of_unknown_gradient() noexcept;

}  // namespace opscope::runtime
