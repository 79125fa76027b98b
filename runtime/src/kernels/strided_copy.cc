#include "kernels/strided_copy.h"

#include <algorithm>
#include <complex>
#include <cstring>
#include <string>

#include "core/tensor_rep.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {
template <typename T>
void copy_row(const T* in, T* out, const CopyDim& dim) {
  if (dim.in_stride == 1 && dim.out_stride == 1) {
    std::copy_n(in, dim.size, out);
  } else if (dim.in_stride == 0 && dim.out_stride == 1) {
    std::fill_n(out, dim.size, *in);
  } else {
    for (std::int64_t i = 0; i < dim.size; ++i) out[i * dim.out_stride] = in[i * dim.in_stride];
  }
}

// Two inner dimensions at once, in tiles that keep both sides in the cache: for transposes.
template <typename T>
void copy_tiles(const T* in, T* out, const CopyDim& rows, const CopyDim& columns) {
  constexpr std::int64_t kTile = 16;
  for (std::int64_t r = 0; r < rows.size; r += kTile) {
    for (std::int64_t c = 0; c < columns.size; c += kTile) {
      const std::int64_t row_end = std::min(rows.size, r + kTile);
      const std::int64_t column_end = std::min(columns.size, c + kTile);
      for (std::int64_t i = r; i < row_end; ++i) {
        for (std::int64_t j = c; j < column_end; ++j) {
          out[i * rows.out_stride + j * columns.out_stride] =
              in[i * rows.in_stride + j * columns.in_stride];
        }
      }
    }
  }
}

template <typename T>
void copy_dims(const T* in, T* out, std::span<const CopyDim> dims) {
  if (dims.size() == 1) {
    copy_row(in, out, dims[0]);
    return;
  }
  if (dims.size() == 2 && dims[1].in_stride != 1 && dims[1].in_stride != 0 &&
      dims[0].in_stride == 1) {
    copy_tiles(in, out, dims[0], dims[1]);
    return;
  }
  for (std::int64_t i = 0; i < dims[0].size; ++i) {
    copy_dims(in + i * dims[0].in_stride, out + i * dims[0].out_stride, dims.subspan(1));
  }
}

template <typename T>
void copy_typed(const void* in, void* out, std::span<const CopyDim> dims, ThreadPool* pool) {
  std::int64_t inner = 1;
  for (const CopyDim& dim : dims.subspan(1)) inner *= dim.size;
  const CopyDim& first = dims[0];
  parallel_for(pool, first.size, 0.5 * static_cast<double>(inner),
               [&](std::int64_t begin, std::int64_t end) {
                 CopyDims part(dims);
                 part[0].size = end - begin;
                 copy_dims(static_cast<const T*>(in) + begin * first.in_stride,
                           static_cast<T*>(out) + begin * first.out_stride, part.span());
               });
}

// Without dimensions of size one, neighbours joined where both sides allow it.
CopyDims simplified(std::span<const CopyDim> dims) {
  CopyDims result;
  for (const CopyDim& dim : dims) {
    if (dim.size == 1) continue;
    if (!result.empty() && result.back().in_stride == dim.in_stride * dim.size &&
        result.back().out_stride == dim.out_stride * dim.size) {
      result.back() = {result.back().size * dim.size, dim.in_stride, dim.out_stride};
    } else {
      result.push_back(dim);
    }
  }
  if (result.empty()) result.push_back({1, 1, 1});
  return result;
}
}  // namespace

void strided_copy(DType dtype, const void* in, void* out, std::span<const CopyDim> dims,
                  ThreadPool* pool) {
  if (std::any_of(dims.begin(), dims.end(), [](const CopyDim& dim) { return dim.size == 0; })) {
    return;
  }
  const CopyDims simple = simplified(dims);
  switch (dtype_size(dtype)) {
    case 1:
      return copy_typed<std::uint8_t>(in, out, simple.span(), pool);
    case 2:
      return copy_typed<std::uint16_t>(in, out, simple.span(), pool);
    case 4:
      return copy_typed<std::uint32_t>(in, out, simple.span(), pool);
    case 8:
      return copy_typed<std::uint64_t>(in, out, simple.span(), pool);
    case 16:
      return copy_typed<std::complex<double>>(in, out, simple.span(), pool);
    default:
      break;
  }
  if (dtype == DType::string) return copy_typed<std::string>(in, out, simple.span(), nullptr);
  copy_typed<Ref<Resource>>(in, out, simple.span(), nullptr);
}

SmallVector<std::int64_t, 8> dense_strides(const Shape& shape) {
  SmallVector<std::int64_t, 8> strides;
  strides.assign(static_cast<std::size_t>(shape.rank()), 1);
  for (int axis = shape.rank() - 2; axis >= 0; --axis) {
    const auto at = static_cast<std::size_t>(axis);
    strides[at] = strides[at + 1] * shape[axis + 1];
  }
  return strides;
}

const void* element_at(const void* data, DType dtype, std::int64_t index) noexcept {
  return static_cast<const std::byte*>(data) +
         index * static_cast<std::int64_t>(element_size(dtype));
}

void* element_at(void* data, DType dtype, std::int64_t index) noexcept {
  return static_cast<std::byte*>(data) + index * static_cast<std::int64_t>(element_size(dtype));
}

void fill_elements(DType dtype, const void* value, void* out, std::int64_t count) {
  const CopyDim dim{.size = count, .in_stride = 0, .out_stride = 1};
  strided_copy(dtype, value, out, {&dim, 1}, nullptr);
}

}  // namespace opscope::runtime
