// Pictures, for the Images page.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "opscope/summary/file_writer.h"

namespace opscope::summary {

// Borrowed pixels: rows from top to bottom, channels next to each other. Channels: 1 grey, 2 grey
// and alpha, 3 RGB, 4 RGB and alpha. Pixel is std::uint8_t, std::uint16_t, or float from 0 (black)
// to 1 (white), which becomes 8 bits; float values beyond are cut, NaN is 0.
template <typename Pixel>
struct ImageView {
  std::span<const Pixel> pixels;
  std::int64_t width = 0;
  std::int64_t height = 0;
  int channels = 3;
};

struct ImageOptions {
  int compression = 4;  // zlib's: 0 (none) to 9 (smallest)
  std::string_view display_name{};
  std::string_view description{};  // markdown
};

// The picture as a PNG file. Throws invalid_argument when width, height, channels and the number of
// pixels do not fit together, and for a picture without pixels.
template <typename Pixel>
[[nodiscard]] std::string encode_png(const ImageView<Pixel>& image, int compression = 4);

// Pictures that are PNG, JPEG, GIF, BMP or SVG files already, all of that size.
void write_encoded_images(FileWriter& writer, std::string_view tag, std::int64_t width,
                          std::int64_t height, std::span<const std::string> files,
                          std::int64_t step, const ImageOptions& options = {});

// Several pictures of one size under one step.
template <typename Pixel>
void images(FileWriter& writer, std::string_view tag, std::span<const ImageView<Pixel>> pictures,
            std::int64_t step, const ImageOptions& options = {});

template <typename Pixel>
void image(FileWriter& writer, std::string_view tag, const ImageView<Pixel>& picture,
           std::int64_t step, const ImageOptions& options = {}) {
  images(writer, tag, std::span<const ImageView<Pixel>>(&picture, 1), step, options);
}

}  // namespace opscope::summary
