// What a StridedSlice selects, for shape functions and kernels alike.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/small_vector.h"
#include "opscope/runtime/shape.h"

namespace opscope::runtime {

// The attributes: bit i belongs to entry i of begin, end and strides.
struct StridedSliceMasks {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t ellipsis = 0;
  std::int64_t new_axis = 0;
  std::int64_t shrink_axis = 0;
};

struct StridedSliceDim {
  std::int64_t begin;   // first element taken
  std::int64_t stride;  // not 0
  std::int64_t count;   // elements taken; kAnyDim if not known
};

struct StridedSlicePlan {
  SmallVector<StridedSliceDim, 8> dims;  // one per input dimension
  Shape processed_shape;                 // counts of all input dimensions
  Shape final_shape;                     // with new axes, without shrunk ones
  std::string error;                     // empty if the slice is valid
};

// `begin` and `end` may be empty if they are not known; `size` is the length of `strides`.
[[nodiscard]] StridedSlicePlan plan_strided_slice(const Shape& input,
                                                  std::span<const std::int64_t> begin,
                                                  std::span<const std::int64_t> end,
                                                  std::span<const std::int64_t> strides,
                                                  const StridedSliceMasks& masks);

}  // namespace opscope::runtime
