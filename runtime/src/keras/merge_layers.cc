#include "opscope/keras/merge_layers.h"

#include "keras/json.h"
#include "keras/layer_checks.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

void require_two(const Layer& layer, const std::vector<Tensor>& inputs) {
  if (inputs.size() == 2) return;
  throw Error(ErrorCode::invalid_argument,
              layer.name() + " takes two inputs, got " + std::to_string(inputs.size()));
}

// All inputs joined from left to right.
template <typename F>
Tensor joined(const Layer& layer, const std::vector<Tensor>& inputs, F join) {
  if (inputs.size() < 2) {
    throw Error(ErrorCode::invalid_argument,
                layer.name() + " merges two or more inputs, got " + std::to_string(inputs.size()));
  }
  Tensor result = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) result = join(result, inputs[i]);
  return result;
}

// [batch, rows, sum]: what is summed comes last.
Tensor summed_last(const Tensor& x, std::int64_t axis) {
  if (x.shape().rank() == 2) return expand_dims(x, 1);
  return axis == 2 ? x : transpose(x, Axes{0, 2, 1});
}

}  // namespace

Subtract::Subtract(const MergeOptions& options) : LayerOf("Subtract", options.name) {}

std::vector<Tensor> Subtract::call_all(const std::vector<Tensor>& inputs, bool) const {
  require_two(*this, inputs);
  return {inputs[0] - inputs[1]};
}

Average::Average(const MergeOptions& options) : LayerOf("Average", options.name) {}

std::vector<Tensor> Average::call_all(const std::vector<Tensor>& inputs, bool) const {
  const Tensor sum = joined(*this, inputs, [](const Tensor& a, const Tensor& b) { return a + b; });
  return {sum / static_cast<float>(inputs.size())};
}

Maximum::Maximum(const MergeOptions& options) : LayerOf("Maximum", options.name) {}

std::vector<Tensor> Maximum::call_all(const std::vector<Tensor>& inputs, bool) const {
  return {joined(*this, inputs, [](const Tensor& a, const Tensor& b) { return maximum(a, b); })};
}

Minimum::Minimum(const MergeOptions& options) : LayerOf("Minimum", options.name) {}

std::vector<Tensor> Minimum::call_all(const std::vector<Tensor>& inputs, bool) const {
  return {joined(*this, inputs, [](const Tensor& a, const Tensor& b) { return minimum(a, b); })};
}

Dot::Dot(std::int64_t axis, const DotOptions& options)
    : LayerOf("Dot", options.name), axis_(axis), normalize_(options.normalize) {}

LayerConfig Dot::config() const {
  return {{"axes", std::to_string(axis_)}, {"normalize", json_bool(normalize_)}};
}

std::vector<Tensor> Dot::call_all(const std::vector<Tensor>& inputs, bool) const {
  require_two(*this, inputs);
  std::vector<Tensor> sides;
  for (const Tensor& input : inputs) {
    const int rank = input.shape().rank();
    const std::int64_t axis = axis_ < 0 ? axis_ + rank : axis_;
    if (rank < 2 || rank > 3 || axis < 1 || axis >= rank) {
      throw Error(ErrorCode::invalid_argument,
                  name() + ": an input of shape " + input.shape().to_string() +
                      " has no dimension " + std::to_string(axis_) +
                      " to sum along; two or three dimensions are taken");
    }
    const Tensor x = normalize_ ? l2_normalize(input, {axis}) : input;
    sides.push_back(summed_last(x, axis));
  }
  const Tensor product = matmul(sides[0], sides[1], {.transpose_b = true});
  const bool is_left_row = inputs[0].shape().rank() == 2;
  const bool is_right_row = inputs[1].shape().rank() == 2;
  if (is_left_row) return {squeeze(product, {1})};
  return {is_right_row ? squeeze(product, {2}) : product};
}

}  // namespace opscope::keras
