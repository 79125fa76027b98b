// The gradient of every op against differences, run eagerly, traced, and traced with unknown
// dimensions; and the second derivatives.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

#include "gradient_case.h"
#include "gradients/registry.h"
#include "ops/op_registry.h"
#include "opscope/error.h"
#include "tensor/op_call.h"

namespace opscope {

Tensor numbers(const Shape& shape, double low, double high) {
  static std::mt19937 random(1);
  std::uniform_real_distribution<double> draw(low, high);
  std::vector<double> values(static_cast<std::size_t>(shape.num_elements()));
  for (double& value : values) value = draw(random);
  return constant(values, shape);
}

namespace {

using Function = std::function<Tensor(const Tensors&)>;
using Gradients = std::function<Tensors(const Tensors&)>;

// sum(f(x) * weights), so that every output matters differently.
Function weighted(const Function& f, const Tensor& weights) {
  return [=](const Tensors& x) { return reduce_sum(f(x) * weights); };
}

Gradients gradients_of(const Function& f) {
  return [=](const Tensors& inputs) {
    GradientTape tape;
    Tensors x;
    for (const Tensor& input : inputs) x.push_back(identity(input));
    const Tensor y = f(x);
    return tape.gradient(y, x, {.unconnected_gradients = UnconnectedGradients::zero});
  };
}

Tensor changed(const Tensor& x, std::int64_t at, double by) {
  const std::span<const double> values = x.values<double>();
  std::vector<double> copy(values.begin(), values.end());
  copy[static_cast<std::size_t>(at)] += by;
  return constant(copy, x.shape());
}

void expect_slopes(const Function& f, const Tensors& inputs, const Tensors& gradients) {
  constexpr double kStep = 1e-5;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    ASSERT_EQ(gradients[i].shape(), inputs[i].shape()) << "input " << i;
    for (std::int64_t e = 0; e < inputs[i].shape().num_elements(); ++e) {
      Tensors x = inputs;
      x[i] = changed(inputs[i], e, kStep);
      const double high = f(x).item();
      x[i] = changed(inputs[i], e, -kStep);
      const double low = f(x).item();
      const double slope = (high - low) / (2 * kStep);
      const double got = gradients[i].values<double>()[static_cast<std::size_t>(e)];
      EXPECT_NEAR(got, slope, 2e-7 * std::max(1.0, std::abs(slope)) + 1e-7)
          << "input " << i << " element " << e;
    }
  }
}

void expect_equal(const Tensors& got, const Tensors& want) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].shape(), want[i].shape());
    for (std::size_t e = 0; e < want[i].values<double>().size(); ++e) {
      const double wanted = want[i].values<double>()[e];
      EXPECT_NEAR(got[i].values<double>()[e], wanted, 1e-12 * std::max(1.0, std::abs(wanted)));
    }
  }
}

std::vector<TensorSpec> open_specs(const Tensors& inputs) {
  std::vector<TensorSpec> specs;
  for (const Tensor& input : inputs) {
    Shape shape;
    for (int i = 0; i < input.shape().rank(); ++i) shape.append(kAnyDim);
    specs.push_back({shape, DType::float64, ""});
  }
  return specs;
}

Tensors run_open(const Gradients& gradients, const Tensors& inputs) {
  const auto traced = function([&](Tensors x) { return gradients(x); });
  return traced.get_concrete_function(open_specs(inputs))(inputs);
}

class OpGradients : public testing::TestWithParam<GradientCase> {};

TEST_P(OpGradients, AgreeWithDifferences) {
  const GradientCase& tested = GetParam();
  const Function f = weighted(tested.f, numbers(tested.f(tested.inputs).shape()));
  const Gradients gradients = gradients_of(f);
  const Tensors eager = gradients(tested.inputs);
  expect_slopes(f, tested.inputs, eager);
  expect_equal(function([&](Tensors x) { return gradients(x); })(tested.inputs), eager);
  const auto called = function([&](Tensors x) { return f(x); });
  expect_equal(gradients_of([&](const Tensors& x) { return called(x); })(tested.inputs), eager);
}

TEST_P(OpGradients, DifferentiateAgain) {
  const GradientCase& tested = GetParam();
  if (!tested.has_second) GTEST_SKIP() << "no second derivative";
  const Function f = weighted(tested.f, numbers(tested.f(tested.inputs).shape()));
  const Gradients gradients = gradients_of(f);
  Tensors weights;
  for (const Tensor& input : tested.inputs) weights.push_back(numbers(input.shape()));
  const Function slope = [&](const Tensors& x) {
    const Tensors first = gradients(x);
    Tensor sum = reduce_sum(first[0] * weights[0]);
    for (std::size_t i = 1; i < first.size(); ++i) sum += reduce_sum(first[i] * weights[i]);
    return sum;
  };
  const Gradients seconds = gradients_of(slope);
  const Tensors eager = seconds(tested.inputs);
  expect_slopes(slope, tested.inputs, eager);
  expect_equal(function([&](Tensors x) { return seconds(x); })(tested.inputs), eager);
}

std::string name_of(const testing::TestParamInfo<GradientCase>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Elementwise, OpGradients, testing::ValuesIn(elementwise_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Array, OpGradients, testing::ValuesIn(array_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Index, OpGradients, testing::ValuesIn(index_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Reduction, OpGradients, testing::ValuesIn(reduction_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Network, OpGradients, testing::ValuesIn(network_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Matrix, OpGradients, testing::ValuesIn(matrix_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Decomposition, OpGradients, testing::ValuesIn(decomposition_cases()),
                         name_of);

class OpenGradients : public testing::TestWithParam<GradientCase> {};

TEST_P(OpenGradients, NeedNoKnownDimensions) {
  const GradientCase& tested = GetParam();
  if (tested.needs_shapes) GTEST_SKIP() << "the operation itself needs known dimensions";
  const Function f = weighted(tested.f, numbers(tested.f(tested.inputs).shape()));
  const Gradients gradients = gradients_of(f);
  expect_equal(run_open(gradients, tested.inputs), gradients(tested.inputs));
}

INSTANTIATE_TEST_SUITE_P(Elementwise, OpenGradients, testing::ValuesIn(elementwise_cases()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Array, OpenGradients, testing::ValuesIn(array_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Index, OpenGradients, testing::ValuesIn(index_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Reduction, OpenGradients, testing::ValuesIn(reduction_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Network, OpenGradients, testing::ValuesIn(network_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Matrix, OpenGradients, testing::ValuesIn(matrix_cases()), name_of);

// Its kernels have no float64, so that differences would be too coarse.
TEST(OpGradients, OfResponseNormalizationAreThoseOfItsFormula) {
  const Tensor x = cast(numbers({1, 2, 1, 5}), DType::float32);
  const Tensor weights = cast(numbers({1, 2, 1, 5}), DType::float32);
  const Tensor band = constant({{1.0F, 1.0F, 0.0F, 0.0F, 0.0F},
                                {1.0F, 1.0F, 1.0F, 0.0F, 0.0F},
                                {0.0F, 1.0F, 1.0F, 1.0F, 0.0F},
                                {0.0F, 0.0F, 1.0F, 1.0F, 1.0F},
                                {0.0F, 0.0F, 0.0F, 1.0F, 1.0F}});
  const auto gradient_of = [&](const auto& normalize) {
    GradientTape tape;
    const Tensor in = identity(x);
    return tape.gradient(reduce_sum(normalize(in) * weights), in);
  };
  const Tensor got = gradient_of([](const Tensor& in) {
    return runtime::OpCall(runtime::op<"LRN">(), "LRN", Loc{})
        .add(in)
        .attr("depth_radius", 1)
        .attr("bias", 1.5F)
        .attr("alpha", 0.75F)
        .attr("beta", 0.5F)
        .run();
  });
  const Tensor want = gradient_of([&](const Tensor& in) {
    const Tensor sums = reshape(matmul(reshape(square(in), Shape{2, 5}), band), in.shape());
    return in * rsqrt(sums * 0.75F + 1.5F);
  });
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_NEAR(got.values<float>()[i], want.values<float>()[i], 1e-6F) << i;
  }
}

TEST(GradientRegistry, RefusesComplexNumbers) {
  GradientTape tape;
  const Tensor x = identity(constant({1.0F, 2.0F}));
  const Tensor y = real(complex(x, x));
  EXPECT_THROW(static_cast<void>(tape.gradient(reduce_sum(y), x)), Error);
}

TEST(GradientRegistry, DecidesAboutEveryOpThatRuns) {
  for (const runtime::OpSpec& spec : runtime::all_ops()) {
    if (spec.select == nullptr) continue;
    EXPECT_NE(runtime::gradient_status(spec.name), runtime::GradientStatus::undecided) << spec.name;
  }
}

TEST(GradientRegistry, HasNoOpInTwoTables) {
  std::set<std::string_view> seen;
  for (const std::string_view name : runtime::ops_without_gradient()) {
    EXPECT_TRUE(seen.insert(name).second) << name;
  }
  for (const std::string_view name : runtime::ops_of_unknown_gradient()) {
    EXPECT_TRUE(seen.insert(name).second) << name;
  }
  for (const std::string_view name : seen) {
    EXPECT_EQ(runtime::find_gradient(name), nullptr) << name;
  }
}

}  // namespace
}  // namespace opscope
