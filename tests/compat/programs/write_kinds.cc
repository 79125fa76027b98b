// Writes every kind of summary with known contents, for kinds_compat_test.py, below the logdir that
// is its argument: the runs "opscope" and "opscope_sessions/{0,1,2}", and the projector's files.
// The Python test computes the same numbers by the same formulas.
#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "opscope/summary/audio.h"
#include "opscope/summary/custom_scalars.h"
#include "opscope/summary/file_writer.h"
#include "opscope/summary/histogram.h"
#include "opscope/summary/hparams.h"
#include "opscope/summary/image.h"
#include "opscope/summary/mesh.h"
#include "opscope/summary/pr_curve.h"
#include "opscope/summary/projector.h"
#include "opscope/summary/scalars.h"
#include "opscope/summary/tensor.h"

namespace {

namespace summary = opscope::summary;
using summary::FileWriter;

constexpr int kSteps = 3;

void write_scalars(FileWriter& writer) {
  for (int step = 0; step < 20; ++step) {
    const double value = step * 0.5;
    summary::scalars(writer, "wave", {{"value", value}, {"lower", value - 1}, {"upper", value + 1}},
                     step);
  }
}

void write_histograms(FileWriter& writer) {
  for (int step = 0; step < kSteps; ++step) {
    std::vector<float> values;
    std::vector<std::int64_t> integers;
    for (int i = 0; i < 1000; ++i) {
      values.push_back(static_cast<float>(i * 7919 % 1000) / 1000.f + static_cast<float>(step));
      integers.push_back(i * 31 % 17);
    }
    summary::histogram(writer, "spread", values, step);
    summary::histogram(writer, "integers", integers, step, {.buckets = 8});
    summary::histogram(writer, "one_value", std::vector<float>(5, 2.5f), step);
    summary::histogram(writer, "nothing", std::vector<float>(), step);
  }
}

void write_images(FileWriter& writer) {
  constexpr int kWidth = 19;
  constexpr int kHeight = 11;
  for (int channels = 1; channels <= 4; ++channels) {
    std::vector<std::uint8_t> pixels;
    std::vector<float> floats;
    for (int i = 0; i < kWidth * kHeight * channels; ++i) {
      pixels.push_back(static_cast<std::uint8_t>(i * 37 % 256));
      floats.push_back(static_cast<float>(i % 97) / 80.f - 0.1f);  // some beyond 0 and 1
    }
    const std::string suffix = std::to_string(channels);
    const summary::ImageView<std::uint8_t> bytes{
        .pixels = pixels, .width = kWidth, .height = kHeight, .channels = channels};
    const std::vector<summary::ImageView<std::uint8_t>> both = {bytes, bytes};
    summary::images<std::uint8_t>(writer, "bytes" + suffix, both, 0);
    summary::image(writer, "floats" + suffix,
                   summary::ImageView<float>{
                       .pixels = floats, .width = kWidth, .height = kHeight, .channels = channels},
                   0);
  }
}

void write_audio(FileWriter& writer) {
  for (const std::uint16_t channels : {std::uint16_t{1}, std::uint16_t{2}}) {
    std::vector<float> samples;
    for (int i = 0; i < 800 * channels; ++i) {
      samples.push_back(static_cast<float>(i % 201 - 100) / 128.f);
    }
    const summary::AudioView clip{.samples = samples, .sample_rate = 8000, .channels = channels};
    const std::vector<summary::AudioView> twice = {clip, clip};
    summary::audio(writer, "clip" + std::to_string(channels), twice, 0, {.description = "a *saw*"});
  }
}

void write_pr_curves(FileWriter& writer) {
  constexpr std::size_t kCount = 500;
  const auto labels = std::make_unique<bool[]>(kCount);
  std::vector<float> predictions;
  std::vector<double> weights;
  for (std::size_t i = 0; i < kCount; ++i) {
    labels[i] = i % 3 == 0;
    predictions.push_back(static_cast<float>(i * 29 % 128) / 128.f);
    weights.push_back(static_cast<double>(i % 4) * 0.25);
  }
  const std::span<const bool> positives(labels.get(), kCount);
  summary::pr_curve(writer, "detector", positives, predictions, 0, {.thresholds = 11});
  summary::pr_curve(writer, "weighted", positives, predictions, 0,
                    {.thresholds = 11, .weights = weights});
}

void write_mesh(FileWriter& writer) {
  const std::vector<float> vertices = {1, 1, 1, -1, -1, 1, -1, 1, -1, 1, -1, -1};
  const std::vector<std::int32_t> faces = {0, 1, 2, 0, 3, 1, 0, 2, 3, 1, 3, 2};
  const std::vector<std::uint8_t> colors = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0};
  summary::mesh(writer, "tetrahedron", {.vertices = vertices, .faces = faces, .colors = colors}, 0,
                {.config_json = R"({"camera": {"cls": "PerspectiveCamera", "fov": 75}})"});
}

void write_custom_scalars(FileWriter& writer) {
  summary::custom_scalars(
      writer,
      {{.title = "waves",
        .charts = {{"all", summary::MultilineChart{{"wave/.*"}}},
                   {"band", summary::MarginChart{{{"wave/value", "wave/lower", "wave/upper"}}}}}}});
}

void write_tensor(FileWriter& writer) {
  const std::vector<double> values = {1, 2, 3, 4, 5, 6.5};
  const std::array<std::int64_t, 2> shape = {2, 3};
  summary::tensor<double>(writer, "table", values, shape, 7);
}

void write_embedding(const FileWriter& writer) {
  constexpr int kPoints = 6;
  std::vector<float> values;
  std::vector<std::vector<std::string>> metadata;
  std::vector<std::vector<std::uint8_t>> pixels;
  std::vector<summary::ImageView<std::uint8_t>> pictures;
  for (int i = 0; i < kPoints; ++i) {
    for (int axis = 0; axis < 4; ++axis) {
      values.push_back(static_cast<float>(i) + 0.25f * static_cast<float>(axis));
    }
    metadata.push_back({"point " + std::to_string(i), i % 2 == 0 ? "even" : "odd"});
    pixels.emplace_back(8 * 8 * 3, static_cast<std::uint8_t>(40 * i));
  }
  for (const auto& rgb : pixels) pictures.push_back({.pixels = rgb, .width = 8, .height = 8});
  summary::EmbeddingOptions options{
      .metadata_names = {"name", "parity"}, .metadata = metadata, .pictures = pictures};
  summary::embedding(writer, "as_text", {.values = values, .dimensions = 4}, options);
  options.format = summary::EmbeddingFormat::bytes;
  summary::embedding(writer, "as_bytes", {.values = values, .dimensions = 4}, options);
}

void write_sessions(const std::string& logdir) {
  FileWriter experiment = summary::create_file_writer(logdir);
  summary::hparams_experiment(experiment,
                              {{.name = "method", .choices = {"euler", "verlet"}},
                               {.name = "time_step", .interval = {{0.001, 0.1}}},
                               {.name = "is_symplectic", .choices = {true, false}}},
                              {{.tag = "error", .display_name = "energy error"}});
  experiment.close();
  for (int i = 0; i < 3; ++i) {
    FileWriter session = summary::create_file_writer(logdir + "/" + std::to_string(i));
    summary::hparams_session_start(session, {{"method", i == 0 ? "euler" : "verlet"},
                                             {"time_step", 0.01 * (i + 1)},
                                             {"is_symplectic", i != 0}});
    session.scalar("error", 1. / (i + 1), 0);
    using summary::SessionStatus;
    if (i == 0) summary::hparams_session_end(session);
    if (i == 1) summary::hparams_session_end(session, SessionStatus::failure);
    session.close();
  }
}

void write_all(const std::string& logdir) {
  FileWriter writer = summary::create_file_writer(logdir + "/opscope");
  write_scalars(writer);
  write_histograms(writer);
  write_images(writer);
  write_audio(writer);
  writer.text("notes", "**bold**, `code` and 日本語", 2);
  write_pr_curves(writer);
  write_mesh(writer);
  write_custom_scalars(writer);
  write_tensor(writer);
  write_embedding(writer);
  writer.scalar("last", 1, 0);  // when it is there, everything is
  writer.close();
  write_sessions(logdir + "/opscope_sessions");
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: compat_write_kinds LOGDIR\n");
    return 2;
  }
  write_all(argv[1]);
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
