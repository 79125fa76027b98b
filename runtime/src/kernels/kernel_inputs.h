// Reading and checking small integer inputs: axes, sizes, shapes.
#pragma once

#include <cstdint>

#include "core/small_vector.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {

using IntList = SmallVector<std::int64_t, 8>;

// The values of integer input i (any integer dtype, any shape) as int64.
[[nodiscard]] IntList read_ints(const KernelContext& context, std::size_t i);
// The only element of input i; fails unless there is exactly one.
[[nodiscard]] std::int64_t read_int(const KernelContext& context, std::size_t i);
// A vector of dimension sizes; fails on a negative one, and on another rank than one.
[[nodiscard]] Shape read_shape(const KernelContext& context, std::size_t i);
// An axis in [-rank, rank) as one in [0, rank).
[[nodiscard]] int normalize_axis(const KernelContext& context, std::int64_t axis, int rank);
// The product of dims [begin, end).
[[nodiscard]] std::int64_t count_elements(const Shape& shape, int begin, int end) noexcept;

}  // namespace opscope::runtime
