#include "app/image_decode.h"

#include <stb_image.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

namespace opscope::viewer {

namespace {

Error not_decodable(const std::string& why) {
  return {ErrorCode::data_loss, "the image cannot be decoded: " + why};
}

}  // namespace

Result<Pixels> decode_image(std::string_view encoded) {
  constexpr int kChannels = 4;
  constexpr std::int64_t kMostPixels = 100'000'000;
  if (encoded.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return not_decodable("it has more than 2 GiB");
  }
  const auto* bytes = reinterpret_cast<const stbi_uc*>(encoded.data());
  const int size = static_cast<int>(encoded.size());
  Pixels pixels;
  int channels = 0;
  if (stbi_info_from_memory(bytes, size, &pixels.width, &pixels.height, &channels) == 0) {
    return not_decodable("it is no PNG, JPEG, GIF or BMP");
  }
  const std::int64_t count = std::int64_t{pixels.width} * pixels.height;
  if (count > kMostPixels) return not_decodable("it has more than 100 million pixels");
  const std::unique_ptr<stbi_uc, void (*)(void*)> decoded(
      stbi_load_from_memory(bytes, size, &pixels.width, &pixels.height, &channels, kChannels),
      stbi_image_free);
  if (!decoded) {
    return not_decodable(std::string("its data is damaged: ") + stbi_failure_reason());
  }
  pixels.rgba.assign(decoded.get(), decoded.get() + count * kChannels);
  return pixels;
}

}  // namespace opscope::viewer
