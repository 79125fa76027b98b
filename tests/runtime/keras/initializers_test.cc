#include "opscope/keras/initializers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "opscope/keras/session.h"
#include "opscope/runtime.h"

namespace opscope::keras {
namespace {

// keras.initializers.GlorotUniform(seed=7)((2, 3)) and so on, of Keras 3.15 on TensorFlow 2.21.
const std::vector<float> kGlorotUniform = {0.54132247f,  0.377227902f,  -0.968856514f,
                                           0.315955281f, -0.941406786f, 0.368408799f};
const std::vector<float> kHeUniform = {0.85590589f,  0.596449733f, -1.53189659f,
                                       0.499569058f, -1.48849475f, 0.582505345f};
const std::vector<float> kRandomUniform = {1.24123621f,  1.01654053f,   -0.826661348f,
                                           0.932639599f, -0.789074302f, 1.00446463f};
const std::vector<float> kRandomNormal = {-0.348345518f, 0.282614887f, -2.75916338f,
                                          -1.94578624f,  -3.01250744f, -1.26686478f};
const std::vector<float> kOrthogonal = {-0.334307909f, 0.0650898367f, -0.940213442f,
                                        -0.730376422f, -0.648387909f, 0.214809954f,
                                        -0.595641196f, 0.758522511f,  0.26430133f};
const std::vector<float> kOrthogonalWide = {-0.476343393f, -1.32803702f, -1.41753829f,
                                            0.549527526f,  -1.4920485f,  1.21318197f};

double reduce_std_of(const Tensor& x) {
  return std::sqrt(reduce_mean(square(x)).item() - std::pow(reduce_mean(x).item(), 2));
}

void expect_values(const Tensor& actual, const std::vector<float>& expected) {
  const auto values = actual.values<float>();
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(values[i], expected[i], 2e-6f);
}

TEST(Initializers, SeedsGiveTheNumbersOfKeras) {
  expect_values(glorot_uniform(7)({2, 3}), kGlorotUniform);
  expect_values(he_uniform(7)({2, 3}), kHeUniform);
  expect_values(random_uniform(-1, 2, 7)({2, 3}), kRandomUniform);
  expect_values(random_normal(1, 2, 7)({2, 3}), kRandomNormal);
  expect_values(orthogonal(1, 7)({3, 3}), kOrthogonal);
  expect_values(orthogonal(2, 7)({2, 3}), kOrthogonalWide);
}

TEST(Initializers, TruncatedNumbersStayWithinTwoDeviations) {
  const Tensor drawn = truncated_normal(1, 0.5f, 3)({1000});
  double sum = 0;
  for (const float value : drawn.values<float>()) {
    EXPECT_LE(std::abs(value - 1), 1.f);
    sum += value;
  }
  EXPECT_NEAR(sum / 1000, 1, 0.05);
  const Tensor scaled = he_normal(5)({1000, 1});
  EXPECT_NEAR(reduce_std_of(scaled), std::sqrt(2.0 / 1000), 0.003);
}

TEST(Initializers, TheSeedOfTheProcessMakesThemRepeatable) {
  set_random_seed(5);
  const Tensor first = glorot_uniform()({3, 3});
  const Tensor second = glorot_uniform()({3, 3});
  set_random_seed(5);
  EXPECT_EQ(repr(first), repr(glorot_uniform()({3, 3})));
  EXPECT_NE(repr(first), repr(second));
}

TEST(Initializers, NamesAreSnakeCaseAsInKeras) {
  EXPECT_EQ(snake_case("MaxPooling2D"), "max_pooling2d");
  EXPECT_EQ(snake_case("Conv2D"), "conv2d");
  EXPECT_EQ(snake_case("LSTM"), "lstm");
  EXPECT_EQ(snake_case("GlobalAveragePooling2D"), "global_average_pooling2d");
  EXPECT_EQ(snake_case("MyHTTPLayer"), "my_http_layer");
}

}  // namespace
}  // namespace opscope::keras
