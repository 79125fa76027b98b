#include "png_filter.h"

#include <algorithm>
#include <cstdlib>

namespace opscope::summary {
namespace {

// A byte, and its neighbours to the left, above, and above to the left.
using Predictor = std::uint8_t (*)(int left, int above, int corner);

std::uint8_t predict_none(int, int, int) { return 0; }
std::uint8_t predict_sub(int left, int, int) { return static_cast<std::uint8_t>(left); }
std::uint8_t predict_up(int, int above, int) { return static_cast<std::uint8_t>(above); }
std::uint8_t predict_average(int left, int above, int) {
  return static_cast<std::uint8_t>((left + above) / 2);
}
// Without branches, so that the compiler can do many at once.
std::uint8_t predict_paeth(int left, int above, int corner) {
  const auto distance = [](int a, int b) {
    return static_cast<std::int16_t>(a > b ? a - b : b - a);
  };
  const std::int16_t to_left = distance(above, corner);
  const std::int16_t to_above = distance(left, corner);
  const std::int16_t to_corner = distance(left + above, 2 * corner);
  const int of_two = to_above <= to_corner ? above : corner;
  const bool is_left = (to_left <= to_above) & (to_left <= to_corner);
  return static_cast<std::uint8_t>(is_left ? left : of_two);
}

// The bytes as signed differences, without their signs, added up.
std::uint64_t sum_of_differences(const std::uint8_t* bytes, std::size_t size) {
  // Sums of 16 bits hold 256 of them; the compiler does many at once.
  constexpr std::size_t kBlock = 256;
  std::uint64_t sum = 0;
  for (std::size_t begin = 0; begin < size; begin += kBlock) {
    std::uint16_t block_sum = 0;
    for (std::size_t i = begin; i < std::min(size, begin + kBlock); ++i) {
      const std::uint8_t negated = static_cast<std::uint8_t>(-bytes[i]);
      block_sum = static_cast<std::uint16_t>(block_sum + std::min(bytes[i], negated));
    }
    sum += block_sum;
  }
  return sum;
}

// Filters into `to`; gives the sum of the differences as signed bytes.
template <Predictor predict>
std::uint64_t filter_row(const std::uint8_t* row, const std::uint8_t* above, std::size_t size,
                         std::size_t pixel_bytes, std::uint8_t* to) {
  const std::uint8_t* const left = row - pixel_bytes;
  const std::uint8_t* const corner = above - pixel_bytes;
  for (std::size_t i = 0; i < size; ++i) {
    to[i] = static_cast<std::uint8_t>(row[i] - predict(left[i], above[i], corner[i]));
  }
  return sum_of_differences(to, size);
}

}  // namespace

PngFilter::PngFilter(std::size_t row_bytes, std::size_t pixel_bytes)
    : row_bytes_(row_bytes),
      pixel_bytes_(pixel_bytes),
      above_(row_bytes + pixel_bytes),
      row_(row_bytes + pixel_bytes),
      best_(row_bytes + 1),
      candidate_(row_bytes + 1) {}

std::span<const std::uint8_t> PngFilter::next(const std::uint8_t* row) {
  std::copy_n(row, row_bytes_, row_.begin() + static_cast<std::ptrdiff_t>(pixel_bytes_));
  using Filter = std::uint64_t (*)(const std::uint8_t*, const std::uint8_t*, std::size_t,
                                   std::size_t, std::uint8_t*);
  constexpr Filter kFilters[] = {filter_row<predict_none>, filter_row<predict_sub>,
                                 filter_row<predict_up>, filter_row<predict_average>,
                                 filter_row<predict_paeth>};
  std::uint64_t best_sum = UINT64_MAX;
  for (std::uint8_t number = 0; number < std::size(kFilters); ++number) {
    candidate_[0] = number;
    const std::uint64_t sum =
        kFilters[number](row_.data() + pixel_bytes_, above_.data() + pixel_bytes_, row_bytes_,
                         pixel_bytes_, candidate_.data() + 1);
    if (sum >= best_sum) continue;
    best_sum = sum;
    std::swap(best_, candidate_);
    if (sum == 0) break;
  }
  std::swap(row_, above_);
  return best_;
}

}  // namespace opscope::summary
