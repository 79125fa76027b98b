#include "opscope/runtime/gradient.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "staged.h"

namespace opscope {
namespace {

using Unary = std::function<Tensor(const Tensor&)>;

std::vector<float> values_of(const Tensor& x) {
  const std::span<const float> values = x.values<float>();
  return {values.begin(), values.end()};
}

// Compares the tape's gradient of sum(f(x)) with central differences, eagerly and traced.
void check(const char* what, const Unary& f, std::vector<float> at, const Shape& shape) {
  SCOPED_TRACE(what);
  const auto gradient = [&](const Tensor& x) {
    GradientTape tape;
    const Tensor copy = identity(x);
    const Tensor y = reduce_sum(f(copy));
    return tape.gradient(y, copy);
  };
  const Tensor x = constant(at, shape);
  const std::vector<float> eager = values_of(gradient(x));
  EXPECT_EQ(values_of(function([&](const Tensor& a) { return gradient(a); })(x)), eager);
  constexpr float kStep = 1e-2f;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const float middle = at[i];
    at[i] = middle + kStep;
    const double high = reduce_sum(f(constant(at, shape))).item();
    at[i] = middle - kStep;
    const double low = reduce_sum(f(constant(at, shape))).item();
    at[i] = middle;
    const double slope = (high - low) / (2 * static_cast<double>(kStep));
    EXPECT_NEAR(static_cast<double>(eager[i]), slope, 0.02 + 0.02 * std::abs(slope)) << "at " << i;
  }
}

TEST(Gradients, AgreeWithDifferences) {
  const std::vector<float> at = {0.3f, -0.7f, 1.2f, 0.9f, -0.4f, 0.6f};
  const Shape shape{2, 3};
  const Tensor w = constant({{0.5f, -1.f, 2.f}, {1.5f, 0.3f, -0.2f}});
  const Tensor row = constant({2.f, -1.f, 0.5f});
  check(
      "add", [&](const Tensor& x) { return x + row; }, at, shape);
  check(
      "mul broadcast", [&](const Tensor& x) { return x * row * x; }, at, shape);
  check(
      "div", [&](const Tensor& x) { return w / (x * x + 1.f); }, at, shape);
  check(
      "sub neg", [&](const Tensor& x) { return -(w - x) * x; }, at, shape);
  check(
      "square", [&](const Tensor& x) { return square(x) * w; }, at, shape);
  check(
      "sqrt", [&](const Tensor& x) { return sqrt(x * x + 1.f); }, at, shape);
  check(
      "exp log", [&](const Tensor& x) { return log(exp(x) + 1.f); }, at, shape);
  check(
      "tanh", [&](const Tensor& x) { return tanh(x) * w; }, at, shape);
  check(
      "sigmoid", [&](const Tensor& x) { return sigmoid(x) * w; }, at, shape);
  check(
      "relu", [&](const Tensor& x) { return relu(x) * w; }, at, shape);
  check(
      "maximum", [&](const Tensor& x) { return maximum(x, 0.1f) * w; }, at, shape);
  check(
      "where", [&](const Tensor& x) { return where(x > 0.f, x * w, x); }, at, shape);
  check(
      "matmul", [&](const Tensor& x) { return matmul(x, w, {.transpose_b = true}); }, at, shape);
  check(
      "matmul ta", [&](const Tensor& x) { return matmul(x, w, {.transpose_a = true}); }, at, shape);
  check(
      "mean", [&](const Tensor& x) { return reduce_mean(x * x, {.axes = Axes{1}}); }, at, shape);
  check(
      "sum axis", [&](const Tensor& x) { return square(reduce_sum(x, {.axes = Axes{0}})); }, at,
      shape);
  check(
      "max", [&](const Tensor& x) { return square(reduce_max(x, {.axes = Axes{1}})); }, at, shape);
  check(
      "reshape",
      [&](const Tensor& x) {
        return square(reshape(x, Shape{3, 2}));
      },
      at, shape);
  check(
      "transpose", [&](const Tensor& x) { return matmul(w, transpose(x)); }, at, shape);
  check(
      "bias", [&](const Tensor& x) { return bias_add(x * 2.f, row); }, at, shape);
  check(
      "concat",
      [&](const Tensor& x) {
        return square(concat({x, x * w}, 1));
      },
      at, shape);
  check(
      "stack",
      [&](const Tensor& x) {
        return square(stack({x, w * x}));
      },
      at, shape);
  check(
      "log_softmax", [&](const Tensor& x) { return log_softmax(x) * w; }, at, shape);
  check(
      "softmax", [&](const Tensor& x) { return softmax(x) * w; }, at, shape);
  check(
      "cross entropy",
      [&](const Tensor& x) {
        return sparse_softmax_cross_entropy_with_logits(constant({2, 0}), x);
      },
      at, shape);
}

TEST(Gradients, OfVariablesReadTwice) {
  const Variable v(3.f);
  const auto gradient = [&] {
    GradientTape tape;
    const Tensor y = v * v * 2.f;
    return tape.gradient(y, v);
  };
  EXPECT_EQ(gradient().item(), 12);
  EXPECT_EQ(function([&](const Tensor& x) { return gradient() + x; })(1.f).item(), 13);
}

TEST(Gradients, AreNoneWhereNothingDepends) {
  const Variable v(3.f), other(1.f);
  GradientTape tape({.persistent = true});
  const Tensor x = v.read();
  const Tensor y = stop_gradient(x) * 2.f;
  EXPECT_FALSE(tape.gradient(y, v).has_value());
  EXPECT_FALSE(tape.gradient(x * x, other).has_value());
}

TEST(Gradients, AskOnceUnlessPersistent) {
  GradientTape tape;
  const Tensor x = identity(2.f);
  const Tensor y = x * x;
  EXPECT_EQ(tape.gradient(y, x).item(), 4);
  EXPECT_THROW((void)tape.gradient(y, x), Error);
}

TEST(Gradients, OfSecondOrder) {
  GradientTape outer;
  const Tensor x = identity(2.f);
  Tensor first;
  {
    GradientTape inner;
    const Tensor y = x * x * x;
    first = inner.gradient(y, x);
  }
  EXPECT_EQ(first.item(), 12);
  EXPECT_EQ(outer.gradient(first, x).item(), 12);
}

}  // namespace
}  // namespace opscope
