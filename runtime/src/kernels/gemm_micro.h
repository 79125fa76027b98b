// The innermost loop of a matrix product, one version for each instruction set.
#pragma once

#include <cstdint>

namespace opscope::runtime {

// c[mr][nr] (rows `ldc` apart) = or += sum over p < k of a[p][mr] x b[p][nr], where b is packed: nr
// consecutive values for each p. c need not be aligned.
template <typename T>
struct MicroKernel {
  int mr;
  int nr;
  // a is packed: mr consecutive values for each p.
  void (*run)(std::int64_t k, const T* a, const T* b, T* c, std::int64_t ldc, bool accumulate);
  // a has its k values in a row, rows `lda` apart.
  void (*run_rows)(std::int64_t k, const T* a, std::int64_t lda, const T* b, T* c, std::int64_t ldc,
                   bool accumulate);
};

namespace baseline {
extern const MicroKernel<float> kFloatKernel;
extern const MicroKernel<double> kDoubleKernel;
}  // namespace baseline
#if defined(__x86_64__)
namespace avx2 {
extern const MicroKernel<float> kFloatKernel;
extern const MicroKernel<double> kDoubleKernel;
}  // namespace avx2
namespace avx512 {
extern const MicroKernel<float> kFloatKernel;
extern const MicroKernel<double> kDoubleKernel;
}  // namespace avx512
#endif

}  // namespace opscope::runtime
