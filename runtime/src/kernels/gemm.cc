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

// Up to so many rows the right-hand side is used too little to be packed.
constexpr std::int64_t kFewRows = 128;

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
  Epilogue<T> epilogue;

  // A part of b for the micro-kernel.
  struct Panel {
    const T* data;
    std::int64_t ldb;
  };

  // Is a read where it lies? Its rows if there are few; columns of compact ones if they are read
  // only a few times.
  [[nodiscard]] bool is_used_in_place(std::int64_t rows) const {
    if (a.column_stride == 1) return rows <= kFewRows;
    return a.row_stride == 1 && n <= 4 * kernel.nr && a.column_stride <= kDepth;
  }

  // The columns of a part of b, all rows [begin, end) of c.
  template <typename PanelAt>
  void block(std::int64_t begin, std::int64_t end, std::int64_t column, std::int64_t columns,
             std::int64_t p, std::int64_t depth, const PanelAt& panel_at, T* packed_a) const {
    const RowTiles tiles(end - begin, kernel.mr);
    const bool in_rows = is_used_in_place(end - begin);
    const auto rows_of = [&](std::int64_t tile) {
      const T* from = a.data + (begin + tiles.begin(tile)) * a.row_stride + p * a.column_stride;
      if (in_rows) return TileRows<T>{from, a.row_stride, a.column_stride, depth};
      return TileRows<T>{packed_a + tiles.begin(tile) * depth, 1, tiles.size(tile), depth};
    };
    for (std::int64_t tile = 0; tile < tiles.count && !in_rows; ++tile) {
      const std::int64_t first = begin + tiles.begin(tile);
      const MatrixView<T> part{a.data + first * a.row_stride + p * a.column_stride, a.row_stride,
                               a.column_stride};
      pack_panel(part, tiles.size(tile), depth, static_cast<int>(tiles.size(tile)),
                 packed_a + tiles.begin(tile) * depth);
    }
    for (std::int64_t j = 0; j < columns; j += kernel.nr) {
      const Panel panel = panel_at(j);
      const std::int64_t width = std::min<std::int64_t>(kernel.nr, columns - j);
      for (std::int64_t tile = 0; tile < tiles.count; ++tile) {
        T* to = c + (begin + tiles.begin(tile)) * ldc + column + j;
        run_tile(kernel, tiles.size(tile), width, rows_of(tile), panel.data, panel.ldb, to, ldc,
                 p > 0 ? Epilogue<T>{Into::add} : epilogue);
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
    if (m <= kFewRows) {
      run_few_rows();
      return;
    }
    const std::int64_t rows = block_rows();
    const std::int64_t widest =
        std::min(kBlockColumns, (n + kernel.nr - 1) / kernel.nr * kernel.nr);
    const Scratch<T> packed_b(widest * std::min(k, kDepth));
    for (std::int64_t column = 0; column < n; column += kBlockColumns) {
      const std::int64_t columns = std::min(kBlockColumns, n - column);
      for (std::int64_t p = 0; p < k; p += kDepth) {
        const std::int64_t depth = std::min(kDepth, k - p);
        pack_b(column, columns, p, depth, packed_b.get());
        const auto panel_at = [&](std::int64_t j) {
          return Panel{packed_b.get() + j * depth, kernel.nr};
        };
        const std::int64_t blocks = (m + rows - 1) / rows;
        const double cost = static_cast<double>(rows * columns * depth) / 60;
        parallel_for(pool, blocks, cost, [&](std::int64_t first, std::int64_t last) {
          const Scratch<T> packed_a(rows * depth);
          for (std::int64_t i = first; i < last; ++i) {
            block(i * rows, std::min(m, (i + 1) * rows), column, columns, p, depth, panel_at,
                  packed_a.get());
          }
        });
      }
    }
  }

  // The threads share the columns; b is read where it lies if its rows do.
  void run_few_rows() const {
    const std::int64_t panels = (n + kernel.nr - 1) / kernel.nr;
    const double cost = static_cast<double>(m * kernel.nr * k) / 60;
    parallel_for(pool, panels, cost, [&](std::int64_t first, std::int64_t last) {
      const Scratch<T> packed_a(m * std::min(k, kDepth));
      const Scratch<T> packed_b(kernel.nr * std::min(k, kDepth));
      for (std::int64_t p = 0; p < k; p += kDepth) {
        const std::int64_t depth = std::min(kDepth, k - p);
        const auto panel_at = [&](std::int64_t j) {
          const std::int64_t column = first * kernel.nr + j;
          const T* from = b.data + p * b.row_stride + column * b.column_stride;
          if (b.column_stride == 1 && column + kernel.nr <= n) return Panel{from, b.row_stride};
          pack_panel(MatrixView<T>{from, b.column_stride, b.row_stride},
                     std::min<std::int64_t>(kernel.nr, n - column), depth, kernel.nr,
                     packed_b.get());
          return Panel{packed_b.get(), kernel.nr};
        };
        const std::int64_t column = first * kernel.nr;
        block(0, m, column, std::min(n, last * kernel.nr) - column, p, depth, panel_at,
              packed_a.get());
      }
    });
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
  Product<T>{m, n, k, a, b, c, ldc, pool, micro_kernel<T>(), {}}.run();
}

template <typename T>
void gemm_add(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<T> a, MatrixView<T> b,
              T* c, std::int64_t ldc, ThreadPool* pool) {
  if (m == 0 || n == 0 || k == 0) return;
  Product<T>{m, n, k, a, b, c, ldc, pool, micro_kernel<T>(), {Into::add}}.run();
}

bool gemm_descend(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<float> a,
                  MatrixView<float> b, float rate, float* c, std::int64_t ldc, ThreadPool* pool) {
  const bool is_small = m * n <= kSmallWork && m * n * k <= kSmallWork;
  if (m == 0 || n == 0 || k == 0 || k > kDepth || is_small) return false;
  Product<float>{m, n, k, a, b, c, ldc, pool, micro_kernel<float>(), {Into::descend, rate}}.run();
  return true;
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
