#include "app/png_file.h"

#include <stb_image_write.h>

#include <cerrno>
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
