// Trains one model of those below and prints JSON: its initial weights, the data, the loss of each
// step and the weights at the end. The test beside it trains the same in TensorFlow.
//
//   compat_keras_train MODEL OPTIMIZER STEPS
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "opscope/keras.h"
#include "tensor_json.h"

namespace {

namespace keras = opscope::keras;
using opscope::Shape;
using opscope::Tensor;
using opscope::compat::tensor_json;

struct Task {
  keras::Sequential model;
  Tensor x;
  Tensor y;
};

Tensor normal(const Shape& shape, std::int64_t seed) {
  return opscope::stateless_random_normal(shape, {seed, 1});
}

// Class indices below `classes`.
Tensor classes_of(const Tensor& x, int classes) {
  const Tensor rows = opscope::reshape(x, {x.shape()[0], opscope::kAnyDim});
  const Tensor sums = opscope::reduce_sum(rows, {.axes = opscope::Axes{1}});
  const Tensor turned = (opscope::sin(sums) + 1.f) * (0.499f * static_cast<float>(classes));
  return opscope::cast(opscope::floor(turned), opscope::DType::int32);
}

Task make_task(const std::string& name) {
  using keras::Activation;
  keras::Sequential model;
  const Tensor points = normal({32, 8}, 1);
  if (name == "mlp") {
    model.add(keras::Dense(16, {.activation = Activation::relu, .input_shape = Shape{8}}));
    model.add(keras::Dense(16, {.activation = Activation::tanh}));
    model.add(keras::Dense(3, {.activation = Activation::softmax}));
    return {model, points, classes_of(points, 3)};
  }
  if (name == "batch_norm") {
    model.add(keras::Dense(16, {.input_shape = Shape{8}}));
    model.add(keras::BatchNormalization());
    model.add(keras::Activation(Activation::relu));
    model.add(keras::Dense(3, {.activation = Activation::softmax}));
    return {model, points, classes_of(points, 3)};
  }
  if (name == "cnn") {
    const Tensor images = normal({16, 10, 10, 2}, 1);
    model.add(
        keras::Conv2D(4, 3, {.activation = Activation::relu, .input_shape = Shape{10, 10, 2}}));
    model.add(keras::MaxPooling2D(2));
    model.add(
        keras::Conv2D(6, 3, {.padding = opscope::Padding::same, .activation = Activation::elu}));
    model.add(keras::AveragePooling2D(2));
    model.add(keras::Flatten());
    model.add(keras::Dense(3, {.activation = Activation::softmax}));
    return {model, images, classes_of(images, 3)};
  }
  const Tensor sequences = normal({16, 6, 3}, 1);
  model.add(keras::InputLayer({6, 3}));
  if (name == "lstm") {
    model.add(keras::LSTM(8, {.return_sequences = true}));
    model.add(keras::LSTM(4));
  } else if (name == "gru") {
    model.add(keras::GRU(8, {.return_sequences = true}));
    model.add(keras::GRU(4));
  } else {
    std::exit(2);
  }
  model.add(keras::Dense(3, {.activation = Activation::softmax}));
  return {model, sequences, classes_of(sequences, 3)};
}

keras::OptimizerHandle make_optimizer(const std::string& name) {
  if (name == "sgd") return keras::SGD({.learning_rate = 0.05});
  if (name == "momentum") return keras::SGD({.learning_rate = 0.02, .momentum = 0.9f});
  if (name == "nesterov") {
    return keras::SGD({.learning_rate = 0.02, .momentum = 0.9f, .nesterov = true});
  }
  if (name == "adam") return keras::Adam({.learning_rate = 0.005});
  if (name == "rmsprop") return keras::RMSprop({.learning_rate = 0.002});
  std::exit(2);
}

nlohmann::ordered_json all_json(const std::vector<Tensor>& tensors) {
  auto json = nlohmann::ordered_json::array();
  for (const Tensor& tensor : tensors) json.push_back(tensor_json(tensor));
  return json;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) return 2;
  keras::set_random_seed(7);
  Task task = make_task(argv[1]);
  nlohmann::ordered_json out{{"model", nlohmann::json::parse(task.model.to_json())},
                             {"weights", all_json(task.model.get_weights())},
                             {"x", tensor_json(task.x)},
                             {"y", tensor_json(task.y)}};
  task.model.compile(
      {.optimizer = make_optimizer(argv[2]), .loss = {keras::sparse_categorical_crossentropy()}});
  auto losses = nlohmann::ordered_json::array();
  for (int i = 0; i < std::atoi(argv[3]); ++i) {
    task.model.reset_metrics();
    losses.push_back(task.model.train_on_batch(task.x, task.y).at("loss"));
  }
  out["losses"] = losses;
  out["traces"] = task.model.train_trace_count();
  out["predictions"] = tensor_json(task.model.predict(task.x));
  std::cout << out << '\n';
  return 0;
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
