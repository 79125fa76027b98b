// Products of many left-hand sides with one packed right-hand side: the inner loop of convolutions.
#pragma once

#include <cstdint>

#include "kernels/gemm.h"
#include "kernels/gemm_micro.h"
#include "kernels/scratch.h"

namespace opscope::runtime {

// A matrix of k x n in the order the micro-kernel reads it. T is float or double.
template <typename T>
class PackedMatrix {
 public:
  // `pool` may be null. Copies `b`.
  PackedMatrix(MatrixView<T> b, std::int64_t k, std::int64_t n, ThreadPool* pool);

  // c (m x n, rows `ldc` apart) = a (m x k, rows `lda` apart) times this. Runs in the caller.
  void multiply(std::int64_t m, const T* a, std::int64_t lda, T* c, std::int64_t ldc) const;

  // The panels of columns.
  [[nodiscard]] std::int64_t num_panels() const noexcept { return panels_; }
  // One panel of columns of c (m rows, `ldc` apart, all columns): `into` of it and of a's m rows
  // times the rows of this from `first_row` on, as many as a is deep. Runs in the caller.
  void multiply_panel(std::int64_t panel, std::int64_t first_row, std::int64_t m, TileRows<T> a,
                      T* c, std::int64_t ldc, Into into) const;

 private:
  std::int64_t k_;
  std::int64_t n_;
  std::int64_t panels_;
  Scratch<T> data_;
};

extern template class PackedMatrix<float>;
extern template class PackedMatrix<double>;

}  // namespace opscope::runtime
