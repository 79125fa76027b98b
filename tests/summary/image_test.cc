#include "opscope/summary/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#include <stb/stb_image.h>

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "summary/read_events.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;
using testing::ThrowsError;

constexpr auto kInvalid = ErrorCode::invalid_argument;

// A picture that gives every filter its chance: ramps in both directions, noise, flat parts.
template <typename Pixel>
std::vector<Pixel> pixels_of(int width, int height, int channels, unsigned max) {
  std::mt19937 random(3);  // NOLINT: the same picture in every run
  std::vector<Pixel> pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const unsigned kinds[] = {static_cast<unsigned>(x) * 7U, static_cast<unsigned>(y) * 9U,
                                  static_cast<unsigned>(x + y) * 5U,
                                  static_cast<unsigned>(random()), 200U};
        pixels.push_back(static_cast<Pixel>(kinds[static_cast<unsigned>(y / 3) % 5] & max));
      }
    }
  }
  return pixels;
}

const stbi_uc* data_of(const std::string& png) {
  return reinterpret_cast<const stbi_uc*>(png.data());
}

template <typename Pixel, typename Load>
std::vector<Pixel> decode(const std::string& png, int channels, const Load& load) {
  int width = 0;
  int height = 0;
  int found = 0;
  const std::unique_ptr<Pixel, void (*)(void*)> pixels(
      load(data_of(png), static_cast<int>(png.size()), &width, &height, &found, 0),
      stbi_image_free);
  EXPECT_NE(pixels, nullptr) << stbi_failure_reason();
  EXPECT_EQ(found, channels);
  if (pixels == nullptr) return {};
  return {pixels.get(), pixels.get() + width * height * found};
}

TEST(Image, IsDecodedToTheSamePixels) {
  for (int channels = 1; channels <= 4; ++channels) {
    for (const auto& [width, height] : {std::pair{1, 1}, {1, 7}, {13, 31}, {200, 60}}) {
      const auto small = pixels_of<std::uint8_t>(width, height, channels, 0xFF);
      const auto large = pixels_of<std::uint16_t>(width, height, channels, 0xFFFF);
      for (const int compression : {0, 4, 9}) {
        const std::string png8 =
            encode_png(ImageView<std::uint8_t>{small, width, height, channels}, compression);
        EXPECT_EQ(decode<stbi_uc>(png8, channels, stbi_load_from_memory), small);
        const std::string png16 =
            encode_png(ImageView<std::uint16_t>{large, width, height, channels}, compression);
        EXPECT_EQ(decode<stbi_us>(png16, channels, stbi_load_16_from_memory), large);
        EXPECT_TRUE(stbi_is_16_bit_from_memory(data_of(png16), static_cast<int>(png16.size())));
      }
    }
  }
}

TEST(Image, SpansSeveralChunksOfTheFile) {
  std::vector<std::uint8_t> noise(600 * 600 * 3);
  std::mt19937 random(4);  // NOLINT: the same picture in every run
  for (std::uint8_t& pixel : noise) pixel = static_cast<std::uint8_t>(random());
  const std::string png = encode_png(ImageView<std::uint8_t>{noise, 600, 600, 3});
  EXPECT_GT(png.size(), std::size_t{1} << 20);
  EXPECT_EQ(decode<stbi_uc>(png, 3, stbi_load_from_memory), noise);
}

TEST(Image, KeepsRepetitionsSmall) {
  std::vector<std::uint8_t> tiles(512 * 512 * 3);
  std::mt19937 random(5);  // NOLINT: the same picture in every run
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    // Noise, the same in each row of tiles.
    tiles[i] = i < 512 * 3 * 8 ? static_cast<std::uint8_t>(random()) : tiles[i - 512 * 3 * 8];
  }
  const std::string png = encode_png(ImageView<std::uint8_t>{tiles, 512, 512, 3});
  EXPECT_LT(png.size(), tiles.size() / 20);
  EXPECT_EQ(decode<stbi_uc>(png, 3, stbi_load_from_memory), tiles);
}

TEST(Image, TakesFloatsFromBlackToWhite) {
  // By tf.image.convert_image_dtype(x, tf.uint8, saturate=True).
  const std::vector<float> values = {0, 1, 0.5F, -1, 2, NAN, 0.25F, INFINITY};
  const std::string png = encode_png(ImageView<float>{values, 8, 1, 1});
  EXPECT_THAT(decode<stbi_uc>(png, 1, stbi_load_from_memory),
              ElementsAre(0, 255, 127, 0, 255, 0, 63, 255));
}

TEST(Image, IsWrittenAsSizeAndFiles) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const std::vector<std::uint8_t> pixels = {1, 2, 3, 4, 5, 6};
  const ImageView<std::uint8_t> picture{pixels, 2, 1, 3};
  const std::vector<ImageView<std::uint8_t>> two = {picture, picture};
  image(writer, "one", picture, 1, {.display_name = "One", .description = "*d*"});
  images(writer, "two", std::span<const ImageView<std::uint8_t>>(two), 2);
  write_encoded_images(writer, "ready", 3, 4, std::vector<std::string>{"GIF89a"}, 3);
  writer.close();
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  ASSERT_EQ(events.size(), 3U);
  const std::string png = encode_png(picture);
  const auto strings = [&](std::size_t i) {
    return events[i].summary().value(0).tensor().string_val();
  };
  EXPECT_THAT(strings(0), ElementsAre("2", "1", png));
  EXPECT_THAT(strings(1), ElementsAre("2", "1", png, png));
  EXPECT_THAT(strings(2), ElementsAre("3", "4", "GIF89a"));
  const proto::SummaryMetadata& metadata = events[0].summary().value(0).metadata();
  EXPECT_EQ(metadata.plugin_data().plugin_name(), "images");
  EXPECT_EQ(metadata.display_name(), "One");
  EXPECT_EQ(metadata.summary_description(), "*d*");
  EXPECT_EQ(events[1].summary().value(0).tensor().tensor_shape().dim(0).size(), 4);
}

TEST(Image, RefusesWhatIsNoPicture) {
  const std::vector<std::uint8_t> pixels(6);
  const auto encode = [&](std::int64_t width, std::int64_t height, int channels) {
    static_cast<void>(encode_png(ImageView<std::uint8_t>{pixels, width, height, channels}));
  };
  EXPECT_THAT([&] { encode(0, 1, 3); }, ThrowsError(kInvalid, "an image of 0x1 pixels"));
  EXPECT_THAT([&] { encode(1, -1, 3); }, ThrowsError(kInvalid, "an image of 1x-1 pixels"));
  EXPECT_THAT([&] { encode(6, 1, 0); },
              ThrowsError(kInvalid, "of 0 channels; there may be 1 to 4"));
  EXPECT_THAT([&] { encode(2, 2, 3); },
              ThrowsError(kInvalid, "2x2 pixels and 3 channels needs 12 values; got 6"));
  EXPECT_THAT(
      [&] {
        static_cast<void>(encode_png(ImageView<std::uint8_t>{pixels, 2, 1, 3}, 10));
      },
      ThrowsError(kInvalid, "compression 10"));
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const std::vector<ImageView<std::uint8_t>> mixed = {{pixels, 2, 1, 3}, {pixels, 1, 2, 3}};
  EXPECT_THAT([&] { images(writer, "t", std::span<const ImageView<std::uint8_t>>(mixed), 0); },
              ThrowsError(kInvalid, "of 1x2 pixels is with one of 2x1 pixels under tag \"t\""));
  EXPECT_THAT([&] { images(writer, "t", std::span<const ImageView<std::uint8_t>>(), 0); },
              ThrowsError(kInvalid, "empty"));
}

}  // namespace
}  // namespace opscope::summary
