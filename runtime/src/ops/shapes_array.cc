// Shape functions of ops that shape, slice and join tensors.
#include <algorithm>
#include <string>

#include "ops/bindings.h"
#include "ops/shape_util.h"
#include "ops/strided_slice.h"

namespace opscope::runtime {
namespace {
void constant(ShapeContext& context) {
  const AttrValue* value = context.attrs().find("value");
  const auto* tensor = value != nullptr ? value->get_if<Ref<TensorRep>>() : nullptr;
  if (tensor == nullptr || !*tensor) context.invalid("attribute 'value' is missing");
  context.set_output(0, (*tensor)->shape());
}

void shape_attr(ShapeContext& context) { context.set_output(0, context.attr_shape("shape")); }

void shape_of(ShapeContext& context) {
  for (std::size_t i = 0; i < context.num_inputs(); ++i) {
    const Shape& shape = context.input(i);
    context.set_output(i, {shape.has_rank() ? shape.rank() : kAnyDim});
  }
}

void infer_missing(ShapeContext& context, Shape& out, int missing) {
  const std::int64_t total = known_elements(context.input(0));
  if (total == kAnyDim) return;
  std::int64_t known = 1;
  for (int axis = 0; axis < out.rank(); ++axis) {
    if (axis != missing && __builtin_mul_overflow(known, out[axis], &known)) return;
  }
  if (known == 0) return;
  if (total % known != 0) {
    context.invalid("Cannot reshape a tensor with " + std::to_string(total) +
                    " elements to shape " + out.to_bracket_string());
  }
  out.set_dim(missing, total / known);
}

void reshape(ShapeContext& context) {
  Shape out = context.input_as_shape(1);
  if (!out.has_rank()) {
    context.set_output(0, out);
    return;
  }
  int unknown_axis = -1;
  int unknowns = 0;
  for (int axis = 0; axis < out.rank(); ++axis) {
    if (out[axis] != kAnyDim) continue;
    unknown_axis = axis;
    ++unknowns;
  }
  const std::int64_t total = known_elements(context.input(0));
  if (unknowns == 0 && total != kAnyDim && out.num_elements() != total) {
    context.invalid("Cannot reshape a tensor with " + std::to_string(total) +
                    " elements to shape " + out.to_bracket_string() + " (" +
                    std::to_string(out.num_elements()) + " elements)");
  }
  if (unknowns == 1) infer_missing(context, out, unknown_axis);
  context.set_output(0, out);
}

void expand_dims(ShapeContext& context) {
  const Shape& shape = context.input(0);
  const auto axis = context.input_as_ints(1);
  if (axis && axis->size() != 1)
    context.invalid("'dim' input must be a tensor with a single value");
  if (!shape.has_rank() || !axis) return;
  Shape out = shape;
  out.insert(shape_axis(context, axis->front(), shape.rank() + 1), 1);
  context.set_output(0, out);
}

void squeeze(ShapeContext& context) {
  const Shape& shape = context.input(0);
  if (!shape.has_rank()) return;
  const auto axes = context.attr_ints("squeeze_dims");
  if (axes.empty() && !shape.is_fully_defined()) return;
  Shape out;
  for (int d = 0; d < shape.rank(); ++d) {
    bool drop = axes.empty() && shape[d] == 1;
    for (const std::int64_t axis : axes) {
      drop = drop || shape_axis(context, axis, shape.rank()) == d;
    }
    if (drop && shape[d] != 1 && shape[d] != kAnyDim) {
      context.invalid("Can not squeeze dim[" + std::to_string(d) +
                      "], expected a dimension of 1, got " + std::to_string(shape[d]));
    }
    if (!drop) out.append(shape[d]);
  }
  context.set_output(0, out);
}

void transpose(ShapeContext& context) {
  const auto permutation = context.input_as_ints(1);
  const std::int64_t entries = context.with_rank(1, 1)[0];
  Shape shape = context.input(0);
  if (!shape.has_rank()) {
    if (entries < 2 || entries > kMaxRank) return;
    shape = Shape::of_rank(static_cast<int>(entries));
  }
  if (entries != kAnyDim && entries != shape.rank()) {
    context.invalid("perm must have one entry for each of the " + std::to_string(shape.rank()) +
                    " dimensions");
  }
  if (!permutation) {
    context.set_output(0, Shape::of_rank(shape.rank()));
    return;
  }
  Shape out;
  for (const std::int64_t axis : *permutation) {
    out.append(shape[shape_axis(context, axis, shape.rank())]);
  }
  context.set_output(0, out);
}

void concat(ShapeContext& context) {
  const std::size_t count = context.num_inputs() - 1;
  const auto axes = context.input_as_ints(count);
  Shape merged = Shape::unknown();
  for (std::size_t i = 0; i < count; ++i) {
    if (context.input(i).has_rank()) {
      const int rank = context.input(i).rank();
      if (merged.has_rank() && merged.rank() != rank) {
        context.invalid("Ranks of all inputs must match");
      }
      if (rank == 0) context.invalid("Can't concatenate scalars (use tf.stack instead)");
      merged = Shape::of_rank(rank);
    }
  }
  if (!merged.has_rank()) return;
  if (!axes || axes->size() != 1) {
    context.set_output(0, merged);
    return;
  }
  const int axis = shape_axis(context, axes->front(), merged.rank());
  std::int64_t total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Shape shape = context.input(i);
    total = add_dims(total, shape.has_rank() ? shape[axis] : kAnyDim);
    if (shape.has_rank()) shape.set_dim(axis, kAnyDim);
    merged = merge_checked(context, merged, shape);
  }
  merged.set_dim(axis, total);
  context.set_output(0, merged);
}

void pack(ShapeContext& context) {
  Shape merged = context.input(0);
  for (std::size_t i = 1; i < context.num_inputs(); ++i) {
    merged = merge_checked(context, merged, context.input(i));
  }
  if (!merged.has_rank()) return;
  const int axis = shape_axis(context, context.attr_int("axis"), merged.rank() + 1);
  merged.insert(axis, static_cast<std::int64_t>(context.num_inputs()));
  context.set_output(0, merged);
}

void unpack(ShapeContext& context) {
  Shape shape = context.input(0);
  if (!shape.has_rank()) return;
  const int axis = shape_axis(context, context.attr_int("axis"), shape.rank());
  const auto parts = static_cast<std::int64_t>(context.num_outputs());
  if (shape[axis] != kAnyDim && shape[axis] != parts) {
    context.invalid("Dimension " + std::to_string(axis) + " must be " + std::to_string(parts) +
                    " but is " + std::to_string(shape[axis]));
  }
  shape.remove(axis);
  for (std::size_t i = 0; i < context.num_outputs(); ++i) context.set_output(i, shape);
}

void split(ShapeContext& context) {
  Shape shape = context.input(1);
  const auto axes = context.input_as_ints(0);
  if (!shape.has_rank()) return;
  if (!axes || axes->size() != 1) {
    shape = Shape::of_rank(shape.rank());
  } else {
    const int axis = shape_axis(context, axes->front(), shape.rank());
    const auto parts = static_cast<std::int64_t>(context.num_outputs());
    if (shape[axis] != kAnyDim) {
      if (parts == 0 || shape[axis] % parts != 0) {
        context.invalid("Number of ways to split should evenly divide the split dimension " +
                        std::to_string(shape[axis]));
      }
      shape.set_dim(axis, shape[axis] / parts);
    }
  }
  for (std::size_t i = 0; i < context.num_outputs(); ++i) context.set_output(i, shape);
}

// The sizes with the one that is -1, if any, inferred from their sum; kAnyDim where not known.
std::vector<std::int64_t> split_sizes(ShapeContext& context, std::vector<std::int64_t> sizes,
                                      std::int64_t total) {
  std::int64_t sum = 0;
  std::int64_t* missing = nullptr;
  for (std::int64_t& size : sizes) {
    if (size >= 0) {
      sum = add_dims(sum, size);
    } else if (missing != nullptr || size < -1) {
      context.invalid("size_splits can only have one -1");
    } else {
      missing = &size;
    }
  }
  if (total == kAnyDim || sum == kAnyDim) return sizes;
  if (sum > total || (missing == nullptr && sum != total)) {
    context.invalid("can't split axis of size " + std::to_string(total) + " into pieces of " +
                    std::to_string(sum));
  }
  if (missing != nullptr) *missing = total - sum;
  return sizes;
}

void split_v(ShapeContext& context) {
  const Shape& in = context.input(0);
  const auto sizes = context.input_as_ints(1);
  const auto axes = context.input_as_ints(2);
  const std::size_t parts = context.num_outputs();
  static_cast<void>(
      merge_checked(context, context.with_rank(1, 1), {static_cast<std::int64_t>(parts)}));
  if (!in.has_rank()) return;
  const bool axis_known = axes && axes->size() == 1;
  Shape shape = axis_known ? in : Shape::of_rank(in.rank());
  std::vector<std::int64_t> known(parts, kAnyDim);
  if (axis_known) {
    const int axis = shape_axis(context, axes->front(), in.rank());
    if (sizes) known = split_sizes(context, *sizes, in[axis]);
    for (std::size_t i = 0; i < parts; ++i) {
      shape.set_dim(axis, known[i]);
      context.set_output(i, shape);
    }
    return;
  }
  for (std::size_t i = 0; i < parts; ++i) context.set_output(i, shape);
}

void slice(ShapeContext& context) {
  const Shape& in = context.input(0);
  const auto begin = context.input_as_ints(1);
  const auto size = context.input_as_ints(2);
  const std::int64_t entries =
      merge_checked(context, context.with_rank(1, 1), context.with_rank(2, 1))[0];
  if (in.has_rank() && entries != kAnyDim && entries != in.rank()) {
    context.invalid("begin and size must have one entry for each dimension of the input");
  }
  if (!in.has_rank() && (entries == kAnyDim || entries > kMaxRank)) return;
  const int rank = in.has_rank() ? in.rank() : static_cast<int>(entries);
  Shape out = Shape::of_rank(rank);
  for (int d = 0; d < rank; ++d) {
    const auto at = static_cast<std::size_t>(d);
    const std::int64_t full = in.has_rank() ? in[d] : kAnyDim;
    if (size && (*size)[at] >= 0) {
      out.set_dim(d, (*size)[at]);
      if (begin && full != kAnyDim && ((*begin)[at] < 0 || (*begin)[at] > full - (*size)[at])) {
        context.invalid("slice exceeds dimension " + std::to_string(d));
      }
    } else if (size && (*size)[at] == -1 && begin && full != kAnyDim) {
      if ((*begin)[at] < 0 || (*begin)[at] > full) {
        context.invalid("slice exceeds dimension " + std::to_string(d));
      }
      out.set_dim(d, full - (*begin)[at]);
    } else if (size && (*size)[at] < -1) {
      context.invalid("size must be -1 or more");
    }
  }
  context.set_output(0, out);
}

StridedSliceMasks read_masks(const ShapeContext& context) {
  return {.begin = context.attr_int("begin_mask"),
          .end = context.attr_int("end_mask"),
          .ellipsis = context.attr_int("ellipsis_mask"),
          .new_axis = context.attr_int("new_axis_mask"),
          .shrink_axis = context.attr_int("shrink_axis_mask")};
}

void strided_slice(ShapeContext& context) {
  const Shape& in = context.input(0);
  const auto begin = context.input_as_ints(1);
  const auto end = context.input_as_ints(2);
  const auto strides = context.input_as_ints(3);
  if (!in.has_rank() || !strides) return;
  const bool known =
      begin && end && begin->size() == strides->size() && end->size() == strides->size();
  const std::vector<std::int64_t> none;
  const StridedSlicePlan plan = plan_strided_slice(in, known ? *begin : none, known ? *end : none,
                                                   *strides, read_masks(context));
  if (!plan.error.empty()) context.invalid(plan.error);
  context.set_output(0, plan.final_shape);
}

void strided_slice_grad(ShapeContext& context) { context.set_output(0, context.input_as_shape(0)); }

void pad(ShapeContext& context) {
  const Shape& table = context.input(1);
  Shape shape = context.input(0);
  if (!shape.has_rank() && table.rank() == 2 && table[0] != kAnyDim && table[0] <= kMaxRank) {
    shape = Shape::of_rank(static_cast<int>(table[0]));
  }
  if (!shape.has_rank()) return;
  const auto values = context.input_as_ints(1);
  const auto rank = static_cast<std::size_t>(shape.rank());
  if (!values) {
    context.set_output(0, Shape::of_rank(shape.rank()));
    return;
  }
  if (values->size() != 2 * rank) context.invalid("paddings must have the shape [rank, 2]");
  for (std::size_t d = 0; d < rank; ++d) {
    if ((*values)[2 * d] < 0 || (*values)[2 * d + 1] < 0) {
      context.invalid("Paddings must be non-negative");
    }
    const int axis = static_cast<int>(d);
    shape.set_dim(axis, add_dims(shape[axis], add_dims((*values)[2 * d], (*values)[2 * d + 1])));
  }
  context.set_output(0, shape);
}

void tile(ShapeContext& context) {
  Shape shape = context.input(0);
  const Shape multiples = context.input_as_shape(1);
  if (!shape.has_rank()) shape = Shape::of_rank(multiples.rank());
  if (!shape.has_rank()) return;
  if (multiples.has_rank() && multiples.rank() != shape.rank()) {
    context.invalid("multiples must have one entry for each dimension of the input");
  }
  for (int d = 0; d < shape.rank(); ++d) {
    std::int64_t size = shape[d] == 0 || (multiples.has_rank() && multiples[d] == 0) ? 0 : kAnyDim;
    const bool known = multiples.has_rank() && multiples[d] != kAnyDim && shape[d] != kAnyDim;
    if (known && __builtin_mul_overflow(shape[d], multiples[d], &size)) size = kAnyDim;
    shape.set_dim(d, size);
  }
  context.set_output(0, shape);
}

void fill(ShapeContext& context) {
  static_cast<void>(context.with_rank(0, 1));
  static_cast<void>(context.with_rank(1, 0));
  if (const auto sizes = context.input_as_ints(0)) {
    for (const std::int64_t size : *sizes) {
      if (size < 0) context.invalid("Fill dimensions must be >= 0");
    }
  }
  context.set_output(0, context.input_as_shape(0));
}

void broadcast_to(ShapeContext& context) {
  const Shape& in = context.input(0);
  Shape out = context.input_as_shape(1);
  if (!out.has_rank() || !in.has_rank()) {
    context.set_output(0, out);
    return;
  }
  if (in.rank() > out.rank()) {
    context.invalid("Shape must be at most rank " + std::to_string(out.rank()) + " but is rank " +
                    std::to_string(in.rank()));
  }
  const int offset = out.rank() - in.rank();
  for (int d = 0; d < in.rank(); ++d) {
    if (in[d] == kAnyDim || in[d] <= 1) continue;
    out.set_dim(d + offset, merge_checked(context, {in[d]}, {out[d + offset]})[0]);
  }
  context.set_output(0, out);
}

// The last dimension makes up for the difference of the types' sizes.
void bitcast(ShapeContext& context) {
  Shape shape = context.input(0);
  const std::size_t from = dtype_size(context.input_dtype(0));
  const std::size_t to = dtype_size(context.output_dtype(0));
  if (from == 0 || to == 0) context.invalid("only numbers can be bitcast");
  if (shape.has_rank() && from < to) {
    const auto ratio = static_cast<std::int64_t>(to / from);
    const std::int64_t last = context.with_rank_at_least(0, 1)[shape.rank() - 1];
    if (last != kAnyDim && last != ratio) {
      context.invalid("Cannot bitcast due to shape. " + std::to_string(last) + " does not match " +
                      std::to_string(ratio));
    }
    shape.remove(shape.rank() - 1);
  } else if (shape.has_rank() && from > to) {
    shape.append(static_cast<std::int64_t>(from / to));
  }
  context.set_output(0, shape);
}

void vector_of_unknown(ShapeContext& context) {
  for (std::size_t i = 0; i < context.num_outputs(); ++i) context.set_output(i, {kAnyDim});
}

void broadcast_args(ShapeContext& context) {
  const Shape a = context.with_rank(0, 1);
  const Shape b = context.with_rank(1, 1);
  const bool is_known = a.is_fully_defined() && b.is_fully_defined();
  context.set_output(0, {is_known ? std::max(a[0], b[0]) : kAnyDim});
}

void concat_offset(ShapeContext& context) {
  for (std::size_t i = 0; i < context.num_outputs(); ++i) {
    context.set_output(i, context.input(i + 1));
  }
}

void where(ShapeContext& context) {
  const Shape& shape = context.input(0);
  context.set_output(0, {kAnyDim, shape.has_rank() ? shape.rank() : kAnyDim});
}

void ensure_shape(ShapeContext& context) {
  context.set_output(0, merge_checked(context, context.input(0), context.attr_shape("shape")));
}

void unique(ShapeContext& context) {
  context.set_output(0, {kAnyDim});
  static_cast<void>(context.with_rank(0, 1));
  context.set_output(1, context.input(0));
}

void unique_with_counts(ShapeContext& context) {
  context.set_output(0, {kAnyDim});
  context.set_output(1, context.input(0));
  context.set_output(2, {kAnyDim});
}

// The positions have the size of the axis that is given, if it is known.
void unique_v2(ShapeContext& context) {
  if (context.num_outputs() > 2) context.set_output(2, {kAnyDim});
  context.set_output(1, {kAnyDim});
  const Shape& in = context.input(0);
  if (in.has_rank()) context.set_output(0, Shape::of_rank(in.rank()));
  const auto axes = context.input_as_ints(1);
  if (!axes || !in.has_rank()) return;
  static_cast<void>(context.with_rank(1, 1));
  if (axes->size() > 1) {
    context.invalid("axis does not support input tensors larger than 1 elements.");
  }
  if (axes->empty() && in.rank() != 1) context.invalid("x expects a 1D vector.");
  context.set_output(1, {in[axes->empty() ? 0 : shape_axis(context, axes->front(), in.rank())]});
}

void invert_permutation(ShapeContext& context) { context.set_output(0, context.with_rank(0, 1)); }

void reverse(ShapeContext& context) {
  const Shape& shape = context.input(0);
  const Shape axes_shape = context.with_rank(1, 1);
  context.set_output(0, shape);
  const auto axes = context.input_as_ints(1);
  if (!shape.has_rank()) return;
  std::vector<bool> seen(static_cast<std::size_t>(shape.rank()));
  for (const std::int64_t each : axes ? *axes : std::vector<std::int64_t>()) {
    const auto axis = static_cast<std::size_t>(shape_axis(context, each, shape.rank()));
    if (seen[axis]) context.invalid("axis " + std::to_string(axis) + " specified more than once");
    seen[axis] = true;
  }
}

constexpr ShapeBinding kBindings[] = {
    {"Const", constant},
    {"Placeholder", shape_attr},
    {"PlaceholderWithDefault", shape_attr},
    {"EnsureShape", ensure_shape},
    {"Shape", shape_of},
    {"ShapeN", shape_of},
    {"Size", scalar_shape},
    {"Rank", scalar_shape},
    {"Reshape", reshape},
    {"ExpandDims", expand_dims},
    {"Squeeze", squeeze},
    {"Transpose", transpose},
    {"ConcatV2", concat},
    {"Pack", pack},
    {"Unpack", unpack},
    {"Split", split},
    {"SplitV", split_v},
    {"Slice", slice},
    {"StridedSlice", strided_slice},
    {"StridedSliceGrad", strided_slice_grad},
    {"Pad", pad},
    {"PadV2", pad},
    {"MirrorPad", pad},
    {"Tile", tile},
    {"Fill", fill},
    {"BroadcastTo", broadcast_to},
    {"Bitcast", bitcast},
    {"InvertPermutation", invert_permutation},
    {"ReverseV2", reverse},
    {"BroadcastGradientArgs", vector_of_unknown},
    {"BroadcastArgs", broadcast_args},
    {"ConcatOffset", concat_offset},
    {"Where", where},
    {"Unique", unique},
    {"UniqueV2", unique_v2},
    {"UniqueWithCounts", unique_with_counts},
    {"UniqueWithCountsV2", unique_v2},
};
}  // namespace

ShapeBindings array_shapes() { return kBindings; }

}  // namespace opscope::runtime
