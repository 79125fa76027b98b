// Matrix products.
#pragma once

#include <cstdint>

#include "core/thread_pool.h"

namespace opscope::runtime {

// A matrix in memory: element (i, j) is data[i * row_stride + j * column_stride].
template <typename T>
struct MatrixView {
  const T* data;
  std::int64_t row_stride;
  std::int64_t column_stride;

  [[nodiscard]] MatrixView transposed() const noexcept { return {data, column_stride, row_stride}; }
};

// c (m x n, rows `ldc` apart) = a (m x k) times b (k x n). c overlaps neither. float and double use
// the widest instructions the processor has; `pool` may be null.
template <typename T>
void gemm(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<T> a, MatrixView<T> b, T* c,
          std::int64_t ldc, ThreadPool* pool);

// As gemm, adding to c.
template <typename T>
void gemm_add(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<T> a, MatrixView<T> b,
              T* c, std::int64_t ldc, ThreadPool* pool);

// c -= rate * (a times b), the same bits as from gemm and VectorLoops::gradient_descent one after
// the other, without the product in memory. Returns false, having done nothing, for sizes where
// the bits would not be those.
[[nodiscard]] bool gemm_descend(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<float> a,
                                MatrixView<float> b, float rate, float* c, std::int64_t ldc,
                                ThreadPool* pool);

extern template void gemm<float>(std::int64_t, std::int64_t, std::int64_t, MatrixView<float>,
                                 MatrixView<float>, float*, std::int64_t, ThreadPool*);
extern template void gemm<double>(std::int64_t, std::int64_t, std::int64_t, MatrixView<double>,
                                  MatrixView<double>, double*, std::int64_t, ThreadPool*);
extern template void gemm_add<float>(std::int64_t, std::int64_t, std::int64_t, MatrixView<float>,
                                     MatrixView<float>, float*, std::int64_t, ThreadPool*);
extern template void gemm_add<double>(std::int64_t, std::int64_t, std::int64_t, MatrixView<double>,
                                      MatrixView<double>, double*, std::int64_t, ThreadPool*);

}  // namespace opscope::runtime
