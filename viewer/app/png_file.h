// Pixels to a PNG file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "opscope/result.h"
#include "ui/canvas.h"

namespace opscope::viewer {

struct Pixels {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgba;  // rows from the top, 4 bytes a pixel
};

// The part of `pixels` under `area`, which is in units of `density` pixels.
[[nodiscard]] Pixels cut_pixels(const Pixels& pixels, const Area& area, float density);

[[nodiscard]] Result<void> write_png(const std::string& path, const Pixels& pixels);

// Replaces the file's content. Fails with what the system says: no such folder, disk full.
[[nodiscard]] Result<void> write_file(const std::string& path, const std::string& bytes);

}  // namespace opscope::viewer
