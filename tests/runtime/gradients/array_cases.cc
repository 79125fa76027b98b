#include "gradient_case.h"
#include "gradients/raw_op.h"

namespace opscope {

using runtime::ints;
using runtime::raw;
using runtime::raw_all;

GradientCases array_cases() {
  const Tensor x = numbers({2, 3, 4});
  const auto of = [&](std::string name, std::function<Tensor(const Tensor&)> f) {
    return GradientCase{std::move(name), {x}, [f](const Tensors& a) { return f(square(a[0])); }};
  };
  GradientCases cases = {
      of("Reshape",
         [](const Tensor& a) {
           return reshape(a, {4, 6});
         }),
      of("ExpandDims", [](const Tensor& a) { return expand_dims(a, 1); }),
      of("Squeeze",
         [](const Tensor& a) {
           return squeeze(reshape(a, {2, 1, 12}), {1});
         }),
      of("Transpose",
         [](const Tensor& a) {
           return transpose(a, Axes{2, 0, 1});
         }),
      of("BroadcastTo",
         [](const Tensor& a) {
           return broadcast_to(reduce_sum(a, {.axes = Axes{1}, .keep_dims = true}), {5, 2, 3, 4});
         }),
      of("Slice",
         [](const Tensor& a) {
           return slice(a, {0, 1, 1}, {2, 1, -1});
         }),
      of("StridedSlice",
         [](const Tensor& a) {
           return raw<"StridedSlice">({a, ints({0, 2, 1}), ints({2, 0, 4}), ints({1, -1, 2})},
                                      {{"begin_mask", 1}, {"end_mask", 4}});
         }),
      of("StridedSliceShrink",
         [](const Tensor& a) {
           return raw<"StridedSlice">({a, ints({1, 0}), ints({2, 0}), ints({1, 1})},
                                      {{"ellipsis_mask", 2}, {"shrink_axis_mask", 1}});
         }),
      of("Split",
         [](const Tensor& a) {
           const Tensors parts = split(a, 3, 1);
           return parts[0] * parts[2];
         }),
      of("SplitV",
         [](const Tensor& a) {
           const Tensors parts =
               raw_all<"SplitV">({a, ints({1, 3}), Tensor(2)}, {{"num_split", 2}});
           return parts[0] * parts[1];
         }),
      of("Concat",
         [](const Tensor& a) {
           return concat({a, a * a, a}, 1);
         }),
      of("ConcatNegative",
         [](const Tensor& a) {
           return concat({a, a * a}, -1);
         }),
      of("Pack",
         [](const Tensor& a) {
           return stack({a, a * a}, 1);
         }),
      of("Unpack",
         [](const Tensor& a) {
           const Tensors parts = unstack(a, 1);
           return parts[0] * parts[2];
         }),
      of("Pad",
         [](const Tensor& a) {
           return raw<"Pad">({a, constant({{1, 0}, {0, 2}, {1, 1}})});
         }),
      of("PadV2",
         [](const Tensor& a) {
           return raw<"PadV2">({a, constant({{1, 0}, {0, 2}, {1, 1}}), Tensor(2.0)});
         }),
      of("MirrorPad",
         [](const Tensor& a) {
           return raw<"MirrorPad">({a, constant({{1, 0}, {0, 2}, {1, 1}})}, {{"mode", "REFLECT"}});
         }),
      of("MirrorPadSymmetric",
         [](const Tensor& a) {
           return raw<"MirrorPad">({a, constant({{1, 2}, {0, 2}, {1, 1}})},
                                   {{"mode", "SYMMETRIC"}});
         }),
      of("Tile",
         [](const Tensor& a) {
           return tile(a, {2, 1, 3});
         }),
      of("ReverseV2",
         [](const Tensor& a) {
           return raw<"ReverseV2">({a, ints({1, 2})});
         }),
      of("ReverseSequence",
         [](const Tensor& a) {
           return raw<"ReverseSequence">({a, ints({1, 3})}, {{"seq_dim", 1}, {"batch_dim", 0}});
         }),
      of("Roll",
         [](const Tensor& a) {
           return raw<"Roll">({a, ints({1, -2}), ints({0, 2})});
         }),
      of("SpaceToDepth",
         [](const Tensor& a) {
           return raw<"SpaceToDepth">({reshape(a, {1, 2, 6, 2})}, {{"block_size", 2}});
         }),
      of("DepthToSpace",
         [](const Tensor& a) {
           return raw<"DepthToSpace">({reshape(a, {1, 2, 3, 4})}, {{"block_size", 2}});
         }),
      of("SpaceToBatchND",
         [](const Tensor& a) {
           return raw<"SpaceToBatchND">({reshape(a, {2, 4, 3}), ints({2}), constant({{1, 1}})});
         }),
      of("Cumsum",
         [](const Tensor& a) {
           return raw<"Cumsum">({a, Tensor(1)}, {{"exclusive", true}, {"reverse", false}});
         }),
      of("Cumprod",
         [](const Tensor& a) {
           return raw<"Cumprod">({a, Tensor(2)}, {{"exclusive", false}, {"reverse", true}});
         }),
      of("CumulativeLogsumexp",
         [](const Tensor& a) {
           return raw<"CumulativeLogsumexp">({a, Tensor(1)});
         }),
      of("IdentityN",
         [](const Tensor& a) {
           runtime::OpCall call(runtime::op<"IdentityN">(), "IdentityN", Loc{});
           const Tensors both = call.add(a).add(a * a).run_all();
           return both[0] * both[1];
         }),
      of("Cast", [](const Tensor& a) { return cast(a, DType::float64) * a; }),
      of("Fill",
         [](const Tensor& a) {
           return fill(ints({2, 3}), reduce_sum(a));
         }),
  };
  for (GradientCase& each : cases) {
    if (each.name == "Unpack") each.needs_shapes = true;
  }
  return cases;
}

}  // namespace opscope
