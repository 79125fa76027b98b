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

// The element count of a fully defined shape, else kAnyDim.
std::int64_t count(const Shape& shape) { return shape.num_elements(); }

void infer_missing(ShapeContext& context, Shape& out, int missing) {
  const std::int64_t total = count(context.input(0));
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
  const std::int64_t total = count(context.input(0));
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
  if (!shape.has_rank()) return;
  if (!axis || axis->size() != 1) {
    context.set_output(0, Shape::of_rank(shape.rank() + 1));
    return;
  }
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
  Shape shape = context.input(0);
  const auto permutation = context.input_as_ints(1);
  const Shape& table = context.input(1);
  if (!shape.has_rank()) {
    if (table.rank() == 1 && table[0] != kAnyDim) {
      shape = Shape::of_rank(static_cast<int>(std::min<std::int64_t>(table[0], kMaxRank)));
    }
    context.set_output(0, shape);
    return;
  }
  if (!permutation) {
    context.set_output(0, shape.rank() < 2 ? shape : Shape::of_rank(shape.rank()));
    return;
  }
  if (permutation->size() != static_cast<std::size_t>(shape.rank())) {
    context.invalid("perm must have one entry for each of the " + std::to_string(shape.rank()) +
                    " dimensions");
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

void split_v(ShapeContext& context) {
  const Shape& in = context.input(0);
  const auto sizes = context.input_as_ints(1);
  const auto axes = context.input_as_ints(2);
  if (!in.has_rank()) return;
  for (std::size_t i = 0; i < context.num_outputs(); ++i) {
    if (!axes || axes->size() != 1) {
      context.set_output(i, Shape::of_rank(in.rank()));
      continue;
    }
    Shape shape = in;
    const int axis = shape_axis(context, axes->front(), in.rank());
    const bool known = sizes && sizes->size() == context.num_outputs() && (*sizes)[i] >= 0;
    shape.set_dim(axis, known ? (*sizes)[i] : kAnyDim);
    context.set_output(i, shape);
  }
}

void slice(ShapeContext& context) {
  const Shape& in = context.input(0);
  const auto begin = context.input_as_ints(1);
  const auto size = context.input_as_ints(2);
  int rank = in.rank();
  for (std::size_t i = 1; rank < 0 && i < 3; ++i) {
    if (context.input(i).rank() == 1 && context.input(i)[0] <= kMaxRank) {
      rank = static_cast<int>(context.input(i)[0]);
    }
  }
  if (rank < 0) return;
  Shape out = Shape::of_rank(rank);
  const auto count = static_cast<std::size_t>(rank);
  if ((begin && begin->size() != count) || (size && size->size() != count)) {
    context.invalid("begin and size must have one entry for each dimension of the input");
  }
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
    std::int64_t size = kAnyDim;
    const bool known = multiples.has_rank() && multiples[d] != kAnyDim && shape[d] != kAnyDim;
    if (known && __builtin_mul_overflow(shape[d], multiples[d], &size)) size = kAnyDim;
    shape.set_dim(d, size);
  }
  context.set_output(0, shape);
}

void fill(ShapeContext& context) { context.set_output(0, context.input_as_shape(0)); }

void broadcast_to(ShapeContext& context) { context.set_output(0, context.input_as_shape(1)); }

void vector_of_unknown(ShapeContext& context) {
  for (std::size_t i = 0; i < context.num_outputs(); ++i) context.set_output(i, {kAnyDim});
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
  context.set_output(1, {context.input(0).rank() == 1 ? context.input(0)[0] : kAnyDim});
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
    {"BroadcastGradientArgs", vector_of_unknown},
    {"BroadcastArgs", vector_of_unknown},
    {"ConcatOffset", concat_offset},
    {"Where", where},
    {"Unique", unique},
};
}  // namespace

ShapeBindings array_shapes() { return kBindings; }

}  // namespace opscope::runtime
