// GatherV2, Gather, GatherNd, ResourceGatherNd, ScatterNd, TensorScatter*, OneHot.
#include <algorithm>
#include <string>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/strided_copy.h"
#include "kernels/variable_inputs.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// The indexes of input i, each checked to be in [0, limit).
template <typename Index, typename Body>
void each_index_typed(const KernelContext& context, const TensorRep& indices, std::int64_t limit,
                      Body&& body) {
  const Index* values = indices.data<Index>();
  for (std::int64_t i = 0; i < indices.num_elements(); ++i) {
    const auto index = static_cast<std::int64_t>(values[i]);
    if (index < 0 || index >= limit) {
      context.invalid("indices[" + std::to_string(i) + "] = " + std::to_string(index) +
                      " is not in [0, " + std::to_string(limit) + ")");
    }
    body(i, index);
  }
}

template <typename Body>
void each_index(const KernelContext& context, const TensorRep& indices, std::int64_t limit,
                Body&& body) {
  switch (indices.dtype()) {
    case DType::int32:
      return each_index_typed<std::int32_t>(context, indices, limit, body);
    case DType::int64:
      return each_index_typed<std::int64_t>(context, indices, limit, body);
    case DType::int16:
      return each_index_typed<std::int16_t>(context, indices, limit, body);
    default:
      context.invalid("indices must be integers");
  }
}

void copy_run(DType dtype, const void* from, std::int64_t from_index, void* to,
              std::int64_t to_index, std::int64_t count) {
  const CopyDim dim{.size = count, .in_stride = 1, .out_stride = 1};
  strided_copy(dtype, element_at(from, dtype, from_index), element_at(to, dtype, to_index),
               {&dim, 1}, nullptr);
}

void gather_from(KernelContext& context, const TensorRep& params, const TensorRep& indices,
                 int axis, int batch_dims) {
  const Shape& shape = params.shape();
  Shape out_shape;
  for (int d = 0; d < axis; ++d) out_shape.append(shape[d]);
  for (int d = batch_dims; d < indices.rank(); ++d) out_shape.append(indices.shape()[d]);
  for (int d = axis + 1; d < params.rank(); ++d) out_shape.append(shape[d]);
  TensorRep& out = context.allocate_output(0, params.dtype(), out_shape);
  const std::int64_t batches = count_elements(shape, 0, batch_dims);
  const std::int64_t outer = count_elements(shape, batch_dims, axis);
  const std::int64_t inner = count_elements(shape, axis + 1, params.rank());
  const std::int64_t limit = shape[axis];
  const std::int64_t each = batches > 0 ? indices.num_elements() / batches : 0;
  each_index(context, indices, limit, [&](std::int64_t i, std::int64_t index) {
    const std::int64_t batch = i / each;
    for (std::int64_t o = 0; o < outer; ++o) {
      const std::int64_t from = ((batch * outer + o) * limit + index) * inner;
      const std::int64_t to = ((batch * outer + o) * each + i % each) * inner;
      copy_run(params.dtype(), params.raw_data(), from, out.mutable_raw_data(), to, inner);
    }
  });
}

void gather_v2(KernelContext& context) {
  const TensorRep& params = context.input(0);
  const TensorRep& indices = context.input(1);
  const int axis = normalize_axis(context, read_int(context, 2), params.rank());
  std::int64_t batch_dims = context.attr_int("batch_dims");
  if (batch_dims < 0) batch_dims += indices.rank();
  if (batch_dims < 0 || batch_dims > std::min(indices.rank(), axis)) {
    context.invalid("batch_dims must be at most the rank of indices and the axis");
  }
  for (int d = 0; d < batch_dims; ++d) {
    context.require(params.shape()[d] == indices.shape()[d],
                    "params and indices must agree in the batch dimensions");
  }
  gather_from(context, params, indices, axis, static_cast<int>(batch_dims));
}

void gather_v1(KernelContext& context) {
  context.require(context.input(0).rank() >= 1, "params must be at least 1 dimensional");
  gather_from(context, context.input(0), context.input(1), 0, 0);
}

// Rows of an index tensor [..., depth] as offsets into a tensor of shape `whole`.
template <typename Body>
void each_offset(const KernelContext& context, const TensorRep& indices, const Shape& whole,
                 Body&& body) {
  const std::int64_t depth = indices.shape()[indices.rank() - 1];
  const auto strides = dense_strides(whole);
  const std::int64_t rows = depth > 0 ? indices.num_elements() / depth
                                      : count_elements(indices.shape(), 0, indices.rank() - 1);
  for (std::int64_t r = 0; r < rows; ++r) {
    std::int64_t offset = 0;
    for (std::int64_t d = 0; d < depth; ++d) {
      const std::int64_t at = r * depth + d;
      std::int64_t index = 0;
      if (indices.dtype() == DType::int32) index = indices.data<std::int32_t>()[at];
      if (indices.dtype() == DType::int64) index = indices.data<std::int64_t>()[at];
      if (indices.dtype() == DType::int16) index = indices.data<std::int16_t>()[at];
      if (index < 0 || index >= whole[static_cast<int>(d)]) {
        context.invalid("indices[" + std::to_string(r) + "," + std::to_string(d) +
                        "] = " + std::to_string(index) + " does not index into shape " +
                        whole.to_bracket_string());
      }
      offset += index * strides[static_cast<std::size_t>(d)];
    }
    body(r, offset);
  }
}

void gather_nd_from(KernelContext& context, const TensorRep& params) {
  const TensorRep& indices = context.input(1);
  context.require(indices.rank() >= 1, "indices must be at least a vector");
  const std::int64_t depth = indices.shape()[indices.rank() - 1];
  context.require(depth <= params.rank(),
                  "index innermost dimension length must be <= params rank");
  Shape shape;
  for (int d = 0; d + 1 < indices.rank(); ++d) shape.append(indices.shape()[d]);
  for (int d = static_cast<int>(depth); d < params.rank(); ++d) shape.append(params.shape()[d]);
  const std::int64_t inner = count_elements(params.shape(), static_cast<int>(depth), params.rank());
  context.require(
      params.num_elements() > 0 || count_elements(indices.shape(), 0, indices.rank() - 1) == 0,
      "Requested more than 0 entries, but params is empty");
  TensorRep& out = context.allocate_output(0, params.dtype(), shape);
  each_offset(context, indices, params.shape(), [&](std::int64_t row, std::int64_t offset) {
    copy_run(params.dtype(), params.raw_data(), offset, out.mutable_raw_data(), row * inner, inner);
  });
}

void gather_nd(KernelContext& context) { gather_nd_from(context, context.input(0)); }

void resource_gather_nd(KernelContext& context) {
  const Ref<TensorRep> params = variable_input(context, 0).read();
  if (!params) context.fail(ErrorCode::failed_precondition, "the variable has no value yet");
  context.require(params->dtype() == context.attr_type("dtype"),
                  "the variable holds another data type");
  gather_nd_from(context, *params);
}

enum class Scatter { add, sub, max, min, update };

// out[indices[r]] op= updates[r].
template <typename T, Scatter kMode>
void scatter_into(KernelContext& context, TensorRep& out, const TensorRep& indices,
                  const TensorRep& updates) {
  context.require(indices.rank() >= 1, "indices must be at least a vector");
  context.require(updates.rank() >= 1, "Updates shape must have rank at least one");
  const std::int64_t depth = indices.shape()[indices.rank() - 1];
  context.require(depth <= out.rank(), "index innermost dimension length must be <= output rank");
  Shape expected;
  for (int d = 0; d + 1 < indices.rank(); ++d) expected.append(indices.shape()[d]);
  for (int d = static_cast<int>(depth); d < out.rank(); ++d) expected.append(out.shape()[d]);
  if (updates.shape() != expected) {
    context.invalid("updates must have the shape " + expected.to_bracket_string());
  }
  context.require(
      out.num_elements() > 0 || (indices.num_elements() == 0 && updates.num_elements() == 0),
      "Indices and updates specified for empty output");
  const std::int64_t inner = count_elements(out.shape(), static_cast<int>(depth), out.rank());
  each_offset(context, indices, out.shape(), [&](std::int64_t row, std::int64_t offset) {
    T* to = out.mutable_data<T>() + offset;
    const T* from = updates.data<T>() + row * inner;
    for (std::int64_t i = 0; i < inner; ++i) {
      if constexpr (kMode == Scatter::add) {
        to[i] = static_cast<T>(add_wrapping(load(to[i]), load(from[i])));
      } else if constexpr (kMode == Scatter::sub) {
        to[i] = static_cast<T>(sub_wrapping(load(to[i]), load(from[i])));
      } else if constexpr (kMode == Scatter::max) {
        if (load(to[i]) < load(from[i])) to[i] = from[i];
      } else if constexpr (kMode == Scatter::min) {
        if (load(from[i]) < load(to[i])) to[i] = from[i];
      } else {
        to[i] = from[i];
      }
    }
  });
}

template <typename T>
void scatter_nd(KernelContext& context) {
  const Shape shape = read_shape(context, 2);
  Ref<TensorRep> out = TensorRep::make_zeros(dtype_of<T>, shape);
  scatter_into<T, Scatter::add>(context, *out, context.input(0), context.input(1));
  context.set_output(0, std::move(out));
}

template <typename T, Scatter kMode>
void tensor_scatter(KernelContext& context) {
  const TensorRep& in = context.input(0);
  Ref<TensorRep> out = TensorRep::make(in.dtype(), in.shape());
  std::copy_n(in.data<T>(), in.num_elements(), out->mutable_data<T>());
  scatter_into<T, kMode>(context, *out, context.input(1), context.input(2));
  context.set_output(0, std::move(out));
}

template <typename T>
void one_hot(KernelContext& context) {
  const TensorRep& indices = context.input(0);
  const std::int64_t depth = read_int(context, 1);
  context.require(depth >= 0, "depth must be non-negative");
  context.require(context.input(2).num_elements() == 1 && context.input(3).num_elements() == 1,
                  "on_value and off_value must be scalars");
  std::int64_t axis = context.attr_int("axis");
  context.require(axis >= -1 && axis <= indices.rank(), "axis is out of range");
  if (axis == -1) axis = indices.rank();
  Shape shape = indices.shape();
  shape.insert(static_cast<int>(axis), depth);
  TensorRep& out = context.allocate_output(0, dtype_of<T>, shape);
  T* result = out.mutable_data<T>();
  std::fill_n(result, out.num_elements(), *context.input(3).data<T>());
  const T on = *context.input(2).data<T>();
  const std::int64_t inner =
      count_elements(indices.shape(), static_cast<int>(axis), indices.rank());
  for (std::int64_t i = 0; i < indices.num_elements(); ++i) {
    std::int64_t index = -1;
    if (indices.dtype() == DType::int64) index = indices.data<std::int64_t>()[i];
    if (indices.dtype() == DType::int32) index = indices.data<std::int32_t>()[i];
    if (indices.dtype() == DType::uint8) index = indices.data<std::uint8_t>()[i];
    if (indices.dtype() == DType::int8) index = indices.data<std::int8_t>()[i];
    if (index < 0 || index >= depth) continue;
    result[(i / inner * depth + index) * inner + i % inner] = on;
  }
}

template <typename Types>
Kernel select_scatter_nd(const KernelKey& key) {
  return pick(Types{}, key.inputs[1], []<typename T>() -> Kernel { return scatter_nd<T>; });
}
template <Scatter kMode>
Kernel select_tensor_scatter(const KernelKey& key) {
  return pick(Numbers{}, key.inputs[0],
              []<typename T>() -> Kernel { return tensor_scatter<T, kMode>; });
}
Kernel select_one_hot(const KernelKey& key) {
  return pick(NumbersAndBool{}, key.inputs[2], []<typename T>() -> Kernel { return one_hot<T>; });
}

constexpr KernelBinding kBindings[] = {
    {"GatherV2", always<gather_v2>},
    {"Gather", always<gather_v1>},
    {"GatherNd", always<gather_nd>},
    {"ResourceGatherNd", always<resource_gather_nd>},
    {"ScatterNd", select_scatter_nd<Numbers>},
    {"TensorScatterAdd", select_tensor_scatter<Scatter::add>},
    {"TensorScatterSub", select_tensor_scatter<Scatter::sub>},
    {"TensorScatterMax", select_tensor_scatter<Scatter::max>},
    {"TensorScatterMin", select_tensor_scatter<Scatter::min>},
    {"TensorScatterUpdate", select_tensor_scatter<Scatter::update>},
    {"OneHot", select_one_hot},
};
}  // namespace

KernelBindings gather_kernels() { return kBindings; }

}  // namespace opscope::runtime
