// DynamicPartition, DynamicStitch, Roll, LinSpace.
#include <algorithm>
#include <string>
#include <vector>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/strided_copy.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
void copy_run(const TensorRep& from, std::int64_t from_index, TensorRep& to, std::int64_t to_index,
              std::int64_t count) {
  const CopyDim dim{.size = count, .in_stride = 1, .out_stride = 1};
  strided_copy(from.dtype(), element_at(from.raw_data(), from.dtype(), from_index),
               element_at(to.mutable_raw_data(), from.dtype(), to_index), {&dim, 1}, nullptr);
}

bool starts_with(const Shape& shape, const Shape& start) {
  bool fits = start.rank() <= shape.rank();
  for (int d = 0; fits && d < start.rank(); ++d) fits = start[d] == shape[d];
  return fits;
}

Shape without_start(const Shape& shape, int count) {
  Shape rest;
  for (int d = count; d < shape.rank(); ++d) rest.append(shape[d]);
  return rest;
}

void dynamic_partition(KernelContext& context) {
  const TensorRep& data = context.input(0);
  const Shape& start = context.input(1).shape();
  if (!starts_with(data.shape(), start)) {
    context.invalid("data.shape must start with partitions.shape, got data.shape = " +
                    data.shape().to_bracket_string() +
                    ", partitions.shape = " + start.to_bracket_string());
  }
  const IntList partitions = read_ints(context, 1);
  std::vector<std::int64_t> counts(context.num_outputs(), 0);
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    if (partitions[i] < 0 || static_cast<std::size_t>(partitions[i]) >= counts.size()) {
      context.invalid("partitions[" + std::to_string(i) + "] = " + std::to_string(partitions[i]) +
                      " is not in [0, " + std::to_string(counts.size()) + ")");
    }
    ++counts[static_cast<std::size_t>(partitions[i])];
  }
  const Shape rest = without_start(data.shape(), start.rank());
  const std::int64_t width = rest.num_elements();
  std::vector<TensorRep*> outputs;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    Shape shape = rest;
    shape.insert(0, counts[i]);
    outputs.push_back(&context.allocate_output(i, data.dtype(), shape));
    counts[i] = 0;
  }
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const auto part = static_cast<std::size_t>(partitions[i]);
    copy_run(data, static_cast<std::int64_t>(i) * width, *outputs[part], counts[part]++ * width,
             width);
  }
}

// The shape of the result, and that every index and data tensor fits it.
Shape stitched_shape(const KernelContext& context, std::size_t count) {
  std::int64_t largest = -1;
  const Shape rest = without_start(context.input(count).shape(), context.input(0).rank());
  for (std::size_t i = 0; i < count; ++i) {
    const Shape& indices = context.input(i).shape();
    const Shape& data = context.input(count + i).shape();
    if (!starts_with(data, indices)) {
      context.invalid("data[" + std::to_string(i) + "].shape = " + data.to_bracket_string() +
                      " does not start with indices[" + std::to_string(i) +
                      "].shape = " + indices.to_bracket_string());
    }
    if (without_start(data, indices.rank()) != rest) {
      context.invalid(
          "Need data[0].shape[" + std::to_string(context.input(0).rank()) + ":] = data[" +
          std::to_string(i) + "].shape[" + std::to_string(indices.rank()) +
          ":], got data[0].shape = " + context.input(count).shape().to_bracket_string() +
          ", data[" + std::to_string(i) + "].shape = " + data.to_bracket_string());
    }
    for (const std::int64_t index : read_ints(context, i)) {
      if (index < 0) context.invalid("indices[" + std::to_string(i) + "] is out of range");
      largest = std::max(largest, index);
    }
  }
  Shape shape = rest;
  shape.insert(0, largest + 1);
  return shape;
}

// Later inputs win; rows that nobody names are zeros.
void dynamic_stitch(KernelContext& context) {
  const std::size_t count = context.num_inputs() / 2;
  const Shape shape = stitched_shape(context, count);
  const DType dtype = context.input(count).dtype();
  Ref<TensorRep> out =
      dtype_size(dtype) > 0 ? TensorRep::make_zeros(dtype, shape) : TensorRep::make(dtype, shape);
  const std::int64_t width = count_elements(shape, 1, shape.rank());
  for (std::size_t i = 0; i < count; ++i) {
    const TensorRep& data = context.input(count + i);
    std::int64_t row = 0;
    for (const std::int64_t index : read_ints(context, i)) {
      copy_run(data, row++ * width, *out, index * width, width);
    }
  }
  context.set_output(0, std::move(out));
}

// `in` with the elements along `axis` moved on by `shift`, 0 < shift < size.
Ref<TensorRep> rolled(const TensorRep& in, int axis, std::int64_t shift, ThreadPool* pool) {
  Ref<TensorRep> out = TensorRep::make(in.dtype(), in.shape());
  const std::int64_t rows = count_elements(in.shape(), 0, axis);
  const std::int64_t inner = count_elements(in.shape(), axis + 1, in.rank());
  const std::int64_t stride = in.shape()[axis] * inner;
  const std::int64_t tail = shift * inner;
  const CopyDim moved_on[] = {{rows, stride, stride}, {stride - tail, 1, 1}};
  const CopyDim wrapped[] = {{rows, stride, stride}, {tail, 1, 1}};
  strided_copy(in.dtype(), in.raw_data(), element_at(out->mutable_raw_data(), in.dtype(), tail),
               moved_on, pool);
  strided_copy(in.dtype(), element_at(in.raw_data(), in.dtype(), stride - tail),
               out->mutable_raw_data(), wrapped, pool);
  return out;
}

void roll(KernelContext& context) {
  const TensorRep& in = context.input(0);
  context.require(in.rank() >= 1, "input must be 1-D or higher");
  context.require(context.input(1).rank() <= 1, "shift must be a scalar or a 1-D vector.");
  context.require(context.input(2).rank() <= 1, "axis must be a scalar or a 1-D vector.");
  context.require(context.input(1).shape() == context.input(2).shape(),
                  "shift and axis must have the same size");
  const IntList shifts = read_ints(context, 1);
  const IntList axes = read_ints(context, 2);
  std::vector<std::int64_t> sums(static_cast<std::size_t>(in.rank()), 0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const int axis = normalize_axis(context, axes[i], in.rank());
    const std::int64_t size = in.shape()[axis];
    if (size == 0) continue;
    std::int64_t& sum = sums[static_cast<std::size_t>(axis)];
    sum = (sum + shifts[i] % size + size) % size;
  }
  Ref<TensorRep> result = context.input_ref(0);
  for (std::size_t d = 0; d < sums.size() && in.num_elements() > 0; ++d) {
    if (sums[d] != 0) result = rolled(*result, static_cast<int>(d), sums[d], context.pool());
  }
  context.set_output(0, std::move(result));
}

template <typename T>
void lin_space(KernelContext& context) {
  context.require(context.input(0).rank() == 0, "start must be a scalar");
  context.require(context.input(1).rank() == 0, "stop must be a scalar");
  context.require(context.input(2).rank() == 0, "num must be a scalar");
  const std::int64_t count = read_int(context, 2);
  if (count <= 0) context.invalid("Requires num > 0: " + std::to_string(count));
  const T start = *context.input(0).data<T>();
  const T stop = *context.input(1).data<T>();
  TensorRep& result = context.allocate_output(0, dtype_of<T>, Shape{count});
  T* out = result.mutable_data<T>();
  out[0] = start;
  if (count == 1) return;
  const T step = (stop - start) / static_cast<T>(count - 1);
  for (std::int64_t i = 1; i + 1 < count; ++i) out[i] = start + step * static_cast<T>(i);
  out[count - 1] = stop;
}

constexpr KernelBinding kBindings[] = {
    {"DynamicPartition", always<dynamic_partition>},
    {"DynamicStitch", always<dynamic_stitch>},
    {"ParallelDynamicStitch", always<dynamic_stitch>},
    {"Roll", always<roll>},
    {"LinSpace",
     [](const KernelKey& key) {
       return pick(TypeList<float, double>{}, key.inputs[0],
                   []<typename T>() -> Kernel { return lin_space<T>; });
     }},
};
}  // namespace

KernelBindings stitch_kernels() { return kBindings; }

}  // namespace opscope::runtime
