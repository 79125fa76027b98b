// Selecting by masks, sorting and ordering, as TensorFlow composes them.
#include <limits>
#include <numeric>

#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::int32_scalar;
using runtime::int32_vector;
using runtime::op;
using runtime::OpCall;
using runtime::refuse;
using runtime::tensor_of;
using runtime::unary;

Tensor where(const Operand& condition) { return unary(op<"Where">(), "Where", condition); }

Tensor boolean_mask(const Operand& x, const Operand& mask, std::int64_t axis) {
  const Loc loc = x.loc();
  const Tensor data = tensor_of(x);
  const Tensor bits = tensor_of(mask);
  const int rank = bits.shape().rank();
  if (rank == 0) refuse("boolean_mask: the mask must not be a scalar", loc);
  if (rank < 0) refuse("boolean_mask: the mask's rank must be known", loc);
  if (axis < 0) refuse("boolean_mask: the axis must not be negative", loc);
  if (data.shape().has_rank()) {
    if (axis + rank > data.shape().rank()) {
      refuse("boolean_mask: the mask has more dimensions than are masked", loc);
    }
    const Shape masked(data.shape().dims().subspan(static_cast<std::size_t>(axis),
                                                   static_cast<std::size_t>(rank)));
    if (!masked.is_compatible_with(bits.shape())) {
      refuse("boolean_mask: shapes " + masked.to_string() + " and " + bits.shape().to_string() +
                 " are incompatible",
             loc);
    }
  }
  const NameScope scope("boolean_mask");
  const Tensor size =
      reduce_prod(Operand(shape(Operand(data, loc))[Index(Slice{axis, axis + rank}, loc)], loc),
                  {.axes = Axes{0}});
  const Tensor before = shape(Operand(data, loc))[Index(Slice{.stop = axis}, loc)];
  const Tensor after = shape(Operand(data, loc))[Index(Slice{.start = axis + rank}, loc)];
  const Tensor sizes = concat({before, stack({size}, 0, loc), after}, 0, loc);
  const Tensor rows = reshape(Operand(data, loc), sizes);
  const Tensor flat = reshape(Operand(bits, loc), Shape{kAnyDim});
  const Tensor found = squeeze(Operand(where(Operand(flat, loc)), loc), {1});
  return gather(Operand(rows, loc), Operand(found, loc), axis);
}

Tensor sequence_mask(const Operand& lengths, std::optional<std::int64_t> maxlen, DType dtype) {
  const Loc loc = lengths.loc();
  const Tensor counts = tensor_of(lengths);
  const NameScope scope("SequenceMask");
  const auto number = [&](std::int64_t value, DType type) {
    return runtime::scalar_of(Operand(value, loc), type);
  };
  const DType type = maxlen ? DType::int32 : counts.dtype();
  Tensor columns;
  if (maxlen) {
    columns = number(*maxlen, type);
  } else {
    const Tensor longest = reduce_max(Operand(counts, loc));
    columns = maximum(Operand(number(0, type), loc), Operand(longest, loc));
  }
  const Tensor row = OpCall(op<"Range">(), "Range", loc)
                         .add(number(0, type))
                         .add(columns)
                         .add(number(1, type))
                         .run();
  const Tensor column = expand_dims(Operand(counts, loc), -1);
  const Tensor mask = less(Operand(row, loc), Operand(cast(Operand(column, loc), type), loc));
  return cast(Operand(mask, loc), dtype);
}

TopK top_k(const Operand& x, const Operand& k, bool sorted) {
  const std::vector<Tensor> both = OpCall(op<"TopKV2">(), "TopKV2", x.loc())
                                       .add(x)
                                       .add(k, k.dtype(), "k")
                                       .attr("sorted", sorted)
                                       .run_all();
  return {both[0], both[1]};
}

namespace {
// The order that swaps an axis and the last one.
Axes swap_with_last(std::int64_t axis, int rank) {
  Axes order(static_cast<std::size_t>(rank));
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[static_cast<std::size_t>(axis)], order.back());
  return order;
}

Tensor sort_descending(const Tensor& x, std::int64_t axis, bool indices, Loc loc) {
  const int rank = x.shape().rank();
  if (rank < 0 && axis != -1) refuse("sort: the rank must be known", loc);
  if (rank >= 0 && (axis < -rank || axis >= rank)) {
    refuse("sort: axis " + std::to_string(axis) + " is not in a Tensor of rank " +
               std::to_string(rank),
           loc);
  }
  const Tensor count = shape(Operand(x, loc))[Index(axis, loc)];
  if (axis == -1 || axis + 1 == rank) {
    const TopK all = top_k(Operand(x, loc), Operand(count, loc));
    return indices ? all.indices : all.values;
  }
  const Axes order = swap_with_last(axis < 0 ? axis + rank : axis, rank);
  const Tensor turned = transpose(Operand(x, loc), order);
  const TopK all = top_k(Operand(turned, loc), Operand(count, loc));
  return transpose(Operand(indices ? all.indices : all.values, loc), order);
}

// The largest value of an unsigned type, as a Tensor of it.
Tensor largest_of(DType dtype, Loc loc) {
  switch (dtype) {
    case DType::uint8:
      return Tensor(std::numeric_limits<std::uint8_t>::max(), loc);
    case DType::uint16:
      return Tensor(std::numeric_limits<std::uint16_t>::max(), loc);
    case DType::uint32:
      return Tensor(std::numeric_limits<std::uint32_t>::max(), loc);
    default:
      return Tensor(std::numeric_limits<std::uint64_t>::max(), loc);
  }
}

bool is_unsigned(DType dtype) {
  return dtype == DType::uint8 || dtype == DType::uint16 || dtype == DType::uint32 ||
         dtype == DType::uint64;
}

// Turns the order of values around, without losing equals' order or the least integer.
Tensor turned_around(const Tensor& x, Loc loc) {
  if (is_unsigned(x.dtype())) {
    return runtime::binary(op<"Sub">(), "sub", Operand(largest_of(x.dtype(), loc), loc),
                           Operand(x, loc));
  }
  const Tensor negated = negative(Operand(x, loc));
  if (!is_integer(x.dtype())) return negated;
  return runtime::binary(op<"Sub">(), "sub", Operand(negated, loc), Operand(1, loc));
}

Tensor sort_with(const Operand& x, const SortOptions& options, bool indices, const char* name) {
  const Loc loc = x.loc();
  const Tensor values = tensor_of(x);
  const NameScope scope(name);
  if (options.descending) return sort_descending(values, options.axis, indices, loc);
  const Tensor sorted = sort_descending(turned_around(values, loc), options.axis, indices, loc);
  return indices ? sorted : turned_around(sorted, loc);
}
}  // namespace

Tensor sort(const Operand& x, const SortOptions& options) {
  return sort_with(x, options, false, "sort");
}
Tensor argsort(const Operand& x, const SortOptions& options) {
  return sort_with(x, options, true, "argsort");
}

UniqueValues unique(const Operand& x, DType out_idx) {
  const std::vector<Tensor> both =
      OpCall(op<"Unique">(), "Unique", x.loc()).add(x).attr("out_idx", out_idx).run_all();
  return {both[0], both[1]};
}

UniqueCounts unique_with_counts(const Operand& x, DType out_idx) {
  const std::vector<Tensor> all = OpCall(op<"UniqueWithCounts">(), "UniqueWithCounts", x.loc())
                                      .add(x)
                                      .attr("out_idx", out_idx)
                                      .run_all();
  return {all[0], all[1], all[2]};
}

Tensor searchsorted(const Operand& sorted_sequence, const Operand& values, Side side,
                    DType out_type) {
  const Loc loc = sorted_sequence.loc();
  const NameScope scope("searchsorted");
  const Tensor places = tensor_of(values);
  const auto rows = [&](const Tensor& x) {
    const Tensor size = shape(Operand(x, loc))[Index(Slice{.start = -1}, loc)];
    const Tensor any = stack({Tensor(-1, loc)}, 0, loc);
    return reshape(Operand(x, loc), concat({any, size}, 0, loc));
  };
  const bool is_left = side == Side::left;
  OpCall call(is_left ? op<"LowerBound">() : op<"UpperBound">(),
              is_left ? "LowerBound" : "UpperBound", loc);
  const Tensor found =
      call.add(rows(tensor_of(sorted_sequence))).add(rows(places)).attr("out_type", out_type).run();
  return reshape(Operand(found, loc), shape(Operand(places, loc)));
}

Tensor bucketize(const Operand& x, const std::vector<float>& boundaries) {
  return OpCall(op<"Bucketize">(), "Bucketize", x.loc())
      .add(x)
      .attr("boundaries", boundaries)
      .run();
}

Tensor reverse(const Operand& x, const std::vector<std::int64_t>& axes) {
  return OpCall(op<"ReverseV2">(), "ReverseV2", x.loc())
      .add(x)
      .add_constant(int32_vector(axes), "axis")
      .run();
}

Tensor reverse_sequence(const Operand& x, const Operand& lengths, std::int64_t seq_axis,
                        std::int64_t batch_axis) {
  return OpCall(op<"ReverseSequence">(), "ReverseSequence", x.loc())
      .add(x)
      .add(lengths)
      .attr("seq_dim", seq_axis)
      .attr("batch_dim", batch_axis)
      .run();
}

Tensor roll(const Operand& x, const std::vector<std::int64_t>& shift,
            const std::vector<std::int64_t>& axes) {
  return OpCall(op<"Roll">(), "Roll", x.loc())
      .add(x)
      .add_constant(int32_vector(shift), "shift")
      .add_constant(int32_vector(axes), "axis")
      .run();
}

Tensor invert_permutation(const Operand& x) {
  return unary(op<"InvertPermutation">(), "InvertPermutation", x);
}

namespace {
Tensor scan(const runtime::OpSpec& spec, const Operand& x, const ScanOptions& options) {
  return OpCall(spec, spec.name, x.loc())
      .add(x)
      .add_constant(int32_scalar(options.axis), "axis")
      .attr("exclusive", options.exclusive)
      .attr("reverse", options.reverse)
      .run();
}
}  // namespace

Tensor cumsum(const Operand& x, const ScanOptions& options) {
  return scan(op<"Cumsum">(), x, options);
}
Tensor cumprod(const Operand& x, const ScanOptions& options) {
  return scan(op<"Cumprod">(), x, options);
}

}  // namespace opscope
