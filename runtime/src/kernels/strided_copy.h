// Copying elements between two layouts: what slicing, transposing, padding, tiling, concatenating
// and broadcasting have in common.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/small_vector.h"
#include "core/thread_pool.h"
#include "opscope/runtime/dtype.h"
#include "opscope/runtime/shape.h"

namespace opscope::runtime {

// One dimension of the copy; strides in elements, possibly zero or negative.
struct CopyDim {
  std::int64_t size;
  std::int64_t in_stride;
  std::int64_t out_stride;
};
using CopyDims = SmallVector<CopyDim, 8>;

// out[sum(i_d * out_stride_d)] = in[sum(i_d * in_stride_d)] for all indexes. `in` and `out` point
// at the elements with all indexes zero and do not overlap. No two indexes may name one out
// element.
void strided_copy(DType dtype, const void* in, void* out, std::span<const CopyDim> dims,
                  ThreadPool* pool);

// Strides, in elements, of a dense tensor.
[[nodiscard]] SmallVector<std::int64_t, 8> dense_strides(const Shape& shape);

// The address of an element.
[[nodiscard]] const void* element_at(const void* data, DType dtype, std::int64_t index) noexcept;
[[nodiscard]] void* element_at(void* data, DType dtype, std::int64_t index) noexcept;

// out[0..count) = value at `value`, one element.
void fill_elements(DType dtype, const void* value, void* out, std::int64_t count);

}  // namespace opscope::runtime
