// Shape functions of reductions, matrix products, gathers and random numbers.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "ops/bindings.h"
#include "ops/shape_util.h"

namespace opscope::runtime {
namespace {
void reduce(ShapeContext& context) {
  const Shape& shape = context.input(0);
  const bool keep = context.attr_bool("keep_dims");
  const auto axes = context.input_as_ints(1);
  if (!shape.has_rank()) return;
  if (!axes) {
    if (keep) context.set_output(0, Shape::of_rank(shape.rank()));
    return;
  }
  Shape out;
  for (int d = 0; d < shape.rank(); ++d) {
    bool reduced = false;
    for (const std::int64_t axis : *axes) {
      reduced = reduced || shape_axis(context, axis, shape.rank()) == d;
    }
    if (!reduced || keep) out.append(reduced ? 1 : shape[d]);
  }
  context.set_output(0, out);
}

void arg_extreme(ShapeContext& context) {
  Shape shape = context.input(0);
  if (!shape.has_rank()) return;
  if (shape.rank() <= 1) {
    context.set_output(0, Shape());
    return;
  }
  const auto axes = context.input_as_ints(1);
  if (!axes || axes->size() != 1) {
    context.set_output(0, Shape::of_rank(shape.rank() - 1));
    return;
  }
  shape.remove(shape_axis(context, axes->front(), shape.rank()));
  context.set_output(0, shape);
}

void check_inner(ShapeContext& context, std::int64_t a, std::int64_t b) {
  if (a != kAnyDim && b != kAnyDim && a != b) {
    context.invalid("Dimensions must be equal, but are " + std::to_string(a) + " and " +
                    std::to_string(b));
  }
}

void matmul(ShapeContext& context) {
  const Shape a = context.with_rank(0, 2);
  const Shape b = context.with_rank(1, 2);
  const int row = context.attr_bool("transpose_a") ? 1 : 0;
  const int column = context.attr_bool("transpose_b") ? 0 : 1;
  check_inner(context, a[1 - row], b[1 - column]);
  context.set_output(0, {a[row], b[column]});
}

void batch_matmul(ShapeContext& context) {
  Shape a = context.with_rank_at_least(0, 2);
  Shape b = context.with_rank_at_least(1, 2);
  if (!a.has_rank() || !b.has_rank()) return;
  const int rank_a = a.rank();
  const int rank_b = b.rank();
  std::int64_t row = a[rank_a - 2];
  std::int64_t inner_a = a[rank_a - 1];
  std::int64_t inner_b = b[rank_b - 2];
  std::int64_t column = b[rank_b - 1];
  if (context.attr_bool("adj_x")) std::swap(row, inner_a);
  if (context.attr_bool("adj_y")) std::swap(column, inner_b);
  check_inner(context, inner_a, inner_b);
  const Shape batch =
      broadcast_checked(context, Shape(a.dims().first(static_cast<std::size_t>(rank_a - 2))),
                        Shape(b.dims().first(static_cast<std::size_t>(rank_b - 2))));
  Shape out = batch;
  out.append(row);
  out.append(column);
  context.set_output(0, out);
}

void gather_v2(ShapeContext& context) {
  const Shape& params = context.input(0);
  const Shape& indices = context.input(1);
  const auto axes = context.input_as_ints(2);
  if (!params.has_rank() || !indices.has_rank()) return;
  std::int64_t batch_dims = context.attr_int("batch_dims");
  if (batch_dims < 0) batch_dims += indices.rank();
  if (batch_dims < 0 || batch_dims > indices.rank()) context.invalid("batch_dims is out of range");
  const int rank = params.rank() - 1 + indices.rank() - static_cast<int>(batch_dims);
  if (!axes || axes->size() != 1) {
    context.set_output(0, Shape::of_rank(std::max(rank, 0)));
    return;
  }
  const int axis = shape_axis(context, axes->front(), params.rank());
  if (axis < batch_dims) context.invalid("axis must not be less than batch_dims");
  Shape out;
  for (int d = 0; d < axis; ++d) out.append(params[d]);
  for (int d = static_cast<int>(batch_dims); d < indices.rank(); ++d) out.append(indices[d]);
  for (int d = axis + 1; d < params.rank(); ++d) out.append(params[d]);
  context.set_output(0, out);
}

void gather_nd(ShapeContext& context) {
  const Shape& params = context.input(0);
  const Shape& indices = context.input(1);
  if (!params.has_rank() || !indices.has_rank() || indices.rank() == 0 ||
      indices[indices.rank() - 1] == kAnyDim) {
    return;
  }
  const std::int64_t depth = indices[indices.rank() - 1];
  if (depth > params.rank())
    context.invalid("index innermost dimension length must be <= params rank");
  Shape out;
  for (int d = 0; d + 1 < indices.rank(); ++d) out.append(indices[d]);
  for (int d = static_cast<int>(depth); d < params.rank(); ++d) out.append(params[d]);
  context.set_output(0, out);
}

void scatter_nd(ShapeContext& context) { context.set_output(0, context.input_as_shape(2)); }

void one_hot(ShapeContext& context) {
  Shape shape = context.input(0);
  if (!shape.has_rank()) return;
  const auto depth = context.input_as_ints(1);
  std::int64_t axis = context.attr_int("axis");
  if (axis < -1 || axis > shape.rank()) context.invalid("axis is out of range");
  if (axis == -1) axis = shape.rank();
  const bool known = depth && depth->size() == 1 && depth->front() >= 0;
  shape.insert(static_cast<int>(axis), known ? depth->front() : kAnyDim);
  context.set_output(0, shape);
}

void range(ShapeContext& context) {
  const auto start = context.input_as_ints(0);
  const auto limit = context.input_as_ints(1);
  const auto delta = context.input_as_ints(2);
  context.set_output(0, {kAnyDim});
  if (!start || !limit || !delta || start->size() != 1 || limit->size() != 1 ||
      delta->size() != 1) {
    return;
  }
  if (delta->front() == 0) context.invalid("Requires delta != 0");
  const double span = static_cast<double>(limit->front()) - static_cast<double>(start->front());
  const double steps = std::ceil(span / static_cast<double>(delta->front()));
  if (steps < 0)
    context.invalid("Requires start <= limit when delta > 0, start >= limit when delta < 0");
  if (steps < 9e15) context.set_output(0, {static_cast<std::int64_t>(steps)});
}

void shape_from_input0(ShapeContext& context) { context.set_output(0, context.input_as_shape(0)); }

void key_counter(ShapeContext& context) {
  context.set_output(0, {1});
  context.set_output(1, {2});
}

void top_k(ShapeContext& context) {
  Shape shape = context.with_rank_at_least(0, 1);
  if (!shape.has_rank()) return;
  const auto k = context.input_as_ints(1);
  const bool known = k && k->size() == 1 && k->front() >= 0;
  shape.set_dim(shape.rank() - 1, known ? k->front() : kAnyDim);
  context.set_output(0, shape);
  context.set_output(1, shape);
}

void unsorted_segment(ShapeContext& context) {
  const Shape& data = context.input(0);
  const Shape& ids = context.input(1);
  const auto segments = context.input_as_ints(2);
  if (!data.has_rank() || !ids.has_rank()) return;
  if (ids.rank() > data.rank()) context.invalid("segment_ids has more dimensions than data");
  Shape out(
      {segments && segments->size() == 1 && segments->front() >= 0 ? segments->front() : kAnyDim});
  for (int d = ids.rank(); d < data.rank(); ++d) out.append(data[d]);
  context.set_output(0, out);
}

void segment(ShapeContext& context) {
  Shape out = context.with_rank_at_least(0, 1);
  if (!out.has_rank()) return;
  out.set_dim(0, kAnyDim);
  context.set_output(0, out);
}

constexpr ShapeBinding kBindings[] = {
    {"Sum", reduce},
    {"Mean", reduce},
    {"Prod", reduce},
    {"Max", reduce},
    {"Min", reduce},
    {"All", reduce},
    {"Any", reduce},
    {"EuclideanNorm", reduce},
    {"ReduceJoin", reduce},
    {"L2Loss", scalar_shape},
    {"ArgMax", arg_extreme},
    {"ArgMin", arg_extreme},
    {"MatMul", matmul},
    {"BatchMatMulV2", batch_matmul},
    {"GatherV2", gather_v2},
    {"GatherNd", gather_nd},
    {"ScatterNd", scatter_nd},
    {"OneHot", one_hot},
    {"Range", range},
    {"RandomUniform", shape_from_input0},
    {"RandomStandardNormal", shape_from_input0},
    {"RandomUniformInt", shape_from_input0},
    {"TruncatedNormal", shape_from_input0},
    {"StatelessRandomUniformV2", shape_from_input0},
    {"StatelessRandomNormalV2", shape_from_input0},
    {"StatelessRandomUniform", shape_from_input0},
    {"StatelessRandomNormal", shape_from_input0},
    {"StatelessRandomUniformIntV2", shape_from_input0},
    {"StatelessTruncatedNormalV2", shape_from_input0},
    {"StatelessRandomGetKeyCounter", key_counter},
    {"StatelessRandomGetAlg", scalar_shape},
    {"TopKV2", top_k},
    {"UnsortedSegmentSum", unsorted_segment},
    {"UnsortedSegmentMax", unsorted_segment},
    {"UnsortedSegmentMin", unsorted_segment},
    {"UnsortedSegmentProd", unsorted_segment},
    {"SegmentSum", segment},
    {"SegmentMean", segment},
    {"SegmentMax", segment},
    {"SegmentMin", segment},
    {"SegmentProd", segment},
    {"StringFormat", scalar_shape},
    {"Timestamp", scalar_shape},
    {"ReadFile", scalar_shape},
    {"ShardedFilename", scalar_shape},
    {"TensorListLength", scalar_shape},
};
}  // namespace

ShapeBindings math_shapes() { return kBindings; }

}  // namespace opscope::runtime
