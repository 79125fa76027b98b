// The innermost loop of a matrix product, one version for each instruction set.
#pragma once

#include <cstdint>

namespace opscope::runtime {

// What becomes of a product p and the value c in its place: p, c + p, or c - factor * p, rounded as
// VectorLoops::gradient_descent rounds it.
enum class Into : std::uint8_t { store, add, descend };

template <typename T>
struct Epilogue {
  Into into = Into::store;
  T factor{};
};

// The left-hand side of a tile, `runs * run` values deep: element (i, p) is
// data[i * row_stride + p / run * run_stride + p % run * column_stride]. A matrix is one run; the
// windows of neighbouring pixels have one for each row of the filter.
template <typename T>
struct TileRows {
  const T* data;
  std::int64_t row_stride;
  std::int64_t column_stride;
  std::int64_t run;
  std::int64_t runs = 1;
  std::int64_t run_stride = 0;
};

// c[rows][nr] becomes what `epilogue` makes of it and of the sum over p of a[rows][p] x b[p][nr].
// Rows of b are nr values, `ldb` apart; rows of c are `ldc` apart. Nothing need be aligned.
template <typename T>
using TileLoop = void (*)(const TileRows<T>& a, const T* b, std::int64_t ldb, T* c,
                          std::int64_t ldc, Epilogue<T> epilogue);

// Room for the rows of any micro-kernel's tile, and for the tile.
inline constexpr int kMaxTileRows = 16;
inline constexpr int kMaxTile = kMaxTileRows * 32;

template <typename T>
struct MicroKernel {
  int mr;  // most rows of a tile
  int nr;
  TileLoop<T> run[kMaxTileRows];  // [i]: tiles of i + 1 rows, i < mr
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
