// Shape functions of ops that move whole rows: partitioning, stitching, rolling.
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

constexpr ShapeBinding kBindings[] = {
    {"DynamicPartition", dynamic_partition},
    {"DynamicStitch", dynamic_stitch},
    {"ParallelDynamicStitch", dynamic_stitch},
    {"Roll", roll},
    {"LinSpace", lin_space},
};
}  // namespace

ShapeBindings row_shapes() { return kBindings; }

}  // namespace opscope::runtime
