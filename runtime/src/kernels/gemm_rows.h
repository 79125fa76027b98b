// Products of many left-hand sides, whose rows lie in memory one after another, with one packed
// right-hand side: the inner loop of convolutions.
#pragma once

#include <cstdint>

#include "kernels/gemm.h"
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

 private:
  std::int64_t k_;
  std::int64_t n_;
  std::int64_t panels_;
  Scratch<T> data_;
};

extern template class PackedMatrix<float>;
extern template class PackedMatrix<double>;

}  // namespace opscope::runtime
