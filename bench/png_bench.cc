// Encoding of a 1024x1024 RGB picture as PNG, beside libpng at its default. Each picture's row has
// the size of the file, too.
#include <benchmark/benchmark.h>
#include <libpng/png.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "opscope/summary/image.h"

namespace {

constexpr int kSize = 1024;
using Pixels = std::vector<std::uint8_t>;

// A rendered scene: shaded spheres before a gradient.
Pixels rendered() {
  struct Sphere {
    double x, y, radius;
  };
  std::mt19937 random(2);
  std::vector<Sphere> spheres(60);
  for (auto& [x, y, radius] : spheres) {
    x = static_cast<double>(random() % kSize);
    y = static_cast<double>(random() % kSize);
    radius = 20. + static_cast<double>(random() % 150);
  }
  Pixels pixels;
  for (int row = 0; row < kSize; ++row) {
    for (int column = 0; column < kSize; ++column) {
      double light = 0.2 + 0.3 * row / kSize;
      double nearest = 0;
      for (const auto& [x, y, radius] : spheres) {
        const double dx = (column - x) / radius;
        const double dy = (row - y) / radius;
        const double height = std::sqrt(std::max(0., 1 - dx * dx - dy * dy));
        if (height * radius <= nearest) continue;
        nearest = height * radius;
        light = std::max(0.05, 0.6 * height - 0.5 * dx - 0.5 * dy);
      }
      for (const double tint : {1., 0.8, 0.6}) {
        pixels.push_back(static_cast<std::uint8_t>(std::min(255., 255 * light * tint)));
      }
    }
  }
  return pixels;
}

// The same as a camera would see it, with noise in the lowest bits.
Pixels photographed() {
  Pixels pixels = rendered();
  std::mt19937 random(1);
  for (std::uint8_t& value : pixels) {
    value = static_cast<std::uint8_t>(std::min(255, value + static_cast<int>(random() % 8)));
  }
  return pixels;
}

// A chart: white with thin lines.
Pixels drawn() {
  Pixels pixels(std::size_t{kSize} * kSize * 3, 255);
  for (int x = 0; x < kSize; ++x) {
    for (int line = 0; line < 5; ++line) {
      const auto y = static_cast<int>(512 + 400 * std::sin(x * 0.01 + line));
      const auto at = static_cast<std::size_t>(y * kSize + x) * 3;
      pixels[at] = static_cast<std::uint8_t>(50 * line);
      pixels[at + 1] = 80;
    }
  }
  return pixels;
}

Pixels noise() {
  Pixels pixels(std::size_t{kSize} * kSize * 3);
  std::mt19937 random(1);
  for (std::uint8_t& value : pixels) value = static_cast<std::uint8_t>(random());
  return pixels;
}

const Pixels& picture(std::int64_t number) {
  static const Pixels pictures[] = {rendered(), photographed(), drawn(), noise()};
  return pictures[number];
}

const char* name(std::int64_t number) {
  constexpr const char* kNames[] = {"rendered", "photographed", "drawn", "noise"};
  return kNames[number];
}

void append(png_structp png, png_bytep bytes, png_size_t size) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<char*>(bytes), size);
}

std::string encode_with_libpng(const Pixels& pixels) {
  std::string out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  if (setjmp(png_jmpbuf(png)) != 0) std::abort();
  png_set_write_fn(png, &out, append, nullptr);
  png_set_IHDR(png, info, kSize, kSize, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (int y = 0; y < kSize; ++y) {
    png_write_row(png, pixels.data() + static_cast<std::size_t>(y) * kSize * 3);
  }
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return out;
}

void report(benchmark::State& state, const std::string& file) {
  state.counters["file_bytes"] = static_cast<double>(file.size());
  state.SetLabel(name(state.range(0)));
}

void BM_Png(benchmark::State& state) {
  const opscope::summary::ImageView<std::uint8_t> image{
      .pixels = picture(state.range(0)), .width = kSize, .height = kSize, .channels = 3};
  std::string file;
  for (auto _ : state) file = opscope::summary::encode_png(image);
  report(state, file);
}
BENCHMARK(BM_Png)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

void BM_LibPng(benchmark::State& state) {
  std::string file;
  for (auto _ : state) file = encode_with_libpng(picture(state.range(0)));
  report(state, file);
}
BENCHMARK(BM_LibPng)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
