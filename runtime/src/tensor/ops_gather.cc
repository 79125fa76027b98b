// Gathering, scattering and segments.
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::int32_scalar;
using runtime::int32_vector;
using runtime::op;
using runtime::OpCall;

Tensor gather(const Operand& params, const Operand& indices, const GatherOptions& options) {
  return OpCall(op<"GatherV2">(), "GatherV2", indices.loc())
      .add(params)
      .add(indices, indices.dtype(), "indices")
      .add_constant(int32_scalar(options.axis.value_or(options.batch_dims)), "axis")
      .attr("batch_dims", options.batch_dims)
      .run();
}

Tensor gather_nd(const Operand& params, const Operand& indices) {
  return OpCall(op<"GatherNd">(), "GatherNd", indices.loc()).add(params).add(indices).run();
}

Tensor scatter_nd(const Operand& indices, const Operand& updates, const Operand& shape) {
  return OpCall(op<"ScatterNd">(), "ScatterNd", indices.loc())
      .add(indices)
      .add(updates)
      .add(shape)
      .run();
}
Tensor scatter_nd(const Operand& indices, const Operand& updates, const Shape& shape) {
  const bool is_wide = indices.dtype() == DType::int64;
  const std::vector<std::int64_t> dims(shape.dims().begin(), shape.dims().end());
  return OpCall(op<"ScatterNd">(), "ScatterNd", indices.loc())
      .add(indices)
      .add(updates)
      .add_constant(is_wide ? runtime::make_vector<std::int64_t>(dims) : int32_vector(dims),
                    "shape")
      .run();
}

namespace {
Tensor scatter_into(const runtime::OpSpec& spec, const Operand& x, const Operand& indices,
                    const Operand& updates) {
  return OpCall(spec, spec.name, x.loc()).add(x).add(indices).add(updates).run();
}

Tensor segments(const runtime::OpSpec& spec, const Operand& data, const Operand& ids) {
  return OpCall(spec, spec.name, data.loc()).add(data).add(ids).run();
}

Tensor unsorted(const runtime::OpSpec& spec, const Operand& data, const Operand& ids,
                const Operand& count) {
  return OpCall(spec, spec.name, data.loc())
      .add(data)
      .add(ids)
      .add(count, count.dtype(), "num_segments")
      .run();
}
}  // namespace

Tensor tensor_scatter_nd_update(const Operand& x, const Operand& indices, const Operand& updates) {
  return scatter_into(op<"TensorScatterUpdate">(), x, indices, updates);
}
Tensor tensor_scatter_nd_add(const Operand& x, const Operand& indices, const Operand& updates) {
  return scatter_into(op<"TensorScatterAdd">(), x, indices, updates);
}

Tensor tensor_scatter_nd_sub(const Operand& x, const Operand& indices, const Operand& updates) {
  return scatter_into(op<"TensorScatterSub">(), x, indices, updates);
}
Tensor tensor_scatter_nd_max(const Operand& x, const Operand& indices, const Operand& updates) {
  return scatter_into(op<"TensorScatterMax">(), x, indices, updates);
}
Tensor tensor_scatter_nd_min(const Operand& x, const Operand& indices, const Operand& updates) {
  return scatter_into(op<"TensorScatterMin">(), x, indices, updates);
}

Tensor segment_sum(const Operand& data, const Operand& segment_ids) {
  return segments(op<"SegmentSum">(), data, segment_ids);
}
Tensor segment_mean(const Operand& data, const Operand& segment_ids) {
  return segments(op<"SegmentMean">(), data, segment_ids);
}
Tensor segment_prod(const Operand& data, const Operand& segment_ids) {
  return segments(op<"SegmentProd">(), data, segment_ids);
}
Tensor segment_max(const Operand& data, const Operand& segment_ids) {
  return segments(op<"SegmentMax">(), data, segment_ids);
}
Tensor segment_min(const Operand& data, const Operand& segment_ids) {
  return segments(op<"SegmentMin">(), data, segment_ids);
}
Tensor unsorted_segment_sum(const Operand& data, const Operand& segment_ids,
                            const Operand& num_segments) {
  return unsorted(op<"UnsortedSegmentSum">(), data, segment_ids, num_segments);
}
Tensor unsorted_segment_prod(const Operand& data, const Operand& segment_ids,
                             const Operand& num_segments) {
  return unsorted(op<"UnsortedSegmentProd">(), data, segment_ids, num_segments);
}
Tensor unsorted_segment_max(const Operand& data, const Operand& segment_ids,
                            const Operand& num_segments) {
  return unsorted(op<"UnsortedSegmentMax">(), data, segment_ids, num_segments);
}
Tensor unsorted_segment_min(const Operand& data, const Operand& segment_ids,
                            const Operand& num_segments) {
  return unsorted(op<"UnsortedSegmentMin">(), data, segment_ids, num_segments);
}

std::vector<Tensor> dynamic_partition(const Operand& data, const Operand& partitions,
                                      std::int64_t count) {
  return OpCall(op<"DynamicPartition">(), "DynamicPartition", data.loc())
      .add(data)
      .add(partitions)
      .attr("num_partitions", count)
      .run_all();
}

Tensor dynamic_stitch(const std::vector<Tensor>& indices, const std::vector<Tensor>& data,
                      Loc loc) {
  if (indices.size() != data.size()) {
    throw Error(ErrorCode::invalid_argument, "dynamic_stitch: " + std::to_string(indices.size()) +
                                                 " indices for " + std::to_string(data.size()) +
                                                 " values, at " + describe(loc));
  }
  OpCall call(op<"DynamicStitch">(), "DynamicStitch", loc);
  for (const Tensor& index : indices) call.add(index);
  for (const Tensor& value : data) call.add(value);
  return call.run();
}

}  // namespace opscope
