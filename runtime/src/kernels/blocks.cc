// Rearranging images in blocks, and parts of sequences: SpaceToDepth, DepthToSpace,
// SpaceToBatchND, BatchToSpaceND, ReverseSequence.
#include <algorithm>
#include <string>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/storage.h"
#include "kernels/strided_copy.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// Images whose pixels have been gathered into blocks. Strides in elements.
struct BlockLayout {
  std::int64_t block = 0;
  std::int64_t batch = 0;
  std::int64_t rows = 0;  // of blocks
  std::int64_t columns = 0;
  std::int64_t depth = 0;  // of a pixel
  bool is_channels_first = false;
};

BlockLayout read_layout(const KernelContext& context) {
  const std::string_view format = context.attr_string("data_format");
  if (format == "NCHW_VECT_C") context.fail(ErrorCode::unimplemented, "NCHW_VECT_C");
  BlockLayout layout;
  layout.block = context.attr_int("block_size");
  layout.is_channels_first = format == "NCHW";
  context.require(layout.block > 1 && layout.block < (std::int64_t{1} << 31),
                  "Block size should be > 1");
  context.require(context.input(0).rank() == 4, "Input rank should be: 4");
  const Shape& shape = context.input(0).shape();
  layout.batch = shape[0];
  layout.rows = shape[layout.is_channels_first ? 2 : 1];
  layout.columns = shape[layout.is_channels_first ? 3 : 2];
  layout.depth = shape[layout.is_channels_first ? 1 : 3];
  return layout;
}

Shape image_shape(const BlockLayout& layout, std::int64_t rows, std::int64_t columns,
                  std::int64_t depth) {
  return layout.is_channels_first ? Shape{layout.batch, depth, rows, columns}
                                  : Shape{layout.batch, rows, columns, depth};
}

// Copies between images and blocks, one way or the other.
void move_blocks(KernelContext& context, const BlockLayout& layout, bool to_blocks) {
  const std::int64_t block = layout.block;
  const std::int64_t deep = layout.depth * block * block;
  const Shape image =
      image_shape(layout, layout.rows * block, layout.columns * block, layout.depth);
  const Shape blocks = image_shape(layout, layout.rows, layout.columns, deep);
  const TensorRep& in = context.input(0);
  TensorRep& out = context.allocate_output(0, in.dtype(), to_blocks ? blocks : image);
  if (out.num_elements() == 0) return;
  const auto wide = dense_strides(image);
  const auto packed = dense_strides(blocks);
  const std::size_t y = layout.is_channels_first ? 2 : 1;
  const std::size_t c = layout.is_channels_first ? 1 : 3;
  CopyDims dims;
  const auto add = [&](std::int64_t size, std::int64_t in_image, std::int64_t in_blocks) {
    dims.push_back({size, to_blocks ? in_image : in_blocks, to_blocks ? in_blocks : in_image});
  };
  add(layout.batch, wide[0], packed[0]);
  add(layout.rows, block * wide[y], packed[y]);
  add(layout.columns, block * wide[y + 1], packed[y + 1]);
  add(block, wide[y], block * layout.depth * packed[c]);
  add(block, wide[y + 1], layout.depth * packed[c]);
  add(layout.depth, wide[c], packed[c]);
  strided_copy(in.dtype(), in.raw_data(), out.mutable_raw_data(), dims.span(), context.pool());
}

void space_to_depth(KernelContext& context) {
  BlockLayout layout = read_layout(context);
  if (layout.rows % layout.block != 0 || layout.columns % layout.block != 0) {
    context.invalid("Image width " + std::to_string(layout.columns) + " and height " +
                    std::to_string(layout.rows) +
                    " should be divisible by block_size: " + std::to_string(layout.block));
  }
  layout.rows /= layout.block;
  layout.columns /= layout.block;
  move_blocks(context, layout, true);
}

void depth_to_space(KernelContext& context) {
  BlockLayout layout = read_layout(context);
  const std::int64_t area = layout.block * layout.block;
  if (layout.depth % area != 0) {
    context.invalid("Input depth dimension " + std::to_string(layout.depth) +
                    " should be divisible by: " + std::to_string(area));
  }
  layout.depth /= area;
  move_blocks(context, layout, false);
}

// A product of sizes; fails on an overflow.
std::int64_t product(const KernelContext& context, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  context.require(!__builtin_mul_overflow(a, b, &result), "the sizes are too large");
  return result;
}

// How an image of any rank is cut into cells of a block each.
struct Cells {
  IntList block;
  IntList before;           // of the margin around the image
  IntList image;            // sizes of the image within the margin
  IntList count;            // of cells
  std::int64_t blocks = 1;  // places in a block
  std::int64_t inner = 1;   // elements at each place of the image
};

// The block sizes of input 1 and the margins of input 2; the sizes are still to be found.
Cells read_cells(const KernelContext& context, IntList& margins) {
  const TensorRep& in = context.input(0);
  const Shape& table = context.input(2).shape();
  context.require(context.input(1).rank() == 1, "block_shape must be 1-dimensional");
  Cells cells;
  cells.block = read_ints(context, 1);
  const auto dims = static_cast<std::int64_t>(cells.block.size());
  if (in.rank() < 1 + dims) {
    context.invalid("input rank should be >= " + std::to_string(1 + dims) + " instead of " +
                    std::to_string(in.rank()));
  }
  if (table.rank() != 2 || table[0] != dims || table[1] != 2) {
    context.invalid("paddings and crops should have shape [" + std::to_string(dims) +
                    ", 2] instead of " + table.to_bracket_string());
  }
  margins = read_ints(context, 2);
  for (const std::int64_t size : cells.block) {
    context.require(size >= 1, "all block sizes must be positive");
    cells.blocks = product(context, cells.blocks, size);
  }
  for (std::size_t d = 0; d < margins.size(); ++d) {
    context.require(margins[d] >= 0, "paddings and crops must be non-negative");
    if (d % 2 == 0) cells.before.push_back(margins[d]);
  }
  cells.inner = count_elements(in.shape(), static_cast<int>(dims) + 1, in.rank());
  return cells;
}

// body(cell, pixel) for each place of each cell of a batch of images: its index among the places
// of the cells, and among the pixels of the images. Places in the margin are left out.
template <typename Body>
void each_place(const Cells& cells, std::int64_t batch, Body&& body) {
  const std::size_t dims = cells.block.size();
  std::int64_t cell_count = 1;
  for (const std::int64_t count : cells.count) cell_count *= count;
  for (std::int64_t place = 0; place < cells.blocks * batch; ++place) {
    for (std::int64_t cell = 0; cell < cell_count; ++cell) {
      std::int64_t offsets = place / batch;
      std::int64_t rest = cell;
      std::int64_t pixel = 0;
      std::int64_t stride = 1;
      bool is_inside = true;
      for (std::size_t d = dims; d-- > 0;) {
        const std::int64_t at =
            rest % cells.count[d] * cells.block[d] + offsets % cells.block[d] - cells.before[d];
        rest /= cells.count[d];
        offsets /= cells.block[d];
        is_inside = is_inside && at >= 0 && at < cells.image[d];
        pixel += at * stride;
        stride *= cells.image[d];
      }
      if (is_inside) body(place * cell_count + cell, place % batch * stride + pixel);
    }
  }
}

// Input 0's shape with other sizes in front.
Shape with_sizes(const Shape& shape, std::int64_t batch, const IntList& sizes) {
  Shape result{batch};
  for (const std::int64_t size : sizes) result.append(size);
  for (int d = result.rank(); d < shape.rank(); ++d) result.append(shape[d]);
  return result;
}

void space_to_batch(KernelContext& context) {
  const TensorRep& in = context.input(0);
  IntList margins;
  Cells cells = read_cells(context, margins);
  for (std::size_t d = 0; d < cells.block.size(); ++d) {
    std::int64_t padded = in.shape()[static_cast<int>(d) + 1];
    cells.image.push_back(padded);
    context.require(!__builtin_add_overflow(padded, margins[2 * d], &padded) &&
                        !__builtin_add_overflow(padded, margins[2 * d + 1], &padded),
                    "the paddings are too large");
    if (padded % cells.block[d] != 0) {
      context.invalid("padded_shape[" + std::to_string(d) + "]=" + std::to_string(padded) +
                      " is not divisible by block_shape[" + std::to_string(d) +
                      "]=" + std::to_string(cells.block[d]));
    }
    cells.count.push_back(padded / cells.block[d]);
  }
  const std::int64_t batch = in.shape()[0];
  TensorRep& out = context.allocate_output(
      0, in.dtype(), with_sizes(in.shape(), product(context, batch, cells.blocks), cells.count));
  if (out.num_elements() == 0) return;
  with_storage(in.dtype(), [&]<typename E>() {
    std::fill_n(out.mutable_data<E>(), out.num_elements(), E{});
    each_place(cells, batch, [&](std::int64_t cell, std::int64_t pixel) {
      std::copy_n(in.data<E>() + pixel * cells.inner, cells.inner,
                  out.mutable_data<E>() + cell * cells.inner);
    });
  });
}

void batch_to_space(KernelContext& context) {
  const TensorRep& in = context.input(0);
  IntList margins;
  Cells cells = read_cells(context, margins);
  if (in.shape()[0] % cells.blocks != 0) {
    context.invalid("Input batch dimension (" + std::to_string(in.shape()[0]) +
                    ") is not divisible by product of block sizes (" +
                    std::to_string(cells.blocks) + ")");
  }
  for (std::size_t d = 0; d < cells.block.size(); ++d) {
    cells.count.push_back(in.shape()[static_cast<int>(d) + 1]);
    const std::int64_t whole = product(context, cells.count[d], cells.block[d]);
    if (margins[2 * d] > whole || margins[2 * d + 1] > whole - margins[2 * d]) {
      context.invalid("cropped_shape[" + std::to_string(d) + "] must be non-negative");
    }
    cells.image.push_back(whole - margins[2 * d] - margins[2 * d + 1]);
  }
  const std::int64_t batch = in.shape()[0] / cells.blocks;
  TensorRep& out =
      context.allocate_output(0, in.dtype(), with_sizes(in.shape(), batch, cells.image));
  if (out.num_elements() == 0) return;
  with_storage(in.dtype(), [&]<typename E>() {
    each_place(cells, batch, [&](std::int64_t cell, std::int64_t pixel) {
      std::copy_n(in.data<E>() + cell * cells.inner, cells.inner,
                  out.mutable_data<E>() + pixel * cells.inner);
    });
  });
}

void reverse_sequence(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const Shape& shape = in.shape();
  const std::int64_t along = context.attr_int("seq_dim");
  const std::int64_t across = context.attr_int("batch_dim");
  context.require(context.input(1).rank() == 1, "seq_lengths must be 1-dim");
  context.require(along != across, "batch_dim == seq_dim");
  context.require(along >= 0 && along < shape.rank(), "seq_dim must be < input rank");
  context.require(across >= 0 && across < shape.rank(), "batch_dim must be < input rank");
  const auto seq = static_cast<int>(along);
  const auto batch = static_cast<int>(across);
  const IntList lengths = read_ints(context, 1);
  context.require(static_cast<std::int64_t>(lengths.size()) == shape[batch],
                  "Length of seq_lengths must be the size of batch_dim");
  for (const std::int64_t length : lengths) {
    if (length < 0 || length > shape[seq]) {
      context.invalid("seq_lengths must be in [0, " + std::to_string(shape[seq]) + "], got " +
                      std::to_string(length));
    }
  }
  TensorRep& out = context.allocate_output(0, in.dtype(), shape);
  const auto strides = dense_strides(shape);
  const int last = std::max(seq, batch);
  const std::int64_t inner = count_elements(shape, last + 1, shape.rank());
  const std::int64_t runs = inner > 0 ? in.num_elements() / inner : 0;
  with_storage(in.dtype(), [&]<typename E>() {
    for (std::int64_t r = 0; r < runs; ++r) {
      const std::int64_t place = r * inner;
      const std::int64_t stride = strides[static_cast<std::size_t>(seq)];
      const std::int64_t at = place / stride % shape[seq];
      const std::int64_t length = lengths[static_cast<std::size_t>(
          place / strides[static_cast<std::size_t>(batch)] % shape[batch])];
      const std::int64_t from = at < length ? place + (length - 1 - 2 * at) * stride : place;
      std::copy_n(in.data<E>() + from, inner, out.mutable_data<E>() + place);
    }
  });
}

constexpr KernelBinding kBindings[] = {
    {"SpaceToDepth", always<space_to_depth>},      {"DepthToSpace", always<depth_to_space>},
    {"SpaceToBatchND", always<space_to_batch>},    {"BatchToSpaceND", always<batch_to_space>},
    {"ReverseSequence", always<reverse_sequence>},
};
}  // namespace

KernelBindings block_kernels() { return kBindings; }

}  // namespace opscope::runtime
