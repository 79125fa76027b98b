#include "opscope/summary/image.h"

#include <array>
#include <type_traits>
#include <vector>

#include "event_encoder.h"
#include "png.h"
#include "tag_check.h"
#include "tensor_summary.h"
#include "opscope/summary/sampling.h"

namespace opscope::summary {
namespace {

// A row of PNG is counted with 32 bits, and zlib's input, too.
constexpr std::int64_t kMaxSide = (std::int64_t{1} << 28) - 1;

Error bad_image(const std::string& what) {
  return Error(ErrorCode::invalid_argument, "an image " + what);
}

std::string size_text(std::int64_t width, std::int64_t height) {
  return std::to_string(width) + "x" + std::to_string(height) + " pixels";
}

void check_size(std::int64_t width, std::int64_t height) {
  if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide) {
    throw bad_image("of " + size_text(width, height) + "; each side must be from 1 to " +
                    std::to_string(kMaxSide));
  }
}

template <typename Pixel>
void check_image(const ImageView<Pixel>& image, int compression) {
  check_size(image.width, image.height);
  if (image.channels < 1 || image.channels > 4) {
    throw bad_image("of " + std::to_string(image.channels) + " channels; there may be 1 to 4");
  }
  if (compression < 0 || compression > 9) {
    throw bad_image("with compression " + std::to_string(compression) + "; from 0 to 9 exist");
  }
  const auto wanted = static_cast<std::uint64_t>(image.width) *
                      static_cast<std::uint64_t>(image.height) *
                      static_cast<std::uint64_t>(image.channels);
  if (image.pixels.size() != wanted) {
    throw bad_image("of " + size_text(image.width, image.height) + " and " +
                    std::to_string(image.channels) + " channels needs " + std::to_string(wanted) +
                    " values; got " + std::to_string(image.pixels.size()));
  }
}

std::string_view bytes_of(std::span<const std::uint8_t> pixels, std::string&) {
  return {reinterpret_cast<const char*>(pixels.data()), pixels.size()};
}

// PNG has the high byte first.
std::string_view bytes_of(std::span<const std::uint16_t> pixels, std::string& storage) {
  storage.reserve(2 * pixels.size());
  for (const std::uint16_t pixel : pixels) {
    storage.push_back(static_cast<char>(pixel >> 8));
    storage.push_back(static_cast<char>(pixel & 0xFF));
  }
  return storage;
}

// With TensorFlow's scale: [0, 1] falls into 256 parts of about one size.
std::string_view bytes_of(std::span<const float> pixels, std::string& storage) {
  storage.reserve(pixels.size());
  for (const float pixel : pixels) {
    const float scaled = pixel > 0 ? pixel * 255.5F : 0;  // NaN is not greater than 0
    storage.push_back(static_cast<char>(static_cast<std::uint8_t>(scaled < 255 ? scaled : 255)));
  }
  return storage;
}

}  // namespace

template <typename Pixel>
std::string encode_png(const ImageView<Pixel>& image, int compression) {
  check_image(image, compression);
  std::string storage;
  return write_png({.bytes = bytes_of(image.pixels, storage),
                    .width = static_cast<std::uint32_t>(image.width),
                    .height = static_cast<std::uint32_t>(image.height),
                    .channels = image.channels,
                    .bit_depth = std::is_same_v<Pixel, std::uint16_t> ? 16 : 8},
                   compression);
}

template <typename Pixel>
void images(FileWriter& writer, std::string_view tag, std::span<const ImageView<Pixel>> pictures,
            std::int64_t step, const ImageOptions& options) {
  if (!should_record()) return;
  check_tag(tag);
  if (pictures.empty()) throw bad_image("list for tag " + quoted(tag) + " is empty");
  const ImageView<Pixel>& first = pictures.front();
  std::vector<std::string> files;
  for (const ImageView<Pixel>& picture : pictures) {
    if (picture.width != first.width || picture.height != first.height) {
      throw bad_image("of " + size_text(picture.width, picture.height) + " is with one of " +
                      size_text(first.width, first.height) + " under tag " + quoted(tag));
    }
    files.push_back(encode_png(picture, options.compression));
  }
  write_encoded_images(writer, tag, first.width, first.height, files, step, options);
}

template std::string encode_png(const ImageView<std::uint8_t>&, int);
template std::string encode_png(const ImageView<std::uint16_t>&, int);
template std::string encode_png(const ImageView<float>&, int);
template void images(FileWriter&, std::string_view, std::span<const ImageView<std::uint8_t>>,
                     std::int64_t, const ImageOptions&);
template void images(FileWriter&, std::string_view, std::span<const ImageView<std::uint16_t>>,
                     std::int64_t, const ImageOptions&);
template void images(FileWriter&, std::string_view, std::span<const ImageView<float>>, std::int64_t,
                     const ImageOptions&);

void write_encoded_images(FileWriter& writer, std::string_view tag, std::int64_t width,
                          std::int64_t height, std::span<const std::string> files,
                          std::int64_t step, const ImageOptions& options) {
  check_tag(tag);
  check_size(width, height);
  const std::string width_text = std::to_string(width);
  const std::string height_text = std::to_string(height);
  std::vector<std::string_view> strings = {width_text, height_text};
  strings.insert(strings.end(), files.begin(), files.end());
  const auto count = static_cast<std::int64_t>(strings.size());
  const std::string summary = encode_tensor_summary(tag, encode_string_tensor(strings, {&count, 1}),
                                                    {.plugin_name = "images",
                                                     .display_name = options.display_name,
                                                     .description = options.description});
  writer.serialized_event(encode_event(writer.wall_time(), step, EventKind::summary, summary));
}

}  // namespace opscope::summary
