// Gathering and scattering.
#include "gradients/raw_op.h"

namespace opscope::runtime {
namespace {

// The size of a part of a shape vector, as a vector of one element.
Tensor product(const Tensor& dims) { return reduce_prod(dims, {.keep_dims = true}); }

// What gather read, added up where it was read: `dims` is the shape of what was read from. Works on
// [batch, n, outer, inner] and moves the dimensions before and after.
Tensor gather_back(const GradientCall& c, const Tensor& indices, const Tensor& dims, int rank,
                   std::int64_t axis, std::int64_t batch) {
  const std::int64_t index_rank = required_rank(c, indices) - batch;
  const std::int64_t outer = axis - batch;
  const std::int64_t dy_rank = rank - 1 + index_rank;
  std::vector<std::int64_t> order;  // of dy: batch, indices, outer, inner
  for (std::int64_t i = 0; i < batch; ++i) order.push_back(i);
  for (std::int64_t i = 0; i < index_rank; ++i) order.push_back(axis + i);
  for (std::int64_t i = 0; i < outer; ++i) order.push_back(batch + i);
  for (std::int64_t i = axis + index_rank; i < dy_rank; ++i) order.push_back(i);
  std::vector<std::int64_t> back;  // from batch, n, outer, inner to batch, outer, n, inner
  for (std::int64_t i = 0; i < batch; ++i) back.push_back(i);
  for (std::int64_t i = 0; i < outer; ++i) back.push_back(batch + 1 + i);
  back.push_back(batch);
  for (std::int64_t i = axis + 1; i < rank; ++i) back.push_back(i);

  const Tensor moved = axis == batch ? c.dy() : transpose(c.dy(), order);
  const Tensor batches = slice(dims, {0}, {batch});
  const Tensor before = slice(dims, {batch}, {outer});
  const Tensor count = slice(dims, {axis}, {1});
  const Tensor after = slice(dims, {axis + 1}, {rank - axis - 1});
  const Tensor rest = concat({before, after}, 0);
  Tensor flat = reshape(indices, Shape{kAnyDim});
  Tensor segments = count;
  if (batch > 0) {
    const Tensor number = product(batches);
    segments = count * number;
    const Tensor first =
        raw<"Range">({int_value(0), reshape(segments, Shape{}), reshape(count, Shape{})});
    const Tensor rows = reshape(indices, concat({number, ints({-1})}, 0));
    flat = reshape(rows + cast(expand_dims(first, -1), indices.dtype()), Shape{kAnyDim});
  }
  const Tensor values = reshape(moved, concat({size(flat) + ints({0}), rest}, 0));
  const Tensor sums = raw<"UnsortedSegmentSum">({values, flat, reshape(segments, Shape{})});
  const Tensor spread = reshape(sums, concat({batches, count, rest}, 0));
  return axis == batch ? spread : transpose(spread, back);
}

void gather_v2(GradientCall& c) {
  c.give(0, [&] {
    const int rank = required_rank(c, c.x(0));
    const std::int64_t index_rank = required_rank(c, c.x(1));
    std::int64_t axis = required_ints(c, 2)[0];
    std::int64_t batch = c.attr_int("batch_dims");
    axis += axis < 0 ? rank : 0;
    batch += batch < 0 ? index_rank : 0;
    const Tensor sum = gather_back(c, c.x(1), shape_vector(c.x(0)), rank, axis, batch);
    return c.x(0).shape().is_fully_defined() ? reshape_like(sum, c.x(0)) : sum;
  });
}
void gather_rows(GradientCall& c) {
  c.give(0, [&] {
    return gather_back(c, c.x(1), shape_vector(c.x(0)), required_rank(c, c.x(0)), 0, 0);
  });
}
// The variable's shape follows from that of the rows, but for their number: it has to be asked.
void resource_gather(GradientCall& c) {
  c.give(0, [&] {
    const std::int64_t batch = c.attr_int("batch_dims");
    const Tensor dims = raw<"VariableShape">({c.x(0)});
    const int rank =
        required_rank(c, c.y()) - required_rank(c, c.x(1)) + 1 + static_cast<int>(batch);
    return gather_back(c, c.x(1), dims, rank, batch, batch);
  });
}

void gather_nd(GradientCall& c) {
  c.give(0, [&] { return raw<"ScatterNd">({c.x(1), c.dy(), shape(c.x(0), c.x(1).dtype())}); });
}
void resource_gather_nd(GradientCall& c) {
  c.give(0, [&] {
    const Tensor dims = cast(raw<"VariableShape">({c.x(0)}), c.x(1).dtype());
    return raw<"ScatterNd">({c.x(1), c.dy(), dims});
  });
}
void scatter_nd(GradientCall& c) {
  c.give(1, [&] { return raw<"GatherNd">({c.dy(), c.x(0)}); });
}
void tensor_scatter_update(GradientCall& c) {
  c.give(0, [&] { return raw<"TensorScatterUpdate">({c.dy(), c.x(1), zeros_like(c.x(2))}); });
  c.give(2, [&] { return raw<"GatherNd">({c.dy(), c.x(1)}); });
}
void tensor_scatter_add(GradientCall& c) {
  c.give(0, [&] { return c.dy(); });
  c.give(2, [&] { return raw<"GatherNd">({c.dy(), c.x(1)}); });
}
void tensor_scatter_sub(GradientCall& c) {
  c.give(0, [&] { return c.dy(); });
  c.give(2, [&] { return -raw<"GatherNd">({c.dy(), c.x(1)}); });
}
// The gradient is shared equally by everything that equals the extreme.
void tensor_scatter_extreme(GradientCall& c) {
  const DType dtype = c.dy().dtype();
  const Tensor kept = cast(c.x(0) == c.y(), dtype);
  const Tensor taken = cast(c.x(2) == raw<"GatherNd">({c.y(), c.x(1)}), dtype);
  const Tensor dims = shape(c.x(0), c.x(1).dtype());
  const Tensor count = kept + raw<"ScatterNd">({c.x(1), taken, dims});
  const Tensor share = c.dy() / count;
  c.give(0, [&] { return share * kept; });
  c.give(2, [&] { return raw<"GatherNd">({share, c.x(1)}) * taken; });
}

void top_k(GradientCall& c) {
  c.give(0, [&] {
    const Tensor dims = shape_vector(c.x());
    const Tensor last = slice(dims, {required_rank(c, c.x()) - 1}, {1});
    const Tensor total = product(dims);
    const Tensor rows =
        raw<"Range">({int_value(0), reshape(total, Shape{}), reshape(last, Shape{})});
    const Tensor indices = cast(c.y(1), DType::int32);
    const Tensor width = slice(shape_vector(indices), {required_rank(c, c.x()) - 1}, {1});
    const Tensor matrix = reshape(indices, concat({ints({-1}), width}, 0));
    const Tensor flat = reshape(matrix + expand_dims(rows, -1), Shape{kAnyDim, 1});
    const Tensor values = raw<"ScatterNd">({flat, reshape(c.dy(), Shape{kAnyDim}), total});
    return reshape_like(values, c.x());
  });
}

void dynamic_partition(GradientCall& c) {
  c.give(0, [&] {
    const Tensor dims = shape_vector(c.x(1));
    const Tensor total = reduce_prod(dims);
    const Tensor places = reshape(raw<"Range">({int_value(0), total, int_value(1)}), dims);
    const std::vector<Tensor> parts =
        raw_all<"DynamicPartition">({places, c.x(1)}, c.attrs_named({"num_partitions"}));
    OpCall call(op<"DynamicStitch">(), "DynamicStitch", Loc{});
    for (const Tensor& part : parts) call.add(part);
    for (std::size_t i = 0; i < c.outputs.size(); ++i) call.add(c.dy(i));
    call.attr("N", static_cast<std::int64_t>(parts.size()));
    return reshape_like(call.run(), c.x(0));
  });
}
void dynamic_stitch(GradientCall& c) {
  const std::size_t count = c.inputs.size() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    c.give(count + i, [&] { return gather(c.dy(), c.x(i)); });
  }
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"GatherV2", gather_v2},
    {"Gather", gather_rows},
    {"ResourceGather", resource_gather},
    {"ResourceGatherNd", resource_gather_nd},
    {"GatherNd", gather_nd},
    {"ScatterNd", scatter_nd},
    {"TensorScatterUpdate", tensor_scatter_update},
    {"TensorScatterAdd", tensor_scatter_add},
    {"TensorScatterSub", tensor_scatter_sub},
    {"TensorScatterMax", tensor_scatter_extreme},
    {"TensorScatterMin", tensor_scatter_extreme},
    {"TopKV2", top_k},
    {"DynamicPartition", dynamic_partition},
    {"DynamicStitch", dynamic_stitch},
    {"ParallelDynamicStitch", dynamic_stitch},
};

}  // namespace

GradientTable gather_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
