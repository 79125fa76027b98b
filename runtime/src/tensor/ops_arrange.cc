// Padding, repeating, grids, shapes and types.
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::op;
using runtime::OpCall;
using runtime::Ref;
using runtime::refuse;
using runtime::tensor_of;
using runtime::TensorRep;

namespace {
// Pad, PadV2 or MirrorPad of x; add_paddings gives the second input.
template <typename AddPaddings>
Tensor pad_with(const Operand& x, const PadOptions& options, AddPaddings add_paddings) {
  if (options.mode != PadMode::constant) {
    OpCall call(op<"MirrorPad">(), "MirrorPad", x.loc());
    add_paddings(call.add(x));
    return call.attr("mode", options.mode == PadMode::reflect ? "REFLECT" : "SYMMETRIC").run();
  }
  const double value = options.constant_value;
  if (value >= 0 && value <= 0) {
    OpCall call(op<"Pad">(), "Pad", x.loc());
    add_paddings(call.add(x));
    return call.run();
  }
  OpCall call(op<"PadV2">(), "PadV2", x.loc());
  add_paddings(call.add(x));
  const DType dtype = x.dtype();
  const auto rep = is_integer(dtype) ? Operand(static_cast<std::int64_t>(value)).literal(dtype)
                                     : Operand(value).literal(dtype);
  return call.add_constant(Ref<TensorRep>::adopt(rep), "constant_values").run();
}
}  // namespace

Tensor pad(const Operand& x, std::initializer_list<std::array<std::int64_t, 2>> paddings,
           const PadOptions& options) {
  return pad_with(x, options, [&](OpCall& call) {
    Ref<TensorRep> rep =
        TensorRep::make(DType::int32, {static_cast<std::int64_t>(paddings.size()), 2});
    std::int32_t* out = rep->mutable_data<std::int32_t>();
    for (const auto& [before, after] : paddings) {
      *out++ = static_cast<std::int32_t>(before);
      *out++ = static_cast<std::int32_t>(after);
    }
    call.add_constant(std::move(rep), "paddings");
  });
}
Tensor runtime::pad_by(const Operand& x, const Tensor& paddings, const PadOptions& options) {
  return pad_with(x, options, [&](OpCall& call) { call.add(paddings); });
}

Tensor tile(const Operand& x, const Tensor& multiples) {
  return OpCall(op<"Tile">(), "Tile", x.loc()).add(x).add(multiples).run();
}

namespace {
// Sizes before the axis, the given ones, and those after it.
Tensor sizes_around(const Tensor& sizes, std::int64_t axis, const Tensor& middle, Loc loc) {
  const Tensor before = sizes[Index(Slice{.stop = axis}, loc)];
  const Tensor after = sizes[Index(Slice{.start = axis + 1}, loc)];
  return concat({before, middle, after}, 0, loc);
}

std::int64_t checked_axis(const Tensor& x, std::int64_t axis, Loc loc) {
  const int rank = x.shape().rank();
  if (rank < 0) refuse("repeat: the rank must be known", loc);
  if (axis < -rank || axis >= rank) {
    refuse("repeat: axis " + std::to_string(axis) + " is not in a Tensor of rank " +
               std::to_string(rank),
           loc);
  }
  return axis < 0 ? axis + rank : axis;
}
}  // namespace

Tensor repeat(const Operand& x, std::int64_t count, std::optional<std::int64_t> axis) {
  const Loc loc = x.loc();
  if (count < 0) refuse("repeat: the count must not be negative", loc);
  const NameScope scope("Repeat");
  const Tensor data = axis ? tensor_of(x) : reshape(x, Shape{kAnyDim});
  const std::int64_t at = checked_axis(data, axis.value_or(0), loc);
  const Tensor sizes = shape(Operand(data, loc));
  std::vector<std::int64_t> multiples(static_cast<std::size_t>(data.shape().rank()) + 1, 1);
  multiples[static_cast<std::size_t>(at) + 1] = count;
  const Tensor tiled = tile(Operand(expand_dims(Operand(data, loc), at + 1), loc), multiples);
  const Tensor grown =
      runtime::binary(op<"Mul">(), "mul", Operand(sizes[Index(at, loc)], loc), Operand(count, loc));
  const Tensor new_sizes = sizes_around(sizes, at, stack({grown}, 0, loc), loc);
  return reshape(Operand(tiled, loc), new_sizes);
}

Tensor repeat(const Operand& x, const Tensor& counts, std::optional<std::int64_t> axis) {
  const Loc loc = x.loc();
  if (counts.shape().rank() != 1) refuse("repeat: the counts must be a vector", loc);
  const NameScope scope("Repeat");
  const Tensor data = axis ? tensor_of(x) : reshape(x, Shape{kAnyDim});
  const std::int64_t at = checked_axis(data, axis.value_or(0), loc);
  if (!Shape{data.shape()[static_cast<int>(at)]}.is_compatible_with(counts.shape())) {
    refuse("repeat: " + counts.shape().to_string() + " counts for dimension " + std::to_string(at) +
               " of " + data.shape().to_string(),
           loc);
  }
  const Tensor mask = sequence_mask(Operand(counts, loc));
  // [size, most]: the index of each element, once for every place of the mask.
  const Tensor places = where(Operand(mask, loc));
  const Tensor rows = places[{Index(Slice{}, loc), Index(0, loc)}];
  return gather(Operand(data, loc), Operand(rows, loc), at);
}

std::vector<Tensor> meshgrid(const std::vector<Tensor>& axes, bool xy, Loc loc) {
  const NameScope scope("meshgrid");
  const auto count = static_cast<int>(axes.size());
  std::vector<Tensor> grids;
  std::vector<Tensor> sizes;
  if (axes.empty()) return grids;
  const auto place = [&](int i) { return xy && count > 1 && i < 2 ? 1 - i : i; };
  for (int i = 0; i < count; ++i) {
    Shape shape(std::vector<std::int64_t>(axes.size(), 1));
    shape.set_dim(place(i), kAnyDim);
    grids.push_back(reshape(Operand(axes[static_cast<std::size_t>(i)], loc), shape));
  }
  for (int i = 0; i < count; ++i) {
    sizes.push_back(size(Operand(axes[static_cast<std::size_t>(place(i))], loc)));
  }
  const Tensor one = runtime::scalar_of(Operand(1, loc), axes[0].dtype());
  const Tensor ones = fill(Operand(stack(sizes, 0, loc), loc), Operand(one, loc));
  for (Tensor& grid : grids) {
    grid = runtime::binary(op<"Mul">(), "mul", Operand(grid, loc), Operand(ones, loc));
  }
  return grids;
}

Tensor linspace(const Operand& start, const Operand& stop, const Operand& num) {
  const DType dtype = start.is_literal() ? stop.dtype() : start.dtype();
  const bool is_number = start.is_literal() && stop.is_literal() && is_integer(dtype);
  const DType type = is_number ? DType::float32 : dtype;
  return OpCall(op<"LinSpace">(), "LinSpace", start.loc())
      .add(start, type, "start")
      .add(stop, type, "stop")
      .add(num, num.dtype(), "num")
      .run();
}

Tensor space_to_depth(const Operand& x, std::int64_t block_size) {
  return OpCall(op<"SpaceToDepth">(), "SpaceToDepth", x.loc())
      .add(x)
      .attr("block_size", block_size)
      .run();
}
Tensor depth_to_space(const Operand& x, std::int64_t block_size) {
  return OpCall(op<"DepthToSpace">(), "DepthToSpace", x.loc())
      .add(x)
      .attr("block_size", block_size)
      .run();
}

Tensor ensure_shape(const Operand& x, const Shape& shape) {
  return OpCall(op<"EnsureShape">(), "EnsureShape", x.loc()).add(x).attr("shape", shape).run();
}

std::vector<Tensor> shape_n(const std::vector<Tensor>& inputs, DType out_type, Loc loc) {
  OpCall call(op<"ShapeN">(), "ShapeN", loc);
  for (const Tensor& input : inputs) call.add(input);
  return call.attr("out_type", out_type).run_all();
}

Tensor broadcast_dynamic_shape(const Operand& a, const Operand& b) {
  return runtime::binary(op<"BroadcastArgs">(), "BroadcastArgs", a, b);
}

Tensor bitcast(const Operand& x, DType dtype) {
  return OpCall(op<"Bitcast">(), "Bitcast", x.loc()).add(x).attr("type", dtype).run();
}

}  // namespace opscope
