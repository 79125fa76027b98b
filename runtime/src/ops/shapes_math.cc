// Shape functions of reductions, matrix products, gathers and random numbers.
#include <algorithm>
#include <cmath>
#include <optional>
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
  static_cast<void>(context.with_rank(1, 0));
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

// Equal batch dimensions, no broadcasting.
void batch_matmul_v1(ShapeContext& context) {
  const Shape a = context.with_rank_at_least(0, 2);
  const Shape b = context.with_rank_at_least(1, 2);
  if (!a.has_rank() && !b.has_rank()) return;
  const auto batch_of = [](const Shape& shape) {
    if (!shape.has_rank()) return Shape::unknown();
    return Shape(shape.dims().first(static_cast<std::size_t>(shape.rank() - 2)));
  };
  const auto inner_of = [](const Shape& shape, bool is_first) {
    return shape.has_rank() ? shape[shape.rank() - (is_first ? 2 : 1)] : kAnyDim;
  };
  const bool adj_x = context.attr_bool("adj_x");
  const bool adj_y = context.attr_bool("adj_y");
  check_inner(context, inner_of(a, adj_x), inner_of(b, !adj_y));
  Shape out = merge_checked(context, batch_of(a), batch_of(b));
  out.append(inner_of(a, !adj_x));
  out.append(inner_of(b, adj_y));
  context.set_output(0, out);
}

void gather_v1(ShapeContext& context) {
  const Shape params = context.with_rank_at_least(0, 1);
  const Shape& indices = context.input(1);
  if (!params.has_rank() || !indices.has_rank()) return;
  Shape out = indices;
  for (int d = 1; d < params.rank(); ++d) out.append(params[d]);
  context.set_output(0, out);
}

void gather_v2(ShapeContext& context) {
  const Shape& params = context.input(0);
  const Shape& indices = context.input(1);
  const auto axes = context.input_as_ints(2);
  if (params.has_rank() && axes && axes->size() == 1) {
    static_cast<void>(shape_axis(context, axes->front(), params.rank()));
  }
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

// `indices` pick slices of a tensor of this shape, which `updates` replace or change.
void check_updates(ShapeContext& context, const Shape& shape, const Shape& indices,
                   const Shape& updates) {
  if (known_elements(shape) == 0 && (known_elements(indices) > 0 || known_elements(updates) > 0)) {
    context.invalid("Indices and updates specified for empty output");
  }
  if (!indices.has_rank() || !updates.has_rank()) return;
  const std::int64_t depth = indices[indices.rank() - 1];
  const int outer = indices.rank() - 1;
  const auto first = [](const Shape& of, int count) {
    return Shape(of.dims().first(static_cast<std::size_t>(std::min(count, of.rank()))));
  };
  const auto last = [](const Shape& of, std::int64_t from) {
    return Shape(
        of.dims().subspan(static_cast<std::size_t>(std::min<std::int64_t>(from, of.rank()))));
  };
  if (updates.rank() < outer || !first(updates, outer).is_compatible_with(first(indices, outer))) {
    context.invalid("Dimensions [0," + std::to_string(outer) +
                    ") of indices[shape=" + indices.to_bracket_string() +
                    "] must match those of updates[shape=" + updates.to_bracket_string() + "]");
  }
  if (depth == kAnyDim || !shape.has_rank()) return;
  if (depth > shape.rank() || !last(updates, outer).is_compatible_with(last(shape, depth))) {
    context.invalid("Dimensions [" + std::to_string(depth) + "," + std::to_string(shape.rank()) +
                    ") of input[shape=" + shape.to_bracket_string() + "] must match dimensions [" +
                    std::to_string(outer) + "," + std::to_string(updates.rank()) +
                    ") of updates[shape=" + updates.to_bracket_string() + "]");
  }
}

void scatter_nd(ShapeContext& context) {
  const Shape indices = context.with_rank_at_least(0, 1);
  const Shape updates = context.with_rank_at_least(1, 1);
  const Shape shape = context.input_as_shape(2);
  check_updates(context, shape, indices, updates);
  context.set_output(0, shape);
}

void tensor_scatter(ShapeContext& context) {
  const Shape shape = context.with_rank_at_least(0, 1);
  const Shape indices = context.with_rank_at_least(1, 1);
  check_updates(context, shape, indices, context.with_rank_at_least(2, 1));
  context.set_output(0, shape);
}

void softmax(ShapeContext& context) { context.set_output(0, context.with_rank_at_least(0, 1)); }

// A dimension given by scalar input i.
std::int64_t size_from(ShapeContext& context, std::size_t i) {
  static_cast<void>(context.with_rank(i, 0));
  const auto values = context.input_as_ints(i);
  if (!values) return kAnyDim;
  if (values->front() < 0) {
    context.invalid("Dimension size, given by scalar input " + std::to_string(i) +
                    ", must be non-negative but is " + std::to_string(values->front()));
  }
  return values->front();
}

void one_hot(ShapeContext& context) {
  Shape shape = context.input(0);
  const std::int64_t depth = size_from(context, 1);
  if (!shape.has_rank()) return;
  std::int64_t axis = context.attr_int("axis");
  if (axis < -1) context.invalid("axis must be >= -1");
  if (axis == -1 || axis > shape.rank()) axis = shape.rank();
  shape.insert(static_cast<int>(axis), depth);
  context.set_output(0, shape);
}

// Scalar input i as a double, nullopt if it is not known.
std::optional<double> scalar_from(ShapeContext& context, std::size_t i) {
  static_cast<void>(context.with_rank(i, 0));
  const TensorRep* value = context.constant(i);
  if (value == nullptr || !value->is_dense()) return std::nullopt;
  switch (value->dtype()) {
    case DType::float32:
      return static_cast<double>(*value->data<float>());
    case DType::float64:
      return *value->data<double>();
    case DType::half:
      return static_cast<double>(static_cast<float>(*value->data<half>()));
    case DType::bfloat16:
      return static_cast<double>(static_cast<float>(*value->data<bfloat16>()));
    case DType::uint16:
      return *value->data<std::uint16_t>();
    case DType::uint32:
      return *value->data<std::uint32_t>();
    case DType::uint64:
      return static_cast<double>(*value->data<std::uint64_t>());
    default:
      break;
  }
  const auto ints = context.input_as_ints(i);
  if (!ints) return std::nullopt;
  return static_cast<double>(ints->front());
}

void range(ShapeContext& context) {
  const auto start = scalar_from(context, 0);
  const auto limit = scalar_from(context, 1);
  const auto delta = scalar_from(context, 2);
  context.set_output(0, {kAnyDim});
  if (!start || !limit || !delta) return;
  if (*delta == 0) context.invalid("Requires delta != 0");
  if (std::abs(*start) > 0x1p53 || std::abs(*limit) > 0x1p53) return;  // a double is not exact
  const double steps = std::ceil((*limit - *start) / *delta);
  if (steps < 0)
    context.invalid("Requires start <= limit when delta > 0, start >= limit when delta < 0");
  if (steps < 9e15) context.set_output(0, {static_cast<std::int64_t>(steps)});
}

// Random numbers of a given shape from a pair of seeds.
void seeded_shape(ShapeContext& context) {
  static_cast<void>(merge_checked(context, context.with_rank(1, 1), {2}));
  context.set_output(0, context.input_as_shape(0));
}

// Random numbers of a given shape from Philox's key and counter.
void keyed_shape(ShapeContext& context) {
  static_cast<void>(merge_checked(context, context.with_rank(1, 1), {1}));
  static_cast<void>(context.with_rank(2, 1));
  static_cast<void>(context.with_rank(3, 0));
  context.set_output(0, context.input_as_shape(0));
}

void shape_from_input0(ShapeContext& context) { context.set_output(0, context.input_as_shape(0)); }

void key_counter(ShapeContext& context) {
  static_cast<void>(merge_checked(context, context.with_rank(0, 1), {2}));
  context.set_output(0, {1});
  context.set_output(1, {2});
}

void top_k(ShapeContext& context) {
  Shape shape = context.with_rank_at_least(0, 1);
  if (!shape.has_rank()) return;
  const std::int64_t last = shape[shape.rank() - 1];
  const std::int64_t k = size_from(context, 1);
  if (last != kAnyDim && k > last) {
    context.invalid("input must have last dimension >= k = " + std::to_string(k) + " but is " +
                    std::to_string(last));
  }
  shape.set_dim(shape.rank() - 1, k);
  context.set_output(0, shape);
  context.set_output(1, shape);
}

void unsorted_segment(ShapeContext& context) {
  const Shape& data = context.input(0);
  const Shape& ids = context.input(1);
  const auto segments = context.input_as_ints(2);
  const bool is_known = segments && segments->size() == 1;
  if (is_known && segments->front() < 0) {
    context.invalid("Dimension size, given by scalar input 2, must be non-negative but is " +
                    std::to_string(segments->front()));
  }
  if (!data.has_rank() || !ids.has_rank()) return;
  if (ids.rank() > data.rank()) context.invalid("segment_ids has more dimensions than data");
  for (int d = 0; d < ids.rank(); ++d) {
    if (ids[d] == data[d] || ids[d] == kAnyDim || data[d] == kAnyDim) continue;
    context.invalid("Dimensions must be equal, but are " + std::to_string(data[d]) + " and " +
                    std::to_string(ids[d]));
  }
  Shape out({is_known ? segments->front() : kAnyDim});
  for (int d = ids.rank(); d < data.rank(); ++d) out.append(data[d]);
  context.set_output(0, out);
}

void segment(ShapeContext& context) {
  Shape out = context.with_rank_at_least(0, 1);
  if (!out.has_rank()) return;
  out.set_dim(0, kAnyDim);
  context.set_output(0, out);
}

void list_difference(ShapeContext& context) {
  static_cast<void>(context.with_rank(0, 1));
  static_cast<void>(context.with_rank(1, 1));
  for (std::size_t i = 0; i < 2; ++i) context.set_output(i, {kAnyDim});
}

void bincount(ShapeContext& context) {
  static_cast<void>(context.with_rank(1, 0));
  const auto size = context.input_as_ints(1);
  const std::int64_t bins = size && !size->empty() ? size->front() : kAnyDim;
  if (size && bins < 0) context.invalid("size must be non-negative");
  if (context.spec().name == "Bincount") return context.set_output(0, {bins});
  const Shape& in = context.input(0);
  if (!in.has_rank()) return;
  if (in.rank() > 2) context.invalid("Shape must be at most rank 2");
  if (in.rank() < 2) return context.set_output(0, {bins});
  context.set_output(0, {size ? in[0] : kAnyDim, bins});
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
    {"ListDiff", list_difference},
    {"Bincount", bincount},
    {"DenseBincount", bincount},
    {"Empty", shape_from_input0},
    {"BatchMatMul", batch_matmul_v1},
    {"Gather", gather_v1},
    {"GatherV2", gather_v2},
    {"GatherNd", gather_nd},
    {"ScatterNd", scatter_nd},
    {"TensorScatterAdd", tensor_scatter},
    {"TensorScatterSub", tensor_scatter},
    {"TensorScatterMax", tensor_scatter},
    {"TensorScatterMin", tensor_scatter},
    {"TensorScatterUpdate", tensor_scatter},
    {"Softmax", softmax},
    {"LogSoftmax", softmax},
    {"OneHot", one_hot},
    {"Range", range},
    {"RandomUniform", shape_from_input0},
    {"RandomStandardNormal", shape_from_input0},
    {"RandomUniformInt", shape_from_input0},
    {"TruncatedNormal", shape_from_input0},
    {"StatelessRandomUniformV2", keyed_shape},
    {"StatelessRandomNormalV2", keyed_shape},
    {"StatelessRandomUniform", seeded_shape},
    {"StatelessRandomNormal", seeded_shape},
    {"StatelessTruncatedNormal", seeded_shape},
    {"StatelessRandomUniformInt", seeded_shape},
    {"StatelessRandomUniformIntV2", keyed_shape},
    {"StatelessTruncatedNormalV2", keyed_shape},
    {"StatelessRandomGetKeyCounter", key_counter},
    {"StatelessRandomGetAlg", scalar_shape},
    {"StatelessRandomUniformFullInt", seeded_shape},
    {"StatelessRandomUniformFullIntV2", keyed_shape},
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
    {"Timestamp", scalar_shape},
    {"ReadFile", scalar_shape},
    {"ShardedFilename", scalar_shape},
    {"TensorListLength", scalar_shape},
};
}  // namespace

ShapeBindings math_shapes() { return kBindings; }

}  // namespace opscope::runtime
