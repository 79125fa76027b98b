#include "keras_tasks.h"

#include <map>

namespace opscope::compat {
namespace {

using keras::Activation;
using keras::Sequential;

Tensor normal(const Shape& shape, std::int64_t seed) {
  return stateless_random_normal(shape, {seed, 1});
}

// Class indices below `classes`.
Tensor classes_of(const Tensor& x, int classes) {
  const Tensor rows = reshape(x, {x.shape()[0], kAnyDim});
  const Tensor sums = reduce_sum(rows, {.axes = Axes{1}});
  const Tensor turned = (sin(sums) + 1.f) * (0.499f * static_cast<float>(classes));
  return cast(floor(turned), DType::int32);
}

keras::Dense three_classes() { return keras::Dense(3, {.activation = Activation::softmax}); }

Task sequential(const Tensor& x, const Sequential& model) {
  return {std::make_unique<Sequential>(model), x, classes_of(x, 3)};
}

Tensor points() { return normal({32, 8}, 1); }
Tensor sequences() { return normal({16, 6, 3}, 1); }
Tensor images() { return normal({16, 10, 10, 2}, 1); }

Task mlp() {
  Sequential model;
  model.add(keras::Dense(16, {.activation = Activation::relu, .input_shape = Shape{8}}));
  model.add(keras::Dense(16, {.activation = Activation::tanh}));
  model.add(three_classes());
  return sequential(points(), model);
}

Task batch_norm() {
  Sequential model;
  model.add(keras::Dense(16, {.input_shape = Shape{8}}));
  model.add(keras::BatchNormalization());
  model.add(keras::Activation(Activation::relu));
  model.add(three_classes());
  return sequential(points(), model);
}

Task cnn() {
  Sequential model;
  model.add(keras::Conv2D(4, 3, {.activation = Activation::relu, .input_shape = Shape{10, 10, 2}}));
  model.add(keras::MaxPooling2D(2));
  model.add(keras::Conv2D(6, 3, {.padding = Padding::same, .activation = Activation::elu}));
  model.add(keras::AveragePooling2D(2));
  model.add(keras::Flatten());
  model.add(three_classes());
  return sequential(images(), model);
}

template <typename Recurrent>
Task recurrent() {
  Sequential model;
  model.add(keras::InputLayer({6, 3}));
  model.add(Recurrent(8, {.return_sequences = true}));
  model.add(Recurrent(4));
  model.add(three_classes());
  return sequential(sequences(), model);
}

Task both_directions() {
  Sequential model;
  model.add(keras::InputLayer({6, 3}));
  model.add(keras::Bidirectional(keras::LSTM(5, {.return_sequences = true})));
  model.add(keras::TimeDistributed(keras::Dense(4, {.activation = Activation::relu})));
  model.add(keras::Bidirectional(keras::GRU(4), {.merge_mode = keras::MergeMode::ave}));
  model.add(three_classes());
  return sequential(sequences(), model);
}

Task convolved_sequences() {
  Sequential model;
  model.add(keras::InputLayer({6, 3}));
  model.add(keras::Conv1D(6, 3, {.padding = keras::SequencePadding::causal, .dilation_rate = 2}));
  model.add(keras::LeakyReLU());
  model.add(keras::MaxPooling1D(2, {.strides = 1}));
  model.add(keras::Conv1D(5, 2, {.padding = keras::SequencePadding::same}));
  model.add(keras::AveragePooling1D(2));
  model.add(keras::Permute({2, 1}));
  model.add(keras::GlobalAveragePooling1D());
  model.add(keras::RepeatVector(3));
  model.add(keras::GlobalMaxPooling1D());
  model.add(three_classes());
  return sequential(sequences(), model);
}

Task convolved_images() {
  Sequential model;
  model.add(keras::InputLayer({10, 10, 2}));
  model.add(keras::ZeroPadding2D(keras::Margins2D({1, 0}, {0, 2})));
  model.add(keras::DepthwiseConv2D(3, {.depth_multiplier = 2, .activation = Activation::tanh}));
  model.add(keras::SeparableConv2D(4, 3, {.strides = 2, .padding = Padding::same}));
  model.add(keras::UpSampling2D(keras::Size2D(2, 1)));
  model.add(keras::PReLU());
  model.add(keras::Conv2DTranspose(3, 3, {.strides = 2}));
  model.add(keras::Cropping2D(keras::Margins2D({2, 0}, {1, 1})));
  model.add(keras::Conv2DTranspose(4, 2, {.padding = Padding::same}));
  model.add(keras::GlobalMaxPooling2D());
  model.add(three_classes());
  return sequential(images(), model);
}

Task merged() {
  const keras::KerasTensor x = keras::Input({8});
  const keras::KerasTensor a = keras::ReLU({.max_value = 1.5f, .negative_slope = 0.1f})(
      keras::Dense(6, {.kernel_regularizer = keras::l2(0.01f)})(x));
  const keras::KerasTensor b = keras::ELU(0.7f)(keras::Dense(6)(x));
  const keras::KerasTensor c = keras::Dense(6, {.activation = Activation::sigmoid})(x);
  const keras::KerasTensor sides = keras::Concatenate()(std::vector{
      keras::Subtract()(std::vector{a, b}), keras::Average()(std::vector{a, b, c}),
      keras::Maximum()(std::vector{a, c}), keras::Minimum()(std::vector{b, c}),
      keras::Add()(std::vector{a, c}), keras::Multiply()(std::vector{a, b}),
      keras::Dot(1)(std::vector{a, b}), keras::Dot(1, {.normalize = true})(std::vector{b, c})});
  const keras::KerasTensor y = keras::Softmax()(keras::Dense(3)(sides));
  return {std::make_unique<keras::Model>(x, y), points(), classes_of(points(), 3)};
}

}  // namespace

Task make_task(const std::string& name) {
  static const std::map<std::string, Task (*)()> kTasks{
      {"mlp", mlp},
      {"batch_norm", batch_norm},
      {"cnn", cnn},
      {"lstm", recurrent<keras::LSTM>},
      {"gru", recurrent<keras::GRU>},
      {"simple_rnn", recurrent<keras::SimpleRNN>},
      {"both_directions", both_directions},
      {"convolved_sequences", convolved_sequences},
      {"convolved_images", convolved_images},
      {"merged", merged}};
  const auto found = kTasks.find(name);
  if (found == kTasks.end()) throw Error(ErrorCode::not_found, "no model " + name);
  return found->second();
}

keras::OptimizerHandle make_optimizer(const std::string& name) {
  if (name == "sgd") return keras::SGD({.learning_rate = 0.05});
  if (name == "momentum") return keras::SGD({.learning_rate = 0.02, .momentum = 0.9f});
  if (name == "nesterov") {
    return keras::SGD({.learning_rate = 0.02, .momentum = 0.9f, .nesterov = true});
  }
  if (name == "adam") return keras::Adam({.learning_rate = 0.005});
  if (name == "rmsprop") return keras::RMSprop({.learning_rate = 0.002});
  if (name == "centered") {
    return keras::RMSprop({.learning_rate = 0.002, .momentum = 0.5f, .centered = true});
  }
  if (name == "adamw") return keras::AdamW({.learning_rate = 0.005, .weight_decay = 0.1f});
  if (name == "nadam") return keras::Nadam({.learning_rate = 0.005});
  if (name == "adamax") return keras::Adamax({.learning_rate = 0.01});
  if (name == "adagrad") return keras::Adagrad({.learning_rate = 0.05});
  if (name == "adadelta") return keras::Adadelta({.learning_rate = 1});
  if (name == "ftrl") {
    return keras::Ftrl({.learning_rate = 0.1,
                        .l1_regularization_strength = 0.001f,
                        .l2_regularization_strength = 0.002f});
  }
  if (name == "exponential_decay") {
    return keras::SGD({.learning_rate = keras::exponential_decay(0.1, 20, 0.5)});
  }
  if (name == "cosine_decay") {
    return keras::SGD({.learning_rate = keras::cosine_decay(0.1, 60, 0.1)});
  }
  if (name == "piecewise") {
    return keras::SGD(
        {.learning_rate = keras::piecewise_constant_decay({10, 50}, {0.1, 0.05, 0.01})});
  }
  throw Error(ErrorCode::not_found, "no optimizer " + name);
}

}  // namespace opscope::compat
