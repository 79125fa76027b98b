// Shape functions of ops that rearrange images in blocks, undo paddings and reverse sequences.
#include <string>

#include "ops/bindings.h"
#include "ops/shape_util.h"

namespace opscope::runtime {
namespace {
std::int64_t multiply(ShapeContext& context, std::int64_t a, std::int64_t b) {
  if (a == kAnyDim || b == kAnyDim) return kAnyDim;
  std::int64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) context.invalid("the result is too large");
  return result;
}

std::int64_t divide(ShapeContext& context, std::int64_t a, std::int64_t b) {
  if (a == kAnyDim) return kAnyDim;
  if (a % b != 0) {
    context.invalid("Dimension size must be evenly divisible by " + std::to_string(b) + " but is " +
                    std::to_string(a));
  }
  return a / b;
}

// Moves blocks of pixels into channels, or back.
void move_blocks(ShapeContext& context, bool to_depth) {
  Shape shape = context.with_rank(0, 4);
  const std::string_view format = context.attr_string("data_format");
  const std::int64_t block = context.attr_int("block_size");
  if (format == "NCHW_VECT_C") context.fail(ErrorCode::unimplemented, "NCHW_VECT_C");
  if (block < 2 || block >= (std::int64_t{1} << 31)) context.invalid("Block size should be > 1");
  if (!shape.has_rank()) shape = Shape::of_rank(4);
  const int y = format == "NCHW" ? 2 : 1;
  const int depth = format == "NCHW" ? 1 : 3;
  for (const int d : {y, y + 1}) {
    shape.set_dim(d,
                  to_depth ? divide(context, shape[d], block) : multiply(context, shape[d], block));
  }
  shape.set_dim(depth, to_depth ? multiply(context, shape[depth], block * block)
                                : divide(context, shape[depth], block * block));
  context.set_output(0, shape);
}

// The dimensions that are cut into blocks; -1 if that is not known.
int block_dims(ShapeContext& context) {
  const Shape block = context.with_rank(1, 1);
  const Shape table = context.with_rank(2, 2);
  const std::int64_t count = block.has_rank() ? block[0] : kAnyDim;
  if (table.has_rank()) {
    if (table[1] != kAnyDim && table[1] != 2) context.invalid("paddings must have 2 columns");
    if (count != kAnyDim && table[0] != kAnyDim && table[0] != count) {
      context.invalid("block_shape and paddings must have equally many rows");
    }
  }
  return count == kAnyDim ? -1 : static_cast<int>(count);
}

void move_batches(ShapeContext& context, bool to_batch) {
  const int dims = block_dims(context);
  if (dims < 0) context.invalid("block_shape must have known size.");
  const Shape in = context.with_rank_at_least(0, dims + 1);
  if (!in.has_rank()) return;
  const auto block = context.input_as_ints(1);
  const auto margins = context.input_as_ints(2);
  Shape out = in;
  std::int64_t batch = in[0];
  for (int d = 0; d < dims; ++d) {
    const auto at = static_cast<std::size_t>(d);
    const std::int64_t size = block ? (*block)[at] : kAnyDim;
    if (block && size < 1) context.invalid("block_shape must be positive");
    std::int64_t margin = kAnyDim;
    if (margins) {
      const std::int64_t before = (*margins)[2 * at];
      const std::int64_t after = (*margins)[2 * at + 1];
      if (before < 0 || after < 0) context.invalid("paddings cannot be negative");
      if (__builtin_add_overflow(before, after, &margin)) context.invalid("paddings are too large");
    }
    std::int64_t extent = kAnyDim;
    if (to_batch) {
      if (margins && in[d + 1] != kAnyDim && __builtin_add_overflow(in[d + 1], margin, &extent)) {
        context.invalid("paddings are too large");
      }
      extent = block ? divide(context, extent, size) : kAnyDim;
      batch = block ? multiply(context, batch, size) : kAnyDim;
    } else {
      extent = multiply(context, in[d + 1], size);
      if (extent != kAnyDim && margins && margin > extent) {
        context.invalid("crops are larger than the image");
      }
      extent = extent == kAnyDim || !margins ? kAnyDim : extent - margin;
      batch = block ? divide(context, batch, size) : kAnyDim;
    }
    out.set_dim(d + 1, extent);
  }
  out.set_dim(0, batch);
  context.set_output(0, out);
}

void reverse_sequence(ShapeContext& context) {
  const Shape lengths = context.with_rank(1, 1);
  Shape shape = context.input(0);
  if (!shape.has_rank()) return;
  const std::int64_t seq = context.attr_int("seq_dim");
  const std::int64_t batch = context.attr_int("batch_dim");
  if (batch < 0 || batch >= shape.rank()) context.invalid("batch_dim must be < input rank");
  if (seq < 0 || seq >= shape.rank()) context.invalid("seq_dim must be < input rank");
  if (lengths.has_rank()) {
    const int at = static_cast<int>(batch);
    shape.set_dim(at, merge_checked(context, Shape{shape[at]}, lengths)[0]);
  }
  context.set_output(0, shape);
}

void mirror_pad_gradient(ShapeContext& context) {
  const Shape table = context.with_rank(1, 2);
  const Shape& in = context.input(0);
  if (!table.has_rank()) return;
  const std::int64_t rank = table[0];
  if (table[1] != kAnyDim && table[1] != 2) context.invalid("paddings must have 2 columns");
  if (rank != kAnyDim && in.has_rank() && rank != in.rank()) {
    context.invalid("paddings must have a row for each dimension");
  }
  if (rank == kAnyDim) return;
  Shape out = Shape::of_rank(static_cast<int>(rank));
  if (const auto margins = context.input_as_ints(1); margins && in.has_rank()) {
    for (int d = 0; d < in.rank(); ++d) {
      const auto at = static_cast<std::size_t>(2 * d);
      const std::int64_t before = (*margins)[at];
      const std::int64_t after = (*margins)[at + 1];
      if (before < 0 || after < 0) context.invalid("Paddings must be non-negative");
      if (in[d] == kAnyDim) continue;
      if (before > in[d] || after > in[d] - before) context.invalid("Paddings are too large");
      out.set_dim(d, in[d] - before - after);
    }
  }
  context.set_output(0, out);
}

constexpr ShapeBinding kBindings[] = {
    {"SpaceToDepth", [](ShapeContext& context) { move_blocks(context, true); }},
    {"DepthToSpace", [](ShapeContext& context) { move_blocks(context, false); }},
    {"SpaceToBatchND", [](ShapeContext& context) { move_batches(context, true); }},
    {"BatchToSpaceND", [](ShapeContext& context) { move_batches(context, false); }},
    {"ReverseSequence", reverse_sequence},
    {"MirrorPadGrad", mirror_pad_gradient},
};
}  // namespace

ShapeBindings block_shapes() { return kBindings; }

}  // namespace opscope::runtime
