#include "kernels/gemm_pack.h"

#include <type_traits>

namespace opscope::runtime {
namespace {
typedef float FourFloats __attribute__((vector_size(16)));

FourFloats load_four(const float* from) noexcept {
  FourFloats values;
  __builtin_memcpy(&values, from, sizeof(values));
  return values;
}
void store_four(float* to, FourFloats values) noexcept {
  __builtin_memcpy(to, &values, sizeof(values));
}

// to[p * width + i] = from[i * stride + p] for i, p < 4.
void transpose_four(const float* from, std::int64_t stride, float* to,
                    std::int64_t width) noexcept {
  const FourFloats a = load_four(from);
  const FourFloats b = load_four(from + stride);
  const FourFloats c = load_four(from + 2 * stride);
  const FourFloats d = load_four(from + 3 * stride);
  const FourFloats ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const FourFloats ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const FourFloats cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const FourFloats cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  store_four(to, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
  store_four(to + width, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
  store_four(to + 2 * width, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
  store_four(to + 3 * width, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
}

// Values of `depth` done at a time: what is written meanwhile stays in the innermost cache.
constexpr std::int64_t kStep = 16;

// Rows that lie one after another become columns.
template <typename T>
void transpose(const T* from, std::int64_t stride, std::int64_t rows, std::int64_t depth, int width,
               T* to) {
  for (std::int64_t begin = 0; begin < depth; begin += kStep) {
    const std::int64_t end = std::min(depth, begin + kStep);
    std::int64_t i = 0;
    if constexpr (std::is_same_v<T, float>) {
      for (; end - begin == kStep && i + 4 <= rows; i += 4) {
        for (std::int64_t p = begin; p < end; p += 4) {
          transpose_four(from + i * stride + p, stride, to + p * width + i, width);
        }
      }
    }
    for (; i < rows; ++i) {
      for (std::int64_t p = begin; p < end; ++p) to[p * width + i] = from[i * stride + p];
    }
  }
}
}  // namespace

template <typename T>
void pack_panel(MatrixView<T> from, std::int64_t rows, std::int64_t depth, int width, T* to) {
  if (from.row_stride == 1) {
    for (std::int64_t p = 0; p < depth; ++p, to += width) {
      const T* column = from.data + p * from.column_stride;
      if (rows == width) {
        std::copy_n(column, width, to);
      } else {
        std::fill_n(std::copy_n(column, rows, to), width - rows, T{0});
      }
    }
    return;
  }
  if (from.column_stride == 1) {
    transpose(from.data, from.row_stride, rows, depth, width, to);
  } else {
    for (std::int64_t i = 0; i < rows; ++i) {
      const T* row = from.data + i * from.row_stride;
      for (std::int64_t p = 0; p < depth; ++p) to[p * width + i] = row[p * from.column_stride];
    }
  }
  for (std::int64_t p = 0; p < depth && rows < width; ++p) {
    std::fill_n(to + p * width + rows, width - rows, T{0});
  }
}

template void pack_panel<float>(MatrixView<float>, std::int64_t, std::int64_t, int, float*);
template void pack_panel<double>(MatrixView<double>, std::int64_t, std::int64_t, int, double*);

}  // namespace opscope::runtime
