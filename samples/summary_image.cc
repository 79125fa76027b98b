// Writes pictures: 8-bit RGB, float grey, and several under one step.
//
//   summary_image [LOGDIR]
#include <cstdint>
#include <cstdio>
#include <vector>

#include "opscope/summary/image.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/image");
  constexpr int kSize = 64;
  std::vector<std::uint8_t> rgb;
  std::vector<float> grey;
  for (int y = 0; y < kSize; ++y) {
    for (int x = 0; x < kSize; ++x) {
      const int pixel[] = {4 * x, 4 * y, (x ^ y) * 4};
      for (const int channel : pixel) rgb.push_back(static_cast<std::uint8_t>(channel));
      grey.push_back(static_cast<float>(x * y) / (kSize * kSize));
    }
  }
  const summary::ImageView<std::uint8_t> colors{
      .pixels = rgb, .width = kSize, .height = kSize, .channels = 3};
  const summary::ImageView<float> ramp{
      .pixels = grey, .width = kSize, .height = kSize, .channels = 1};
  summary::image(writer, "colors", colors, 0);
  summary::image(writer, "ramp", ramp, 0, {.description = "brighter to the lower right"});
  const std::vector<summary::ImageView<std::uint8_t>> both = {colors, colors};
  summary::images<std::uint8_t>(writer, "twice", both, 0);
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
