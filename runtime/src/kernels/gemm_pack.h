// What the two drivers of matrix products share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "kernels/gemm.h"
#include "kernels/gemm_micro.h"
#include "kernels/instruction_set.h"
#include "kernels/vector_loops.h"

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

// A tile at the edge: `sums` (rows `width` apart) into c.
template <typename T>
void store_edge(const T* sums, int width, std::int64_t rows, std::int64_t columns, T* c,
                std::int64_t ldc, Epilogue<T> epilogue) {
  for (std::int64_t r = 0; r < rows; ++r) {
    if constexpr (std::is_same_v<T, float>) {
      if (epilogue.into == Into::descend) {
        vector_loops().gradient_descent(c + r * ldc, sums + r * width, epilogue.factor, columns);
        continue;
      }
    }
    for (std::int64_t s = 0; s < columns; ++s) {
      const T value = sums[r * width + s];
      c[r * ldc + s] = epilogue.into == Into::add ? c[r * ldc + s] + value : value;
    }
  }
}

// m rows in `count` tiles, none of more than kernel.mr rows, as even as may be.
struct RowTiles {
  std::int64_t count;
  std::int64_t rows;   // of a tile
  std::int64_t large;  // the first so many tiles have a row more

  RowTiles(std::int64_t m, std::int64_t most) noexcept
      : count((m + most - 1) / most), rows(count == 0 ? 0 : m / count), large(m - rows * count) {}
  [[nodiscard]] std::int64_t begin(std::int64_t tile) const noexcept {
    return tile * rows + std::min(tile, large);
  }
  [[nodiscard]] std::int64_t size(std::int64_t tile) const noexcept {
    return rows + (tile < large ? 1 : 0);
  }
};

// One tile of any size: c (rows x columns) becomes what `epilogue` makes of it and of a x b, where
// b has kernel.nr columns in memory.
template <typename T>
void run_tile(const MicroKernel<T>& kernel, std::int64_t rows, std::int64_t columns,
              const TileRows<T>& a, const T* b, std::int64_t ldb, T* c, std::int64_t ldc,
              Epilogue<T> epilogue) {
  const TileLoop<T> loop = kernel.run[rows - 1];
  if (columns == kernel.nr) {
    loop(a, b, ldb, c, ldc, epilogue);
    return;
  }
  alignas(64) T sums[kMaxTile];
  loop(a, b, ldb, sums, kernel.nr, {});
  store_edge(sums, kernel.nr, rows, columns, c, ldc, epilogue);
}

}  // namespace opscope::runtime
