// A parallel ray tracer that has nothing to do with tensors, and what it takes to see inside: the
// lines that end in "// +" were added or changed. They log the brightness and the time of every
// frame, the pictures, the program's own pipeline with the time of every stage, and a profile of
// all threads.
//
//   existing_program [LOGDIR]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <numeric>
#include <optional>
#include <thread>
#include <vector>

#include "opscope/profiler/profiler.h"      // +
#include "opscope/summary/file_writer.h"    // +
#include "opscope/summary/graph_builder.h"  // +
#include "opscope/summary/image.h"          // +

namespace {

constexpr int kWidth = 160;
constexpr int kHeight = 120;
constexpr int kFrames = 8;

struct Vec {
  float x = 0, y = 0, z = 0;
};
Vec operator+(Vec a, Vec b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
Vec operator-(Vec a, Vec b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
Vec operator*(Vec a, float s) { return {a.x * s, a.y * s, a.z * s}; }
float dot(Vec a, Vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
Vec normalize(Vec a) { return a * (1 / std::sqrt(dot(a, a))); }

struct Sphere {
  Vec center;
  float radius = 1;
  float brightness = 1;
};

struct Hit {
  float distance = 0;
  const Sphere* sphere = nullptr;
};

using Scene = std::vector<Sphere>;

// The balls circle round each other.
Scene make_scene(int frame) {
  OPSCOPE_ZONE("make_scene");  // +
  Scene scene = {{{0, -101, 6}, 100, 0.5f}};
  for (int i = 0; i < 6; ++i) {
    const float angle = static_cast<float>(i) + 0.3f * static_cast<float>(frame);
    scene.push_back({{2 * std::cos(angle), 0, 6 + 2 * std::sin(angle)}, 0.6f, 0.9f});
  }
  return scene;
}

std::optional<Hit> intersect(const Scene& scene, Vec origin, Vec direction) {
  std::optional<Hit> nearest;
  for (const Sphere& sphere : scene) {
    const Vec to_center = sphere.center - origin;
    const float along = dot(to_center, direction);
    const float inside = sphere.radius * sphere.radius - dot(to_center, to_center) + along * along;
    if (inside <= 0) continue;
    const float distance = along - std::sqrt(inside);
    if (distance > 1e-3f && (!nearest || distance < nearest->distance)) {
      nearest = Hit{distance, &sphere};
    }
  }
  return nearest;
}

float shade(const Scene& scene, Vec direction) {
  const std::optional<Hit> hit = intersect(scene, {}, direction);
  if (!hit) return 0.1f;
  const Vec point = direction * hit->distance;
  const Vec normal = normalize(point - hit->sphere->center);
  const Vec light = normalize({-1, 2, -1});
  if (intersect(scene, point + normal * 1e-3f, light)) return 0.05f;
  return 0.05f + hit->sphere->brightness * std::max(dot(normal, light), 0.f);
}

void trace_row(const Scene& scene, int y, std::vector<float>& pixels) {
  OPSCOPE_ZONE("trace_row", "y", y);  // +
  for (int x = 0; x < kWidth; ++x) {
    const Vec direction{static_cast<float>(x - kWidth / 2) / kHeight,
                        static_cast<float>(kHeight / 2 - y) / kHeight, 1};
    pixels[static_cast<std::size_t>(y * kWidth + x)] = shade(scene, normalize(direction));
  }
}

// The threads take the rows as they come.
std::vector<float> trace(const Scene& scene) {
  std::vector<float> pixels(kWidth * kHeight);
  std::atomic<int> next_row = 0;
  const auto work = [&] {
    for (int y = next_row++; y < kHeight; y = next_row++) trace_row(scene, y, pixels);
  };
  std::vector<std::thread> threads(3);
  for (std::thread& thread : threads) thread = std::thread(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return pixels;
}

float tone_map(std::vector<float>& pixels) {
  OPSCOPE_ZONE("tone_map");  // +
  for (float& pixel : pixels) pixel = std::sqrt(pixel / (pixel + 0.3f));
  return std::accumulate(pixels.begin(), pixels.end(), 0.f) / static_cast<float>(pixels.size());
}

}  // namespace

int main(int argc, char** argv) try {
  auto writer = opscope::summary::create_file_writer(argc > 1 ? argv[1] : "logs/rays");  // +
  opscope::summary::GraphBuilder graph;                                                  // +
  const auto scene_node = graph.node("scene", "MakeScene");                              // +
  const auto trace_node = graph.node("trace", "Trace", {.inputs = {scene_node}});        // +
  const auto tone_node = graph.node("tone_map", "ToneMap", {.inputs = {trace_node}});    // +
  graph.write(writer);                                                                   // +
  opscope::profiler::start({.samples_per_second = 5000});                                // +
  for (int frame = 0; frame < kFrames; ++frame) {
    const opscope::profiler::Step step(frame);  // +
    const auto begin = std::chrono::steady_clock::now();
    const Scene scene = graph.time(scene_node, [&] { return make_scene(frame); });     // +
    std::vector<float> pixels = graph.time(trace_node, [&] { return trace(scene); });  // +
    const float brightness = graph.time(tone_node, [&] { return tone_map(pixels); });  // +
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    std::printf("frame %d: brightness %.3f, %.1f ms\n", frame, static_cast<double>(brightness),
                seconds.count() * 1e3);
    writer.scalar("brightness", static_cast<double>(brightness), frame);           // +
    writer.scalar("frame_ms", seconds.count() * 1e3, frame);                       // +
    const opscope::summary::ImageView<float> picture{pixels, kWidth, kHeight, 1};  // +
    opscope::summary::image(writer, "frame", picture, frame);                      // +
  }
  graph.write_times(writer, "all frames", kFrames);     // +
  opscope::profiler::stop_and_export(writer.logdir());  // +
  writer.close();                                       // +
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
