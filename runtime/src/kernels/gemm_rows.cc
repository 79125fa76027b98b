#include "kernels/gemm_rows.h"

#include "kernels/gemm_pack.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {

template <typename T>
PackedMatrix<T>::PackedMatrix(MatrixView<T> b, std::int64_t k, std::int64_t n, ThreadPool* pool)
    : k_(k),
      n_(n),
      panels_((n + micro_kernel<T>().nr - 1) / micro_kernel<T>().nr),
      data_(k * panels_ * micro_kernel<T>().nr) {
  const int nr = micro_kernel<T>().nr;
  parallel_for(pool, panels_, static_cast<double>(k * nr) * 0.3,
               [&](std::int64_t first, std::int64_t last) {
                 for (std::int64_t panel = first; panel < last; ++panel) {
                   const MatrixView<T> part{b.data + panel * nr * b.column_stride, b.column_stride,
                                            b.row_stride};
                   pack_panel(part, std::min<std::int64_t>(nr, n - panel * nr), k, nr,
                              data_.get() + panel * nr * k);
                 }
               });
}

namespace {
// Tiles that end below the last row or right of the last column, through a copy of their rows:
// the micro-kernel would read rows that are not there.
template <typename T>
void multiply_edge(const MicroKernel<T>& kernel, std::int64_t rows, std::int64_t columns,
                   std::int64_t depth, const T* a, std::int64_t lda, const T* b, T* c,
                   std::int64_t ldc, bool accumulate) {
  alignas(64) T packed[kGemmDepth * kMaxTileRows];
  alignas(64) T sums[kMaxTile];
  pack_panel(MatrixView<T>{a, lda, 1}, rows, depth, kernel.mr, packed);
  kernel.run(depth, packed, b, sums, kernel.nr, false);
  store_edge(sums, kernel.nr, rows, columns, c, ldc, accumulate);
}
}  // namespace

template <typename T>
void PackedMatrix<T>::multiply(std::int64_t m, const T* a, std::int64_t lda, T* c,
                               std::int64_t ldc) const {
  const MicroKernel<T>& kernel = micro_kernel<T>();
  alignas(64) T sums[kMaxTile];
  for (std::int64_t p = 0; p < k_; p += kGemmDepth) {
    const std::int64_t depth = std::min(kGemmDepth, k_ - p);
    for (std::int64_t panel = 0; panel < panels_; ++panel) {
      const std::int64_t j = panel * kernel.nr;
      const T* b = data_.get() + j * k_ + p * kernel.nr;
      const std::int64_t columns = std::min<std::int64_t>(kernel.nr, n_ - j);
      std::int64_t i = 0;
      for (; i + kernel.mr <= m; i += kernel.mr) {
        const T* from = a + i * lda + p;
        T* to = c + i * ldc + j;
        if (columns == kernel.nr) {
          kernel.run_rows(depth, from, lda, b, to, ldc, p > 0);
        } else {
          kernel.run_rows(depth, from, lda, b, sums, kernel.nr, false);
          store_edge(sums, kernel.nr, kernel.mr, columns, to, ldc, p > 0);
        }
      }
      if (i < m) {
        multiply_edge(kernel, m - i, columns, depth, a + i * lda + p, lda, b, c + i * ldc + j, ldc,
                      p > 0);
      }
    }
  }
}

template class PackedMatrix<float>;
template class PackedMatrix<double>;

}  // namespace opscope::runtime
