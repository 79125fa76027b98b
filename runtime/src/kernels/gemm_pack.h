// What the two drivers of matrix products share.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/gemm.h"
#include "kernels/gemm_micro.h"
#include "kernels/instruction_set.h"

namespace opscope::runtime {

// Values of the inner dimension that are packed and multiplied at a time.
inline constexpr std::int64_t kGemmDepth = 512;

// The one for instruction_set().
template <typename T>
[[nodiscard]] const MicroKernel<T>& micro_kernel() noexcept;
template <>
[[nodiscard]] const MicroKernel<float>& micro_kernel() noexcept;
template <>
[[nodiscard]] const MicroKernel<double>& micro_kernel() noexcept;

// Rows [0, rows) of `from`, `width` at a time, zero-filled: for each p, `width` values.
template <typename T>
void pack_panel(MatrixView<T> from, std::int64_t rows, std::int64_t depth, int width, T* to);

// A tile at the edge: `sums` (rows `width` apart) into c or added to it.
template <typename T>
void store_edge(const T* sums, int width, std::int64_t rows, std::int64_t columns, T* c,
                std::int64_t ldc, bool accumulate) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t s = 0; s < columns; ++s) {
      const T value = sums[r * width + s];
      c[r * ldc + s] = accumulate ? c[r * ldc + s] + value : value;
    }
  }
}

// Room for the largest tile of any micro-kernel.
inline constexpr int kMaxTileRows = 16;
inline constexpr int kMaxTile = kMaxTileRows * 32;

}  // namespace opscope::runtime
