// Layers against Keras: outputs and gradients, eager and traced.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <memory>

#include "opscope/keras.h"

namespace opscope::keras {
namespace {

struct Expected {
  std::string name;
  std::vector<std::vector<float>> arrays;
};

// By make_layer_oracle.py.
const std::vector<Expected>& oracle() {
  static const std::vector<Expected> expected = {
#include "layer_oracle.inc"
  };
  return expected;
}

Tensor filled(const Shape& shape, double seed, float offset = 0) {
  std::vector<float> values(static_cast<std::size_t>(shape.num_elements()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = 0.5 * std::sin(0.37 * static_cast<double>(i) + seed);
    values[i] = static_cast<float>(value) + offset;
  }
  return constant(values, shape);
}

struct Case {
  std::function<LayerPtr()> make;
  Shape input;
  bool training = false;
};

template <typename L, typename... Args>
std::function<LayerPtr()> make(Args... args) {
  return [=] { return std::make_shared<L>(args...); };
}

const std::map<std::string, Case>& cases() {
  using A = Activation;
  static const std::map<std::string, Case> all = {
      {"dense", {make<Dense>(3, DenseOptions{.activation = A::relu}), {4, 5}}},
      {"dense_of_sequences", {make<Dense>(3, DenseOptions{.activation = A::tanh}), {2, 3, 4}}},
      {"conv2d_valid",
       {make<Conv2D>(3, 3, Conv2DLayerOptions{.activation = A::relu}), {2, 5, 6, 2}}},
      {"conv2d_same",
       {make<Conv2D>(2, Size2D(3, 2), Conv2DLayerOptions{.strides = 2, .padding = Padding::same}),
        {1, 6, 5, 3}}},
      {"conv2d_dilated",
       {make<Conv2D>(2, 2, Conv2DLayerOptions{.dilation_rate = 2}), {1, 5, 5, 2}}},
      {"max_pooling", {make<MaxPooling2D>(), {1, 5, 6, 2}}},
      {"max_pooling_same",
       {make<MaxPooling2D>(3, Pooling2DOptions{.strides = 2, .padding = Padding::same}),
        {1, 5, 5, 1}}},
      {"average_pooling_same",
       {make<AveragePooling2D>(2, Pooling2DOptions{.strides = 1, .padding = Padding::same}),
        {1, 3, 4, 2}}},
      {"global_average_pooling", {make<GlobalAveragePooling2D>(), {2, 3, 3, 2}}},
      {"batch_normalization_training", {make<BatchNormalization>(), {4, 3}, true}},
      {"batch_normalization_of_images", {make<BatchNormalization>(), {2, 3, 2, 2}, true}},
      {"batch_normalization_inference", {make<BatchNormalization>(), {4, 3}}},
      {"layer_normalization", {make<LayerNormalization>(), {3, 4}}},
      {"lstm", {make<LSTM>(3), {2, 4, 3}}},
      {"lstm_sequences", {make<LSTM>(2, LstmOptions{.return_sequences = true}), {2, 3, 2}}},
      {"lstm_backwards", {make<LSTM>(2, LstmOptions{.go_backwards = true}), {2, 3, 2}}},
      {"gru", {make<GRU>(3), {2, 4, 3}}},
      {"gru_sequences", {make<GRU>(2, GruOptions{.return_sequences = true}), {2, 3, 2}}},
      {"gru_reset_before", {make<GRU>(2, GruOptions{.reset_after = false}), {2, 3, 2}}},
      {"activation_relu6", {make<Activation>(A::relu6), {3, 4}}},
      {"activation_leaky_relu", {make<Activation>(A::leaky_relu), {3, 4}}},
      {"activation_elu", {make<Activation>(A::elu), {3, 4}}},
      {"activation_selu", {make<Activation>(A::selu), {3, 4}}},
      {"activation_sigmoid", {make<Activation>(A::sigmoid), {3, 4}}},
      {"activation_hard_sigmoid", {make<Activation>(A::hard_sigmoid), {3, 4}}},
      {"activation_softmax", {make<Activation>(A::softmax), {3, 4}}},
      {"activation_log_softmax", {make<Activation>(A::log_softmax), {3, 4}}},
      {"activation_softplus", {make<Activation>(A::softplus), {3, 4}}},
      {"activation_softsign", {make<Activation>(A::softsign), {3, 4}}},
      {"activation_silu", {make<Activation>(A::silu), {3, 4}}},
      {"activation_gelu", {make<Activation>(A::gelu), {3, 4}}},
      {"activation_exponential", {make<Activation>(A::exponential), {3, 4}}},
  };
  return all;
}

// The output, the gradients by the input and the trainable weights.
std::vector<Tensor> output_and_gradients(const Layer& layer, const Tensor& x, bool training) {
  GradientTape tape;
  tape.watch(x);
  const Tensor y = layer(x, {.training = training});
  const Tensor total = reduce_sum(y * filled(y.shape(), 9));
  const std::vector<Variable> sources = layer.trainable_variables();
  std::vector<Tensor> results{y};
  for (Tensor& gradient : tape.gradient(total, sources)) results.push_back(std::move(gradient));
  return results;
}

Tensor input_gradient(const Layer& layer, const Tensor& x, bool training) {
  GradientTape tape;
  tape.watch(x);
  const Tensor y = layer(x, {.training = training});
  return tape.gradient(reduce_sum(y * filled(y.shape(), 9)), x);
}

std::shared_ptr<Layer> prepared(const Case& test) {
  LayerPtr layer = test.make();
  layer->build_for({test.input});
  const std::vector<Variable> weights = layer->variables();
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const bool is_variance = weights[k].name().find("variance") != std::string::npos;
    weights[k].assign(
        filled(weights[k].shape(), static_cast<double>(k) + 2, is_variance ? 1.f : 0.f));
  }
  return layer;
}

void expect_near(const Tensor& actual, const std::vector<float>& expected, const char* what) {
  ASSERT_EQ(static_cast<std::size_t>(actual.shape().num_elements()), expected.size()) << what;
  const auto values = actual.values<float>();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(values[i], expected[i], 2e-5f + 2e-5f * std::abs(expected[i])) << what << " " << i;
  }
}

class LayerValues : public testing::TestWithParam<std::string> {
 protected:
  void compare(bool is_traced) const {
    const Case& test = cases().at(GetParam());
    const auto found = std::find_if(oracle().begin(), oracle().end(),
                                    [](const Expected& e) { return e.name == GetParam(); });
    ASSERT_NE(found, oracle().end());
    const std::vector<std::vector<float>>& expected = found->arrays;
    const LayerPtr layer = prepared(test);
    const Tensor x = filled(test.input, 1);
    std::vector<Tensor> actual;
    if (is_traced) {
      const auto f = function(
          [&](const Tensor& input) { return output_and_gradients(*layer, input, test.training); });
      actual = f(x);
    } else {
      actual = output_and_gradients(*layer, x, test.training);
    }
    const std::vector<Variable> others = layer->non_trainable_variables();
    ASSERT_EQ(actual.size() + 1 + others.size(), expected.size());
    expect_near(actual[0], expected[0], "output");
    for (std::size_t i = 1; i < actual.size(); ++i) {
      expect_near(actual[i], expected[i + 1], "gradient by weight");
    }
    for (std::size_t i = 0; i < others.size(); ++i) {
      expect_near(others[i].read(), expected[actual.size() + 1 + i], "other weight");
    }
    const auto g =
        function([&](const Tensor& input) { return input_gradient(*layer, input, test.training); });
    expect_near(is_traced ? g(x) : input_gradient(*layer, x, test.training), expected[1],
                "gradient by input");
  }
};

TEST_P(LayerValues, AreThoseOfKerasEagerly) { compare(false); }
TEST_P(LayerValues, AreThoseOfKerasInAFunction) { compare(true); }

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& [name, test] : cases()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Keras, LayerValues, testing::ValuesIn(case_names()),
                         [](const auto& test) { return test.param; });

TEST(LayerValues, UnrolledRecurrenceIsTheLoop) {
  const Case loop{make<LSTM>(3, LstmOptions{.return_sequences = true}), {2, 4, 3}};
  const Case unrolled{make<LSTM>(3, LstmOptions{.return_sequences = true, .unroll = true}),
                      {2, 4, 3}};
  const Tensor x = filled(loop.input, 1);
  const Tensor a = (*prepared(loop))(x);
  const Tensor b = (*prepared(unrolled))(x);
  const auto values = b.values<float>();
  expect_near(a, {values.begin(), values.end()}, "output");
}

}  // namespace
}  // namespace opscope::keras
