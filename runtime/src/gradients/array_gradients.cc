#include <array>
#include <numeric>

#include "gradients/registry.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope::runtime {
namespace {

Tensor reshape_like(const Tensor& x, const Tensor& like) {
  return like.shape().is_fully_defined() ? reshape(x, like.shape()) : reshape(x, shape(like));
}

void pass_gradient(GradientCall& c) {
  if (c.needs[0]) c.input_gradients[0] = c.dy();
}

void reshape_gradient(GradientCall& c) {
  if (c.needs[0]) c.input_gradients[0] = reshape_like(c.dy(), c.inputs[0]);
}

void cast_gradient(GradientCall& c) {
  if (c.needs[0]) c.input_gradients[0] = cast(c.dy(), c.inputs[0].dtype());
}

void transpose_gradient(GradientCall& c) {
  if (!c.needs[0]) return;
  const Tensor inverse =
      OpCall(op<"InvertPermutation">(), "InvertPermutation", Loc{}).add(c.inputs[1]).run();
  c.input_gradients[0] =
      OpCall(op<"Transpose">(), "transpose", Loc{}).add(c.dy()).add(inverse).run();
}

// The output's gradient with the reduced dimensions back as 1, ready to broadcast to the input.
Tensor with_reduced_dims(const GradientCall& c, const Tensor& value) {
  const Shape& input = c.inputs[0].shape();
  if (c.attr_bool("keep_dims")) return value;
  if (input.rank() == 0) return value;
  const Shape& output = c.outputs[0].shape();
  if (output.rank() == 0 && input.has_rank()) {
    Shape ones;
    for (int i = 0; i < input.rank(); ++i) ones.append(1);
    return reshape(value, ones);
  }
  // Sum over the same axes with keep_dims tells the shape whatever the axes are.
  const Tensor kept = OpCall(op<"Sum">(), "Sum", Loc{})
                          .add(c.inputs[0])
                          .add(c.inputs[1])
                          .attr("keep_dims", true)
                          .run();
  return reshape_like(value, kept);
}

Tensor broadcast_like(const Tensor& x, const Tensor& like) {
  if (x.shape() == like.shape()) return x;
  if (like.shape().is_fully_defined()) return broadcast_to(x, like.shape());
  return broadcast_to(x, shape(like));
}

void sum_gradient(GradientCall& c) {
  if (c.needs[0]) {
    c.input_gradients[0] = broadcast_like(with_reduced_dims(c, c.dy()), c.inputs[0]);
  }
}

void mean_gradient(GradientCall& c) {
  if (!c.needs[0]) return;
  const Shape& input = c.inputs[0].shape();
  const Shape& output = c.outputs[0].shape();
  const DType dtype = c.dy().dtype();
  Tensor scaled;
  if (input.is_fully_defined() && output.is_fully_defined()) {
    const auto in_size = static_cast<double>(input.num_elements());
    const auto out_size = static_cast<double>(std::max<std::int64_t>(1, output.num_elements()));
    scaled = c.dy() / (in_size / out_size);
  } else {
    const Tensor count = cast(size(c.inputs[0]), dtype) / cast(size(c.outputs[0]), dtype);
    scaled = c.dy() / count;
  }
  c.input_gradients[0] = broadcast_like(with_reduced_dims(c, scaled), c.inputs[0]);
}

// Shared equally between equal extremes, as TensorFlow does.
void extreme_gradient(GradientCall& c) {
  if (!c.needs[0]) return;
  const Tensor extreme = with_reduced_dims(c, c.outputs[0]);
  const Tensor hits = cast(c.inputs[0] == extreme, c.dy().dtype());
  const Tensor count = OpCall(op<"Sum">(), "Sum", Loc{}).add(hits).add(c.inputs[1]).run();
  c.input_gradients[0] = hits * with_reduced_dims(c, c.dy() / count);
}

void broadcast_to_gradient(GradientCall& c) {
  if (c.needs[0]) c.input_gradients[0] = sum_to_shape(c.dy(), c.inputs[0], c.outputs[0]);
}

void fill_gradient(GradientCall& c) {
  if (c.needs[1]) c.input_gradients[1] = reduce_sum(c.dy());
}

void pack_gradient(GradientCall& c) {
  std::vector<Tensor> parts = OpCall(op<"Unpack">(), "unstack", Loc{})
                                  .add(c.dy())
                                  .attr("num", static_cast<std::int64_t>(c.inputs.size()))
                                  .attr("axis", c.attr_int("axis", 0))
                                  .run_all();
  for (std::size_t i = 0; i < c.inputs.size(); ++i) c.input_gradients[i] = parts[i];
}

void unpack_gradient(GradientCall& c) {
  if (!c.needs[0]) return;
  std::vector<Tensor> parts;
  for (std::size_t i = 0; i < c.outputs.size(); ++i) {
    const Tensor& gradient = c.output_gradients[i];
    parts.push_back(gradient.has_value() ? gradient : zeros_like(c.outputs[i]));
  }
  c.input_gradients[0] = stack(parts, c.attr_int("axis", 0));
}

void concat_gradient(GradientCall& c) {
  const std::size_t count = c.inputs.size() - 1;
  std::vector<Tensor> sizes;
  for (std::size_t i = 0; i < count; ++i) {
    sizes.push_back(reshape(gather(shape(c.inputs[i]), c.inputs[count]), Shape{}));
  }
  const std::vector<Tensor> parts = OpCall(op<"SplitV">(), "split", Loc{})
                                        .add(c.dy())
                                        .add(stack(sizes))
                                        .add(c.inputs[count])
                                        .attr("num_split", static_cast<std::int64_t>(count))
                                        .run_all();
  for (std::size_t i = 0; i < count; ++i) c.input_gradients[i] = parts[i];
}

void gather_gradient(GradientCall& c) {
  if (!c.needs[0]) return;
  const Tensor& params = c.inputs[0];
  const Tensor axis = c.inputs[2];
  const Tensor flat = reshape(c.inputs[1], Shape{kAnyDim});
  const Tensor dims = shape(params);
  const Tensor rows = gather(dims, 0);
  const Tensor inner = slice(dims, std::vector<std::int64_t>{1}, std::vector<std::int64_t>{-1});
  const Tensor tail = concat({reshape(size(flat), Shape{1}), inner}, 0);
  // Only rows are scattered back; the axis is checked when the graph runs.
  assert_true(reduce_all(axis == 0), {Tensor("the gradient of GatherV2 needs axis 0")});
  c.input_gradients[0] = OpCall(op<"UnsortedSegmentSum">(), "UnsortedSegmentSum", Loc{})
                             .add(reshape(c.dy(), tail))
                             .add(flat)
                             .add(rows)
                             .run();
}

constexpr std::array<std::pair<std::string_view, GradientFn>, 18> kTable = {{
    {"Identity", pass_gradient},
    {"PreventGradient", pass_gradient},
    {"Reshape", reshape_gradient},
    {"ExpandDims", reshape_gradient},
    {"Squeeze", reshape_gradient},
    {"Cast", cast_gradient},
    {"Transpose", transpose_gradient},
    {"Sum", sum_gradient},
    {"Mean", mean_gradient},
    {"Max", extreme_gradient},
    {"Min", extreme_gradient},
    {"BroadcastTo", broadcast_to_gradient},
    {"Fill", fill_gradient},
    {"Pack", pack_gradient},
    {"Unpack", unpack_gradient},
    {"ConcatV2", concat_gradient},
    {"GatherV2", gather_gradient},
    {"CheckNumerics", pass_gradient},
}};

}  // namespace

GradientTable array_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
