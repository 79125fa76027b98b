// Writes points on a sphere for the projector, with a label and a picture for each.
//
//   summary_projector [LOGDIR]
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "opscope/summary/projector.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/projector");
  constexpr int kPoints = 100;
  std::vector<float> values;
  std::vector<std::vector<std::string>> metadata;
  std::vector<std::vector<std::uint8_t>> pixels;
  std::vector<summary::ImageView<std::uint8_t>> pictures;
  for (int i = 0; i < kPoints; ++i) {
    const double z = 2. * i / (kPoints - 1) - 1;
    const double radius = std::sqrt(1 - z * z);
    for (const double coordinate : {radius * std::cos(2.4 * i), radius * std::sin(2.4 * i), z}) {
      values.push_back(static_cast<float>(coordinate));
    }
    metadata.push_back({std::to_string(i), z < 0 ? "south" : "north"});
    pixels.emplace_back(16 * 16, static_cast<std::uint8_t>(i * 255 / kPoints));
  }
  for (const auto& grey : pixels) {
    pictures.push_back({.pixels = grey, .width = 16, .height = 16, .channels = 1});
  }
  summary::embedding(
      writer, "sphere", {.values = values, .dimensions = 3},
      {.metadata_names = {"number", "half"}, .metadata = metadata, .pictures = pictures});
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
