// Operations that move elements.
#include "gradients/raw_op.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {

void pass(GradientCall& c) {
  c.give(0, [&] { return c.dy(); });
}
void prevent(GradientCall& c) {
  throw Error(ErrorCode::failed_precondition,
              "Gradient explicitly disabled. Reason: " + std::string(c.attr_string("message")));
}
void reshape_back(GradientCall& c) {
  c.give(0, [&] { return reshape_like(c.dy(), c.x()); });
}
void cast_back(GradientCall& c) {
  c.give(0, [&] { return cast(c.dy(), c.x().dtype()); });
}
void transpose(GradientCall& c) {
  c.give(0, [&] { return raw<"Transpose">({c.dy(), raw<"InvertPermutation">({c.x(1)})}); });
}
void broadcast_to(GradientCall& c) {
  c.give(0, [&] { return sum_to_shape(c.dy(), c.x(), c.y()); });
}
void fill(GradientCall& c) {
  c.give(1, [&] { return reduce_sum(c.dy()); });
}
void pack(GradientCall& c) {
  const auto count = static_cast<std::int64_t>(c.inputs.size());
  const std::vector<Tensor> parts =
      raw_all<"Unpack">({c.dy()}, {{"num", count}, {"axis", c.attr_int("axis")}});
  for (std::size_t i = 0; i < c.inputs.size(); ++i) c.give(i, [&] { return parts[i]; });
}
void unpack(GradientCall& c) {
  c.give(0, [&] {
    std::vector<Tensor> parts;
    for (std::size_t i = 0; i < c.outputs.size(); ++i) parts.push_back(c.dy(i));
    return stack(parts, c.attr_int("axis"));
  });
}

Tensor join(const GradientCall& c, const Tensor& axis) {
  OpCall call(op<"ConcatV2">(), "concat", Loc{});
  for (std::size_t i = 0; i < c.outputs.size(); ++i) call.add(c.dy(i));
  return call.add(axis).run();
}
void split(GradientCall& c) {
  c.give(1, [&] { return join(c, c.x(0)); });
}
void split_v(GradientCall& c) {
  c.give(0, [&] { return join(c, c.x(2)); });
}
// An axis that may count from the back as one that counts from the front.
Tensor from_front(const Tensor& axis, const Tensor& x) {
  const auto known = known_ints(axis);
  if (known && (*known)[0] >= 0) return axis;
  if (known && x.shape().has_rank()) return int_value((*known)[0] + x.shape().rank());
  return axis % cast(rank(x), axis.dtype());
}
void concat_v2(GradientCall& c) {
  const std::size_t count = c.inputs.size() - 1;
  const Tensor axis = from_front(c.x(count), c.y());
  std::vector<Tensor> sizes;
  for (std::size_t i = 0; i < count; ++i) {
    sizes.push_back(reshape(gather(shape_vector(c.x(i)), axis), Shape{}));
  }
  const std::vector<Tensor> parts = raw_all<"SplitV">(
      {c.dy(), stack(sizes), axis}, {{"num_split", static_cast<std::int64_t>(count)}});
  for (std::size_t i = 0; i < count; ++i) c.give(i, [&] { return parts[i]; });
}

// Zeros around the gradient.
void slice_back(GradientCall& c) {
  c.give(0, [&] {
    const DType dtype = c.x(1).dtype();
    const Tensor size = shape(c.y(), dtype);
    const Tensor after = shape(c.x(), dtype) - c.x(1) - size;
    return raw<"Pad">({c.dy(), stack({c.x(1), after}, 1)});
  });
}

AttrList strided_attrs(const GradientCall& c) {
  return c.attrs_named(
      {"begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"});
}
void strided_slice(GradientCall& c) {
  c.give(0, [&] {
    const Tensor size = shape(c.x(), c.x(1).dtype());
    return raw<"StridedSliceGrad">({size, c.x(1), c.x(2), c.x(3), c.dy()}, strided_attrs(c));
  });
}
void strided_slice_grad(GradientCall& c) {
  c.give(4, [&] {
    return raw<"StridedSlice">({c.dy(), c.x(1), c.x(2), c.x(3)}, strided_attrs(c));
  });
}

void pad(GradientCall& c) {
  c.give(0, [&] {
    const Tensor before =
        slice(c.x(1), std::vector<std::int64_t>{0, 0}, std::vector<std::int64_t>{-1, 1});
    const Tensor begin = reshape(before, Shape{kAnyDim});
    return raw<"Slice">({c.dy(), begin, shape(c.x(), c.x(1).dtype())});
  });
}
void mirror_pad(GradientCall& c) {
  c.give(0, [&] { return raw<"MirrorPadGrad">({c.dy(), c.x(1)}, c.attrs_named({"mode"})); });
}
void mirror_pad_grad(GradientCall& c) {
  c.give(0, [&] { return raw<"MirrorPad">({c.dy(), c.x(1)}, c.attrs_named({"mode"})); });
}

// Every dimension seen as (copies, size): the copies are summed.
void tile(GradientCall& c) {
  c.give(0, [&] {
    const int rank = required_rank(c, c.x());
    const Tensor parts = stack({c.x(1), shape(c.x(), c.x(1).dtype())}, 1);
    std::vector<std::int64_t> axes;
    for (int i = 0; i < rank; ++i) axes.push_back(2 * i);
    const Tensor split = reshape(c.dy(), reshape(parts, Shape{kAnyDim}));
    return reshape_like(sum_over(split, ints(axes)), c.x());
  });
}

void reverse_v2(GradientCall& c) {
  c.give(0, [&] { return raw<"ReverseV2">({c.dy(), c.x(1)}); });
}
void reverse_sequence(GradientCall& c) {
  c.give(0, [&] {
    return raw<"ReverseSequence">({c.dy(), c.x(1)}, c.attrs_named({"seq_dim", "batch_dim"}));
  });
}
void roll(GradientCall& c) {
  c.give(0, [&] { return raw<"Roll">({c.dy(), -c.x(1), c.x(2)}); });
}
void space_to_depth(GradientCall& c) {
  c.give(0, [&] {
    return raw<"DepthToSpace">({c.dy()}, c.attrs_named({"block_size", "data_format"}));
  });
}
void depth_to_space(GradientCall& c) {
  c.give(0, [&] {
    return raw<"SpaceToDepth">({c.dy()}, c.attrs_named({"block_size", "data_format"}));
  });
}
void space_to_batch(GradientCall& c) {
  c.give(0, [&] { return raw<"BatchToSpaceND">({c.dy(), c.x(1), c.x(2)}); });
}
void batch_to_space(GradientCall& c) {
  c.give(0, [&] { return raw<"SpaceToBatchND">({c.dy(), c.x(1), c.x(2)}); });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"Identity", pass},
    {"Snapshot", pass},
    {"PlaceholderWithDefault", pass},
    {"CheckNumerics", pass},
    {"CheckNumericsV2", pass},
    {"EnsureShape", pass},
    {"Print", pass},
    {"ReadVariableOp", pass},
    {"PreventGradient", prevent},
    {"Reshape", reshape_back},
    {"ExpandDims", reshape_back},
    {"Squeeze", reshape_back},
    {"Cast", cast_back},
    {"Transpose", transpose},
    {"BroadcastTo", broadcast_to},
    {"Fill", fill},
    {"Pack", pack},
    {"Unpack", unpack},
    {"Split", split},
    {"SplitV", split_v},
    {"ConcatV2", concat_v2},
    {"Slice", slice_back},
    {"StridedSlice", strided_slice},
    {"StridedSliceGrad", strided_slice_grad},
    {"Pad", pad},
    {"PadV2", pad},
    {"MirrorPad", mirror_pad},
    {"MirrorPadGrad", mirror_pad_grad},
    {"Tile", tile},
    {"ReverseV2", reverse_v2},
    {"ReverseSequence", reverse_sequence},
    {"Roll", roll},
    {"SpaceToDepth", space_to_depth},
    {"DepthToSpace", depth_to_space},
    {"SpaceToBatchND", space_to_batch},
    {"BatchToSpaceND", batch_to_space},
};

}  // namespace

GradientTable array_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
