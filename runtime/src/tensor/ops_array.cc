// Operations on shapes and parts of tensors.
#include <numeric>

#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::int32_scalar;
using runtime::int32_vector;
using runtime::op;
using runtime::OpCall;
using runtime::unary;

Tensor fill(const Operand& dims, const Operand& value) {
  return OpCall(op<"Fill">(), "Fill", value.loc())
      .add(dims, DType::int32, "dims")
      .add(value, value.dtype(), "value")
      .run();
}

Tensor zeros_like(const Operand& x) { return unary(op<"ZerosLike">(), "zeros_like", x); }
Tensor ones_like(const Operand& x) { return unary(op<"OnesLike">(), "ones_like", x); }

Tensor eye(std::int64_t rows, DType dtype, Loc loc) {
  std::vector<float> values(static_cast<std::size_t>(rows * rows), 0.0f);
  for (std::int64_t i = 0; i < rows; ++i) values[static_cast<std::size_t>(i * rows + i)] = 1.0f;
  const Tensor result = constant(values, {rows, rows}, loc);
  return dtype == DType::float32 ? result : cast(result, dtype);
}

Tensor identity(const Operand& x, std::string_view name) {
  return unary(op<"Identity">(), name, x);
}
Tensor stop_gradient(const Operand& x) { return unary(op<"StopGradient">(), "StopGradient", x); }

Tensor cast(const Operand& x, DType dtype) {
  if (!x.is_literal() && x.dtype() == dtype) {
    return x.tensor() != nullptr ? *x.tensor() : Tensor(x.resolve());
  }
  return OpCall(op<"Cast">(), "Cast", x.loc()).add(x).attr("DstT", dtype).run();
}

Tensor shape(const Operand& x, DType out_type) {
  return OpCall(op<"Shape">(), "Shape", x.loc()).add(x).attr("out_type", out_type).run();
}
Tensor size(const Operand& x, DType out_type) {
  return OpCall(op<"Size">(), "Size", x.loc()).add(x).attr("out_type", out_type).run();
}
Tensor rank(const Operand& x) { return unary(op<"Rank">(), "Rank", x); }

Tensor reshape(const Operand& x, const Shape& new_shape) {
  return OpCall(op<"Reshape">(), "Reshape", x.loc())
      .add(x)
      .add_constant(int32_vector(new_shape.dims()), "shape")
      .run();
}
Tensor reshape(const Operand& x, const Tensor& new_shape) {
  return OpCall(op<"Reshape">(), "Reshape", x.loc()).add(x).add(new_shape).run();
}

Tensor transpose(const Operand& x, std::optional<Axes> perm) {
  OpCall call(op<"Transpose">(), "transpose", x.loc());
  call.add(x);
  if (!perm) {
    const Tensor* tensor = x.tensor();
    const int rank = tensor != nullptr ? tensor->shape().rank() : 2;
    if (rank < 0) {
      throw Error(ErrorCode::invalid_argument,
                  "transpose: give perm for a Tensor of unknown rank, at " + describe(x.loc()));
    }
    perm.emplace(static_cast<std::size_t>(rank));
    std::iota(perm->rbegin(), perm->rend(), 0);
  }
  return call.add_constant(int32_vector(*perm), "perm").run();
}

Tensor expand_dims(const Operand& x, std::int64_t axis) {
  return OpCall(op<"ExpandDims">(), "ExpandDims", x.loc())
      .add(x)
      .add_constant(int32_scalar(axis), "dim")
      .run();
}
Tensor squeeze(const Operand& x, const Axes& axes) {
  return OpCall(op<"Squeeze">(), "Squeeze", x.loc()).add(x).attr("squeeze_dims", axes).run();
}

Tensor broadcast_to(const Operand& x, const Shape& new_shape) {
  return OpCall(op<"BroadcastTo">(), "BroadcastTo", x.loc())
      .add(x)
      .add_constant(int32_vector(new_shape.dims()), "shape")
      .run();
}
Tensor broadcast_to(const Operand& x, const Tensor& new_shape) {
  return OpCall(op<"BroadcastTo">(), "BroadcastTo", x.loc()).add(x).add(new_shape).run();
}
Tensor tile(const Operand& x, const std::vector<std::int64_t>& multiples) {
  return OpCall(op<"Tile">(), "Tile", x.loc())
      .add(x)
      .add_constant(int32_vector(multiples), "multiples")
      .run();
}

Tensor concat(const std::vector<Tensor>& values, std::int64_t axis, Loc loc) {
  if (values.size() == 1) return identity(Operand(values[0], loc), "concat");
  OpCall call(op<"ConcatV2">(), "concat", loc);
  for (const Tensor& value : values) call.add(value);
  return call.add_constant(int32_scalar(axis), "axis").run();
}

Tensor stack(const std::vector<Tensor>& values, std::int64_t axis, Loc loc) {
  OpCall call(op<"Pack">(), "stack", loc);
  for (const Tensor& value : values) call.add(value);
  return call.attr("axis", axis).run();
}

std::vector<Tensor> unstack(const Operand& value, std::int64_t axis) {
  OpCall call(op<"Unpack">(), "unstack", value.loc());
  call.add(value);
  const Shape& shape = call.input_shape(0);
  const int rank = shape.rank();
  const auto at = static_cast<int>(axis < 0 ? axis + rank : axis);
  if (at < 0 || at >= rank || shape[at] < 0) {
    throw Error(ErrorCode::invalid_argument, "unstack: dimension " + std::to_string(axis) +
                                                 " of shape " + shape.to_string() +
                                                 " is not known at " + describe(value.loc()));
  }
  return call.attr("num", shape[at]).attr("axis", axis).run_all();
}

std::vector<Tensor> split(const Operand& value, std::int64_t count, std::int64_t axis) {
  return OpCall(op<"Split">(), "split", value.loc())
      .add_constant(int32_scalar(axis), "split_dim")
      .add(value)
      .attr("num_split", count)
      .run_all();
}

Tensor slice(const Operand& x, const std::vector<std::int64_t>& begin,
             const std::vector<std::int64_t>& sizes) {
  return OpCall(op<"Slice">(), "Slice", x.loc())
      .add(x)
      .add_constant(int32_vector(begin), "begin")
      .add_constant(int32_vector(sizes), "size")
      .run();
}
Tensor slice(const Operand& x, const Tensor& begin, const Tensor& sizes) {
  return OpCall(op<"Slice">(), "Slice", x.loc()).add(x).add(begin).add(sizes).run();
}

Tensor gather(const Operand& params, const Operand& indices, std::int64_t axis) {
  return OpCall(op<"GatherV2">(), "GatherV2", indices.loc())
      .add(params)
      .add(indices, indices.dtype(), "indices")
      .add_constant(int32_scalar(axis), "axis")
      .run();
}

Tensor one_hot(const Operand& indices, std::int32_t depth, DType dtype) {
  return OpCall(op<"OneHot">(), "one_hot", indices.loc())
      .add(indices)
      .add_constant(int32_scalar(depth), "depth")
      .add_constant(runtime::Ref<runtime::TensorRep>::adopt(Operand(1).literal(dtype)), "on_value")
      .add_constant(runtime::Ref<runtime::TensorRep>::adopt(Operand(0).literal(dtype)), "off_value")
      .run();
}

}  // namespace opscope
