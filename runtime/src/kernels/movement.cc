// Ops that put elements elsewhere: transpose, concat, split, stack, slice, pad, tile, broadcast.
#include <algorithm>
#include <string>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/strided_copy.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
void transpose(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const Shape& shape = in.shape();
  const IntList permutation = read_ints(context, 1);
  if (context.input(1).rank() != 1 || permutation.size() != static_cast<std::size_t>(in.rank())) {
    context.invalid("transpose expects a vector of size " + std::to_string(in.rank()));
  }
  SmallVector<std::uint8_t, 8> seen;
  seen.assign(permutation.size(), 0);
  const auto strides = dense_strides(shape);
  Shape out_shape;
  IntList axes;
  for (const std::int64_t value : permutation) {
    const int axis = normalize_axis(context, value, in.rank());
    if (seen[static_cast<std::size_t>(axis)] != 0) context.invalid("permutation has duplicates");
    seen[static_cast<std::size_t>(axis)] = 1;
    axes.push_back(axis);
    out_shape.append(shape[axis]);
  }
  TensorRep& out = context.allocate_output(0, in.dtype(), out_shape);
  const auto out_strides = dense_strides(out_shape);
  CopyDims dims;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    dims.push_back({out_shape[static_cast<int>(i)], strides[static_cast<std::size_t>(axes[i])],
                    out_strides[i]});
  }
  strided_copy(in.dtype(), in.raw_data(), out.mutable_raw_data(), dims.span(), context.pool());
}

// Copies rows of `in` to every `out_row` elements of `out`.
void copy_block(const TensorRep& in, std::int64_t in_offset, std::int64_t in_row, void* out,
                std::int64_t out_offset, std::int64_t out_row, std::int64_t rows,
                std::int64_t count, ThreadPool* pool) {
  const CopyDim dims[] = {{rows, in_row, out_row}, {count, 1, 1}};
  strided_copy(in.dtype(), element_at(in.raw_data(), in.dtype(), in_offset),
               element_at(out, in.dtype(), out_offset), dims, pool);
}

void concat(KernelContext& context) {
  const std::size_t count = context.num_inputs() - 1;
  context.require(count > 0, "there is nothing to concatenate");
  const Shape& first = context.input(0).shape();
  const int axis = normalize_axis(context, read_int(context, count), first.rank());
  Shape shape = first;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Shape other = context.input(i).shape();
    if (other.rank() != first.rank()) context.invalid("Ranks of all input tensors should match");
    if (__builtin_add_overflow(total, other[axis], &total))
      context.invalid("the result is too large");
    other.set_dim(axis, first[axis]);
    if (other != first) {
      context.invalid("Dimensions of inputs should match: shape[0] = " + first.to_bracket_string() +
                      " vs. shape[" + std::to_string(i) +
                      "] = " + context.input(i).shape().to_bracket_string());
    }
  }
  shape.set_dim(axis, total);
  TensorRep& out = context.allocate_output(0, context.input(0).dtype(), shape);
  const std::int64_t rows = count_elements(shape, 0, axis);
  const std::int64_t inner = count_elements(shape, axis + 1, shape.rank());
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t width = context.input(i).shape()[axis] * inner;
    copy_block(context.input(i), 0, width, out.mutable_raw_data(), offset, total * inner, rows,
               width, context.pool());
    offset += width;
  }
}

void pack(KernelContext& context) {
  const Shape& first = context.input(0).shape();
  const int axis = normalize_axis(context, context.attr_int("axis"), first.rank() + 1);
  const auto count = static_cast<std::int64_t>(context.num_inputs());
  for (std::size_t i = 1; i < context.num_inputs(); ++i) {
    if (context.input(i).shape() != first) {
      context.invalid("Shapes of all inputs must match: values[0].shape = " +
                      first.to_bracket_string() + " != values[" + std::to_string(i) +
                      "].shape = " + context.input(i).shape().to_bracket_string());
    }
  }
  Shape shape = first;
  shape.insert(axis, count);
  TensorRep& out = context.allocate_output(0, context.input(0).dtype(), shape);
  const std::int64_t rows = count_elements(first, 0, axis);
  const std::int64_t inner = count_elements(first, axis, first.rank());
  for (std::int64_t i = 0; i < count; ++i) {
    copy_block(context.input(static_cast<std::size_t>(i)), 0, inner, out.mutable_raw_data(),
               i * inner, count * inner, rows, inner, context.pool());
  }
}

// Output i: elements [begin, begin + size) of `axis`.
void set_section(KernelContext& context, std::size_t i, const TensorRep& in, int axis,
                 std::int64_t begin, const Shape& shape, std::int64_t size) {
  const std::int64_t rows = count_elements(in.shape(), 0, axis);
  const std::int64_t inner = count_elements(in.shape(), axis + 1, in.rank());
  if (rows == 1) {
    context.set_output(i, TensorRep::make_slice(in, begin * inner, shape));
    return;
  }
  TensorRep& out = context.allocate_output(i, in.dtype(), shape);
  copy_block(in, begin * inner, in.shape()[axis] * inner, out.mutable_raw_data(), 0, size * inner,
             rows, size * inner, context.pool());
}

void unpack(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const int axis = normalize_axis(context, context.attr_int("axis"), in.rank());
  Shape shape = in.shape();
  if (shape[axis] != static_cast<std::int64_t>(context.num_outputs())) {
    context.invalid("Input shape axis " + std::to_string(axis) + " must equal " +
                    std::to_string(context.num_outputs()) + ", got shape " +
                    shape.to_bracket_string());
  }
  shape.remove(axis);
  for (std::size_t i = 0; i < context.num_outputs(); ++i) {
    set_section(context, i, in, axis, static_cast<std::int64_t>(i), shape, 1);
  }
}

void split(KernelContext& context) {
  const TensorRep& in = context.input(1);
  const int axis = normalize_axis(context, read_int(context, 0), in.rank());
  const auto parts = static_cast<std::int64_t>(context.num_outputs());
  Shape shape = in.shape();
  if (parts == 0 || shape[axis] % parts != 0) {
    context.invalid(
        "Number of ways to split should evenly divide the split dimension, but got "
        "split_dim " +
        std::to_string(axis) + " (size = " + std::to_string(shape[axis]) + ") and num_split " +
        std::to_string(parts));
  }
  const std::int64_t size = shape[axis] / parts;
  shape.set_dim(axis, size);
  for (std::int64_t i = 0; i < parts; ++i) {
    set_section(context, static_cast<std::size_t>(i), in, axis, i * size, shape, size);
  }
}

void split_v(KernelContext& context) {
  const TensorRep& in = context.input(0);
  IntList sizes = read_ints(context, 1);
  const int axis = normalize_axis(context, read_int(context, 2), in.rank());
  context.require(context.input(1).rank() == 1 && sizes.size() == context.num_outputs(),
                  "size_splits must have one entry for each output");
  std::int64_t rest = in.shape()[axis];
  std::int64_t* open = nullptr;
  for (std::int64_t& size : sizes) {
    if (size == -1) {
      context.require(open == nullptr, "There can only be one -1 in the input");
      open = &size;
    } else {
      context.require(size >= 0 && size <= rest, "size_splits do not fit in the dimension");
      rest -= size;
    }
  }
  if (open != nullptr) {
    *open = rest;
  } else {
    context.require(rest == 0, "size_splits must add up to the dimension");
  }
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    Shape shape = in.shape();
    shape.set_dim(axis, sizes[i]);
    set_section(context, i, in, axis, begin, shape, sizes[i]);
    begin += sizes[i];
  }
}

void slice(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const IntList begin = read_ints(context, 1);
  const IntList size = read_ints(context, 2);
  const auto rank = static_cast<std::size_t>(in.rank());
  context.require(begin.size() == rank && size.size() == rank,
                  "begin and size must have one entry for each dimension of the input");
  const auto strides = dense_strides(in.shape());
  Shape shape;
  std::int64_t offset = 0;
  for (std::size_t d = 0; d < rank; ++d) {
    const std::int64_t full = in.shape()[static_cast<int>(d)];
    const std::int64_t count = size[d] == -1 ? full - begin[d] : size[d];
    if (begin[d] < 0 || begin[d] > full || count < 0 || count > full - begin[d]) {
      context.invalid("Expected begin[" + std::to_string(d) + "] in [0, " + std::to_string(full) +
                      "] and begin + size within it, but got begin " + std::to_string(begin[d]) +
                      ", size " + std::to_string(size[d]));
    }
    shape.append(count);
    offset += begin[d] * strides[d];
  }
  if (shape == in.shape()) {
    context.set_output(0, context.input_ref(0));
    return;
  }
  TensorRep& out = context.allocate_output(0, in.dtype(), shape);
  if (out.num_elements() == 0) return;
  const auto out_strides = dense_strides(shape);
  CopyDims dims;
  for (std::size_t d = 0; d < rank; ++d) {
    dims.push_back({shape[static_cast<int>(d)], strides[d], out_strides[d]});
  }
  strided_copy(in.dtype(), element_at(in.raw_data(), in.dtype(), offset), out.mutable_raw_data(),
               dims.span(), context.pool());
}

void tile(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const IntList multiples = read_ints(context, 1);
  context.require(
      context.input(1).rank() == 1 && multiples.size() == static_cast<std::size_t>(in.rank()),
      "multiples must have one entry for each dimension of the input");
  Shape shape;
  for (std::size_t d = 0; d < multiples.size(); ++d) {
    std::int64_t size = 0;
    context.require(multiples[d] >= 0, "multiples must be >= 0");
    if (__builtin_mul_overflow(in.shape()[static_cast<int>(d)], multiples[d], &size)) {
      context.invalid("the result is too large");
    }
    shape.append(size);
  }
  TensorRep& out = context.allocate_output(0, in.dtype(), shape);
  const auto strides = dense_strides(in.shape());
  const auto out_strides = dense_strides(shape);
  CopyDims dims;
  for (std::size_t d = 0; d < multiples.size(); ++d) {
    const std::int64_t size = in.shape()[static_cast<int>(d)];
    dims.push_back({multiples[d], 0, out_strides[d] * size});
    dims.push_back({size, strides[d], out_strides[d]});
  }
  strided_copy(in.dtype(), in.raw_data(), out.mutable_raw_data(), dims.span(), context.pool());
}

void broadcast_to(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const Shape shape = read_shape(context, 1);
  const int lead = shape.rank() - in.rank();
  bool fits = lead >= 0;
  for (int d = 0; fits && d < in.rank(); ++d) {
    fits = in.shape()[d] == 1 || in.shape()[d] == shape[lead + d];
  }
  if (!fits) {
    context.invalid("Incompatible shapes: " + in.shape().to_bracket_string() + " vs. " +
                    shape.to_bracket_string());
  }
  TensorRep& out = context.allocate_output(0, in.dtype(), shape);
  const auto strides = dense_strides(in.shape());
  const auto out_strides = dense_strides(shape);
  CopyDims dims;
  for (int d = 0; d < shape.rank(); ++d) {
    const bool repeats = d < lead || in.shape()[d - lead] == 1;
    dims.push_back({shape[d], repeats ? 0 : strides[static_cast<std::size_t>(d - lead)],
                    out_strides[static_cast<std::size_t>(d)]});
  }
  strided_copy(in.dtype(), in.raw_data(), out.mutable_raw_data(), dims.span(), context.pool());
}

void reverse(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const auto strides = dense_strides(in.shape());
  CopyDims dims;
  for (std::size_t d = 0; d < strides.size(); ++d) {
    dims.push_back({in.shape()[static_cast<int>(d)], strides[d], strides[d]});
  }
  std::int64_t offset = 0;
  for (const std::int64_t value : read_ints(context, 1)) {
    CopyDim& dim = dims[static_cast<std::size_t>(normalize_axis(context, value, in.rank()))];
    if (dim.in_stride < 0)
      context.invalid("axis " + std::to_string(value) + " specified more than once");
    offset += (dim.size - 1) * dim.in_stride;
    dim.in_stride = -dim.in_stride;
  }
  TensorRep& out = context.allocate_output(0, in.dtype(), in.shape());
  if (out.num_elements() == 0) return;
  strided_copy(in.dtype(), element_at(in.raw_data(), in.dtype(), offset), out.mutable_raw_data(),
               dims.span(), context.pool());
}

template <void (*kKernel)(KernelContext&)>
Kernel always(const KernelKey&) {
  return kKernel;
}

constexpr KernelBinding kBindings[] = {
    {"Transpose", always<transpose>}, {"ConcatV2", always<concat>},
    {"Pack", always<pack>},           {"Unpack", always<unpack>},
    {"Split", always<split>},         {"SplitV", always<split_v>},
    {"Slice", always<slice>},         {"Tile", always<tile>},
    {"ReverseV2", always<reverse>},   {"BroadcastTo", always<broadcast_to>},
};
}  // namespace

KernelBindings movement_kernels() { return kBindings; }

}  // namespace opscope::runtime
