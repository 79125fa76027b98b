// PNG's row filters: a row as differences from its neighbours compresses better.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace opscope::summary {

// Filters the rows of one image, from the first to the last.
class PngFilter {
 public:
  // row_bytes: of a row; pixel_bytes: of one pixel in it.
  PngFilter(std::size_t row_bytes, std::size_t pixel_bytes);

  // The filter's number and the filtered row, for the filter whose differences are smallest in
  // sum. `row` has row_bytes bytes. Valid until the next call.
  std::span<const std::uint8_t> next(const std::uint8_t* row);

 private:
  std::size_t row_bytes_;
  std::size_t pixel_bytes_;
  // Both with pixel_bytes zeros before the row, which stand for what is left of the image.
  std::vector<std::uint8_t> above_;
  std::vector<std::uint8_t> row_;
  std::vector<std::uint8_t> best_;
  std::vector<std::uint8_t> candidate_;
};

}  // namespace opscope::summary
