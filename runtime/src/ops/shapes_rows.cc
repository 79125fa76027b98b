// Shape functions of ops that move whole rows: partitioning, stitching, rolling, gathering from
// variables.
#include <algorithm>
#include <string>

#include "ops/bindings.h"
#include "ops/shape_util.h"

namespace opscope::runtime {
namespace {
void dynamic_partition(ShapeContext& context) {
  const Shape& data = context.input(0);
  const Shape& partitions = context.input(1);
  if (!data.has_rank() || !partitions.has_rank()) return;
  if (partitions.rank() > data.rank()) {
    context.invalid("data.shape must start with partitions.shape");
  }
  Shape out{kAnyDim};
  for (int d = partitions.rank(); d < data.rank(); ++d) out.append(data[d]);
  for (std::size_t i = 0; i < context.num_outputs(); ++i) context.set_output(i, out);
}

void dynamic_stitch(ShapeContext& context) {
  const std::size_t count = context.num_inputs() / 2;
  std::int64_t largest = -1;
  bool is_known = true;
  Shape rest = Shape::unknown();
  for (std::size_t i = 0; i < count; ++i) {
    const Shape& indices = context.input(i);
    const Shape& data = context.input(count + i);
    if (const auto values = context.input_as_ints(i)) {
      for (const std::int64_t value : *values) largest = std::max(largest, value);
    } else {
      is_known = false;
    }
    if (!indices.has_rank() || !data.has_rank()) continue;
    if (indices.rank() > data.rank()) context.invalid("data.shape must start with indices.shape");
    Shape tail;
    for (int d = indices.rank(); d < data.rank(); ++d) tail.append(data[d]);
    rest = merge_checked(context, rest, tail);
  }
  if (!rest.has_rank()) return;
  rest.insert(0, is_known ? largest + 1 : kAnyDim);
  context.set_output(0, rest);
}

void roll(ShapeContext& context) { context.set_output(0, context.with_rank_at_least(0, 1)); }

void lin_space(ShapeContext& context) {
  for (std::size_t i = 0; i < 3; ++i) static_cast<void>(context.with_rank(i, 0));
  const auto count = context.input_as_ints(2);
  if (count && count->front() <= 0) {
    context.invalid("Requires num > 0: " + std::to_string(count->front()));
  }
  context.set_output(0, {count ? count->front() : kAnyDim});
}

void append_from(Shape& shape, const Shape& other, std::int64_t first) {
  for (std::int64_t d = first; d < other.rank(); ++d) shape.append(other[static_cast<int>(d)]);
}

void resource_gather(ShapeContext& context) {
  const Shape params = context.variable_shape(0);
  const Shape& indices = context.input(1);
  if (!params.has_rank() || !indices.has_rank()) return;
  std::int64_t batch_dims = context.attr_int("batch_dims");
  if (batch_dims < 0) batch_dims += indices.rank();
  if (batch_dims < 0 || batch_dims > indices.rank() || batch_dims >= params.rank()) {
    context.invalid("batch_dims must be at most the rank of indices and below that of params");
  }
  Shape out = indices;
  append_from(out, params, batch_dims + 1);
  context.set_output(0, out);
}

void resource_gather_nd(ShapeContext& context) {
  const Shape params = context.variable_shape(0);
  const Shape indices = context.with_rank_at_least(1, 1);
  if (!params.has_rank() || !indices.has_rank()) return;
  const std::int64_t depth = indices[indices.rank() - 1];
  if (depth == kAnyDim) return;
  if (depth > params.rank()) {
    context.invalid("indices.shape[-1] must be <= params.rank, but saw indices shape: " +
                    indices.to_bracket_string() +
                    " and params shape: " + params.to_bracket_string());
  }
  Shape out(indices.dims().first(static_cast<std::size_t>(indices.rank() - 1)));
  append_from(out, params, depth);
  context.set_output(0, out);
}

void variable_dims(ShapeContext& context) {
  const Shape shape = context.variable_shape(0);
  context.set_output(0, {shape.has_rank() ? shape.rank() : kAnyDim});
}

constexpr ShapeBinding kBindings[] = {
    {"DynamicPartition", dynamic_partition},
    {"DynamicStitch", dynamic_stitch},
    {"ParallelDynamicStitch", dynamic_stitch},
    {"Roll", roll},
    {"LinSpace", lin_space},
    {"ResourceGather", resource_gather},
    {"ResourceGatherNd", resource_gather_nd},
    {"VariableShape", variable_dims},
};
}  // namespace

ShapeBindings row_shapes() { return kBindings; }

}  // namespace opscope::runtime
