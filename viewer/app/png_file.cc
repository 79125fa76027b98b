#include "app/png_file.h"

#include <stb_image_write.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdio>

namespace opscope::viewer {

Result<void> write_file(const std::string& path, const std::string& bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return error_from_errno(errno, "write", path);
  const bool is_written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const int write_error = errno;
  const bool is_closed = std::fclose(file) == 0;
  if (!is_written) return error_from_errno(write_error, "write", path);
  if (!is_closed) return error_from_errno(errno, "write", path);
  return {};
}

Pixels cut_pixels(const Pixels& pixels, const Area& area, float density) {
  const auto edge = [density](float at, int most) {
    return std::clamp(static_cast<int>(std::lround(at * density)), 0, most);
  };
  const int left = edge(area.left, pixels.width);
  const int top = edge(area.top, pixels.height);
  Pixels result;
  result.width = edge(area.right, pixels.width) - left;
  result.height = edge(area.bottom, pixels.height) - top;
  for (int y = 0; y < result.height; ++y) {
    const std::ptrdiff_t row = 4 * (static_cast<std::ptrdiff_t>(top + y) * pixels.width + left);
    const auto begin = pixels.rgba.begin() + row;
    result.rgba.insert(result.rgba.end(), begin, begin + 4 * result.width);
  }
  return result;
}

Result<void> write_png(const std::string& path, const Pixels& pixels) {
  std::string bytes;
  const auto append = [](void* context, void* data, int size) {
    static_cast<std::string*>(context)->append(static_cast<const char*>(data),
                                               static_cast<std::size_t>(size));
  };
  constexpr int kChannels = 4;
  if (stbi_write_png_to_func(append, &bytes, pixels.width, pixels.height, kChannels,
                             pixels.rgba.data(), pixels.width * kChannels) == 0) {
    return Error(ErrorCode::internal, "encode " + path + ": the PNG encoder failed");
  }
  return write_file(path, bytes);
}

}  // namespace opscope::viewer
