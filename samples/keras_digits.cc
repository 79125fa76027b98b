// Trains a multilayer perceptron and a small convolutional network on drawn digits, with everything
// that the TensorBoard callback writes.
//
//   keras_digits [LOGDIR] [--epochs N]       (default: logs/digits, 5)
#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/keras.h"
#include "opscope/profiler/profiler.h"

namespace {

namespace keras = opscope::keras;
using opscope::Shape;
using opscope::Tensor;

constexpr int kSize = 12;  // pixels

// 3 by 5 pixels each.
constexpr std::array<std::string_view, 10> kDigits = {
    "####.##.##.####", ".#.##..#..#.###", "###..#####..###", "###..####..####", "#.##.####..#..#",
    "####..###..####", "####..####.####", "###..#..#..#..#", "####.#####.####", "####.####..####"};

struct Digits {
  Tensor images;  // [n, kSize, kSize, 1]
  Tensor labels;  // [n]
};

// Digits at random places, twice as large, with noise.
Digits draw(int count, unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit));
  };
  std::vector<float> pixels(static_cast<std::size_t>(count) * kSize * kSize);
  std::vector<int> labels;
  for (int n = 0; n < count; ++n) {
    const int digit = below(10);
    const int left = below(kSize - 6 + 1);
    const int top = below(kSize - 10 + 1);
    for (int y = 0; y < kSize; ++y) {
      for (int x = 0; x < kSize; ++x) {
        const int column = x - left;
        const int row = y - top;
        const bool is_inside = column >= 0 && column < 6 && row >= 0 && row < 10;
        const auto cell = static_cast<std::size_t>(row / 2 * 3 + column / 2);
        const bool is_ink = is_inside && kDigits.at(static_cast<std::size_t>(digit))[cell] == '#';
        const float noise = static_cast<float>(below(1000)) / 5000.f;
        pixels[static_cast<std::size_t>((n * kSize + y) * kSize + x)] =
            (is_ink ? 0.8f : 0.f) + noise;
      }
    }
    labels.push_back(digit);
  }
  return {opscope::constant(pixels, {count, kSize, kSize, 1}), opscope::constant(labels)};
}

keras::Sequential perceptron() {
  using keras::Activation;
  keras::Sequential model(keras::ModelOptions{.name = "perceptron"});
  model.add(keras::Flatten({.input_shape = Shape{kSize, kSize, 1}}));
  model.add(keras::Dense(64, {.activation = Activation::relu}));
  model.add(keras::Dropout(0.1f));
  model.add(keras::Dense(10, {.activation = Activation::softmax}));
  return model;
}

// A functional model, with a batch normalisation between convolution and activation.
keras::Model convolutional() {
  using keras::Activation;
  const keras::KerasTensor image = keras::Input({kSize, kSize, 1}, {.name = "image"});
  keras::KerasTensor x = keras::Conv2D(8, 3, {.use_bias = false})(image);
  x = keras::BatchNormalization({.momentum = 0.9f})(x);
  x = keras::Activation(Activation::relu)(x);
  x = keras::MaxPooling2D(2)(x);
  x = keras::Conv2D(16, 3, {.activation = Activation::relu})(x);
  x = keras::GlobalAveragePooling2D()(x);
  return {
      image, keras::Dense(10, {.activation = Activation::softmax})(x), {.name = "convolutional"}};
}

void train(keras::Model model, const Digits& data, const std::string& logdir, int epochs) {
  model.summary();
  model.compile({.optimizer = keras::Adam({.learning_rate = 0.005}),
                 .loss = {keras::sparse_categorical_crossentropy()},
                 .metrics = {keras::accuracy()}});
  keras::TensorBoard board(
      logdir + "/" + model.name(),
      {.histogram_freq = 1, .update_freq = 5, .profile_first_batch = 10, .profile_last_batch = 12});
  keras::EarlyStopping stop({.monitor = "val_loss", .patience = 3});
  const keras::History history =
      model.fit(data.images, data.labels,
                {.epochs = epochs, .callbacks = {&board, &stop}, .validation_split = 0.2});
  std::printf("%s: accuracy %.3f, of new digits %.3f\n", model.name().c_str(),
              history.at("accuracy").back(), history.at("val_accuracy").back());
}

}  // namespace

int main(int argc, char** argv) try {
  std::string logdir = "logs/digits";
  int epochs = 5;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--epochs" && i + 1 < argc) {
      epochs = std::atoi(argv[++i]);
    } else {
      logdir = argv[i];
    }
  }
  keras::set_random_seed(1);
  const Digits data = draw(1000, 1);
  train(perceptron(), data, logdir, epochs);
  train(convolutional(), data, logdir, epochs);
  std::fprintf(stderr, "The logs are in %s\n", logdir.c_str());
  return 0;
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "keras_digits: %s\n", error.what());
  return 1;
}
