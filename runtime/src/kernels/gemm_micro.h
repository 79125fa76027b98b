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

// c[rows][nr] becomes what `epilogue` makes of it and of the sum over p < k of
// a[rows][p] x b[p][nr]. Element (i, p) of a is a[i * a_row + p * a_column]; rows of b are nr
// values, `ldb` apart; rows of c are `ldc` apart. Nothing need be aligned.
template <typename T>
using TileLoop = void (*)(std::int64_t k, const T* a, std::int64_t a_row, std::int64_t a_column,
                          const T* b, std::int64_t ldb, T* c, std::int64_t ldc,
                          Epilogue<T> epilogue);

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
