// The PNG file format (ISO/IEC 15948), writing only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace opscope::summary {

struct PngImage {
  std::string_view bytes;  // rows without gaps; 16-bit samples big-endian
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  int channels = 3;   // 1 to 4
  int bit_depth = 8;  // 8 or 16
};

// The sizes are right: the caller has checked them. Throws resource_exhausted when zlib has no
// memory.
std::string write_png(const PngImage& image, int compression);

}  // namespace opscope::summary
