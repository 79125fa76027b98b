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

template <typename T>
void PackedMatrix<T>::multiply(std::int64_t m, const T* a, std::int64_t lda, T* c,
                               std::int64_t ldc) const {
  for (std::int64_t p = 0; p < k_; p += kGemmDepth) {
    const TileRows<T> part{a + p, lda, 1, std::min(kGemmDepth, k_ - p)};
    for (std::int64_t panel = 0; panel < panels_; ++panel) {
      multiply_panel(panel, p, m, part, c, ldc, p > 0 ? Into::add : Into::store);
    }
  }
}

template <typename T>
void PackedMatrix<T>::multiply_panel(std::int64_t panel, std::int64_t first_row, std::int64_t m,
                                     TileRows<T> a, T* c, std::int64_t ldc, Into into) const {
  const MicroKernel<T>& kernel = micro_kernel<T>();
  const RowTiles tiles(m, kernel.mr);
  const std::int64_t j = panel * kernel.nr;
  const T* b = data_.get() + j * k_ + first_row * kernel.nr;
  const std::int64_t columns = std::min<std::int64_t>(kernel.nr, n_ - j);
  const T* const first = a.data;
  for (std::int64_t tile = 0; tile < tiles.count; ++tile) {
    const std::int64_t i = tiles.begin(tile);
    a.data = first + i * a.row_stride;
    run_tile(kernel, tiles.size(tile), columns, a, b, std::int64_t{kernel.nr}, c + i * ldc + j, ldc,
             {into});
  }
}

template class PackedMatrix<float>;
template class PackedMatrix<double>;

}  // namespace opscope::runtime
