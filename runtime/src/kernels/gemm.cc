// The blocking of Goto and van de Geijn: panels of b that stay in the outer cache, blocks of a that
// stay in the inner one, both packed in the order the micro-kernel reads them.
#include "kernels/gemm.h"

#include <algorithm>

#include "kernels/gemm_pack.h"
#include "kernels/scratch.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {
constexpr std::int64_t kDepth = kGemmDepth;
constexpr std::int64_t kBlockRows = 192;
constexpr std::int64_t kBlockColumns = 4096;
constexpr std::int64_t kSmallWork = 16 * 16 * 16;

// One product with everything that stays the same during it.
template <typename T>
struct Product {
  std::int64_t m;
  std::int64_t n;
  std::int64_t k;
  MatrixView<T> a;
  MatrixView<T> b;
  T* c;
  std::int64_t ldc;
  ThreadPool* pool;
  const MicroKernel<T>& kernel;
  bool accumulate;

  void tile(std::int64_t i, std::int64_t j, std::int64_t depth, const T* pa, const T* pb,
            bool add) const {
    T* to = c + i * ldc + j;
    const std::int64_t rows = std::min<std::int64_t>(kernel.mr, m - i);
    const std::int64_t columns = std::min<std::int64_t>(kernel.nr, n - j);
    if (rows == kernel.mr && columns == kernel.nr) {
      kernel.run(depth, pa, pb, to, ldc, add);
      return;
    }
    alignas(64) T edge[kMaxTile];
    kernel.run(depth, pa, pb, edge, kernel.nr, false);
    store_edge(edge, kernel.nr, rows, columns, to, ldc, add);
  }

  void rows(std::int64_t begin, std::int64_t end, std::int64_t column, std::int64_t columns,
            std::int64_t p, std::int64_t depth, const T* packed_b, T* packed_a) const {
    for (std::int64_t i = begin; i < end; i += kernel.mr) {
      const MatrixView<T> part{a.data + i * a.row_stride + p * a.column_stride, a.row_stride,
                               a.column_stride};
      pack_panel(part, std::min<std::int64_t>(kernel.mr, end - i), depth, kernel.mr,
                 packed_a + (i - begin) * depth);
    }
    for (std::int64_t j = 0; j < columns; j += kernel.nr) {
      for (std::int64_t i = begin; i < end; i += kernel.mr) {
        tile(i, column + j, depth, packed_a + (i - begin) * depth, packed_b + j * depth,
             accumulate || p > 0);
      }
    }
  }

  // Rows of the blocks that run apart: few enough for the cache, even shares for the threads.
  [[nodiscard]] std::int64_t block_rows() const {
    const std::int64_t threads = pool != nullptr ? pool->num_threads() : 1;
    std::int64_t blocks = (m + kBlockRows - 1) / kBlockRows;
    if (threads > 1 && m >= 2 * threads * kernel.mr) blocks = std::max(blocks, 2 * threads);
    const std::int64_t rows_each = (m + blocks - 1) / blocks;
    return (rows_each + kernel.mr - 1) / kernel.mr * kernel.mr;
  }

  void run() const {
    const std::int64_t block = block_rows();
    const std::int64_t widest =
        std::min(kBlockColumns, (n + kernel.nr - 1) / kernel.nr * kernel.nr);
    const Scratch<T> packed_b(widest * std::min(k, kDepth));
    for (std::int64_t column = 0; column < n; column += kBlockColumns) {
      const std::int64_t columns = std::min(kBlockColumns, n - column);
      for (std::int64_t p = 0; p < k; p += kDepth) {
        const std::int64_t depth = std::min(kDepth, k - p);
        pack_b(column, columns, p, depth, packed_b.get());
        const std::int64_t blocks = (m + block - 1) / block;
        const double cost = static_cast<double>(block * columns * depth) / 60;
        parallel_for(pool, blocks, cost, [&](std::int64_t first, std::int64_t last) {
          const Scratch<T> packed_a(block * depth);
          for (std::int64_t b_row = first; b_row < last; ++b_row) {
            rows(b_row * block, std::min(m, (b_row + 1) * block), column, columns, p, depth,
                 packed_b.get(), packed_a.get());
          }
        });
      }
    }
  }

  void pack_b(std::int64_t column, std::int64_t columns, std::int64_t p, std::int64_t depth,
              T* to) const {
    const std::int64_t panels = (columns + kernel.nr - 1) / kernel.nr;
    parallel_for(pool, panels, static_cast<double>(depth * kernel.nr) * 0.3,
                 [&](std::int64_t first, std::int64_t last) {
                   for (std::int64_t panel = first; panel < last; ++panel) {
                     const std::int64_t j = panel * kernel.nr;
                     const MatrixView<T> part{
                         b.data + (column + j) * b.column_stride + p * b.row_stride,
                         b.column_stride, b.row_stride};
                     pack_panel(part, std::min<std::int64_t>(kernel.nr, columns - j), depth,
                                kernel.nr, to + j * depth);
                   }
                 });
  }
};

// Without packing, for matrices that fit in the innermost cache.
template <typename T>
void small_product(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<T> a, MatrixView<T> b,
                   T* c, std::int64_t ldc) {
  for (std::int64_t i = 0; i < m; ++i) {
    const T* row = a.data + i * a.row_stride;
    T* out = c + i * ldc;
    if (b.column_stride != 1 && n > 1) {
      for (std::int64_t j = 0; j < n; ++j) {
        const T* column = b.data + j * b.column_stride;
        T sum{0};
        for (std::int64_t p = 0; p < k; ++p)
          sum += row[p * a.column_stride] * column[p * b.row_stride];
        out[j] = sum;
      }
      continue;
    }
    std::fill_n(out, n, T{0});
    for (std::int64_t p = 0; p < k; ++p) {
      const T factor = row[p * a.column_stride];
      const T* values = b.data + p * b.row_stride;
#pragma GCC ivdep
      for (std::int64_t j = 0; j < n; ++j) out[j] += factor * values[j];
    }
  }
}
}  // namespace

template <>
const MicroKernel<float>& micro_kernel() noexcept {
#if defined(__x86_64__)
  const InstructionSet set = instruction_set();
  if (set == InstructionSet::avx512) return avx512::kFloatKernel;
  if (set == InstructionSet::avx2) return avx2::kFloatKernel;
#endif
  return baseline::kFloatKernel;
}
template <>
const MicroKernel<double>& micro_kernel() noexcept {
#if defined(__x86_64__)
  const InstructionSet set = instruction_set();
  if (set == InstructionSet::avx512) return avx512::kDoubleKernel;
  if (set == InstructionSet::avx2) return avx2::kDoubleKernel;
#endif
  return baseline::kDoubleKernel;
}

template <typename T>
void gemm(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<T> a, MatrixView<T> b, T* c,
          std::int64_t ldc, ThreadPool* pool) {
  if (m == 0 || n == 0) return;
  if (m * n <= kSmallWork && m * n * k <= kSmallWork) {
    small_product(m, n, k, a, b, c, ldc);
    return;
  }
  if (k == 0) {
    for (std::int64_t i = 0; i < m; ++i) std::fill_n(c + i * ldc, n, T{0});
    return;
  }
  Product<T>{m, n, k, a, b, c, ldc, pool, micro_kernel<T>(), false}.run();
}

template <typename T>
void gemm_add(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<T> a, MatrixView<T> b,
              T* c, std::int64_t ldc, ThreadPool* pool) {
  if (m == 0 || n == 0 || k == 0) return;
  Product<T>{m, n, k, a, b, c, ldc, pool, micro_kernel<T>(), true}.run();
}

#define OPSCOPE_INSTANTIATE(T)                                                                  \
  template void gemm<T>(std::int64_t, std::int64_t, std::int64_t, MatrixView<T>, MatrixView<T>, \
                        T*, std::int64_t, ThreadPool*);                                         \
  template void gemm_add<T>(std::int64_t, std::int64_t, std::int64_t, MatrixView<T>,            \
                            MatrixView<T>, T*, std::int64_t, ThreadPool*);
OPSCOPE_INSTANTIATE(float)
OPSCOPE_INSTANTIATE(double)
#undef OPSCOPE_INSTANTIATE

}  // namespace opscope::runtime
