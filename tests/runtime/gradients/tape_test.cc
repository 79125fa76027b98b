// The interface: tapes, gradient(f), custom_gradient(f).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gradients/raw_op.h"
#include "graph/concrete.h"
#include "opscope/error.h"
#include "opscope/runtime.h"

namespace opscope {
namespace {

double number(const Tensor& x) { return x.item(); }

TEST(GradientTape, TakesSeveralTargetsAndSources) {
  GradientTape tape;
  const Tensor a = identity(2.0), b = identity(3.0);
  const Tensor y = a * b, z = a * a;
  const std::vector<Tensor> both =
      tape.gradient(std::vector<Tensor>{y, z}, std::vector<Tensor>{a, b});
  EXPECT_EQ(number(both[0]), 3 + 4);
  EXPECT_EQ(number(both[1]), 2);
}

TEST(GradientTape, TakesHandlesInBraces) {
  const Variable v(2.0), w(3.0);
  GradientTape tape({.persistent = true});
  const Tensor x = identity(4.0);
  const Tensor y = v * w * x;
  EXPECT_EQ(number(tape.gradient(y, {v, w})[1]), 8);
  EXPECT_EQ(number(tape.gradient(y, {x, y})[0]), 6);
}

TEST(GradientTape, WeighsTargetsByOutputGradients) {
  GradientTape tape;
  const Tensor x = identity(constant({1.0, 2.0}));
  const Tensor y = x * x;
  const Tensor slope = tape.gradient(y, x, {.output_gradients = {constant({10.0, 100.0})}});
  EXPECT_THAT(slope.values<double>(), testing::ElementsAre(20, 400));
}

TEST(GradientTape, RefusesOutputGradientsOfAnotherShape) {
  GradientTape tape;
  const Tensor x = identity(constant({1.0, 2.0}));
  EXPECT_THROW((void)tape.gradient(x, x, {.output_gradients = {constant({1.0, 2.0, 3.0})}}), Error);
}

TEST(GradientTape, GivesZerosWhenAsked) {
  GradientTape tape;
  const Tensor x = identity(constant({1.0, 2.0})), other = identity(2.0);
  const Tensor zero =
      tape.gradient(other, x, {.unconnected_gradients = UnconnectedGradients::zero});
  EXPECT_THAT(zero.values<double>(), testing::ElementsAre(0, 0));
}

TEST(GradientTape, WatchesOnlyTrainableVariables) {
  const Variable fixed(2.0, {.trainable = false}), free(3.0);
  const auto slopes = [&](bool watches) {
    GradientTape tape({.watch_accessed_variables = watches});
    if (!watches) tape.watch(fixed);
    return tape.gradient(fixed * free, {fixed, free});
  };
  EXPECT_FALSE(slopes(true)[0].has_value());
  EXPECT_EQ(number(slopes(true)[1]), 2);
  EXPECT_EQ(number(slopes(false)[0]), 3);
  EXPECT_FALSE(slopes(false)[1].has_value());
}

TEST(GradientTape, DoesNotSeeWhatItIsStoppedFor) {
  const auto slope = [](const Tensor& at) {
    GradientTape tape;
    const Tensor x = identity(at);
    Tensor y = x * x;
    {
      const auto stopped = tape.stop_recording();
      y = y * x;
    }
    const Tensor z = y + x;
    return tape.gradient(z, x);
  };
  EXPECT_EQ(number(slope(3.0)), 1);
  EXPECT_EQ(number(function([&](const Tensor& x) { return slope(x); })(3.0)), 1);
}

TEST(GradientTape, ForgetsOnReset) {
  GradientTape tape;
  const Tensor x = identity(3.0);
  const Tensor y = x * x;
  tape.reset();
  EXPECT_FALSE(tape.gradient(y, x).has_value());
}

TEST(GradientTape, GivesJacobians) {
  GradientTape tape({.persistent = true});
  const Tensor x = identity(constant({1.0, 2.0, 3.0}));
  const Tensor y = slice(x * x, {0}, {2});
  const Tensor jacobian = tape.jacobian(y, x);
  EXPECT_EQ(jacobian.shape(), (Shape{2, 3}));
  EXPECT_THAT(jacobian.values<double>(), testing::ElementsAre(2, 0, 0, 0, 4, 0));
}

TEST(GradientTape, SaysWhichOperationHasNoGradient) {
  GradientTape tape;
  const Tensor x = identity(constant({1.0, 2.0}));
  const Tensor y = runtime::raw<"Unique">({x});
  try {
    (void)tape.gradient(y, x);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unimplemented);
    EXPECT_THAT(error.what(), testing::HasSubstr("the gradient of Unique"));
  }
}

TEST(GradientTape, SaysWhereTheOperationWasTraced) {
  const auto f = function([](const Tensor& x) {
    GradientTape tape;
    const Tensor at = identity(x);
    const Tensor y = runtime::raw<"Unique">({at});
    return tape.gradient(y, at);
  });
  try {
    (void)f(constant({1.0, 2.0}));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("node 'Unique'"));
  }
}

TEST(GradientTape, NamesGradientNodesAsTensorFlowDoes) {
  const auto f = function([](const Tensor& x, const Tensor& w) {
    GradientTape tape;
    Tensor y;
    {
      const NameScope scope("dense");
      y = relu(matmul(x, w));
    }
    return tape.gradient(reduce_sum(y), w);
  });
  const Tensor x = constant({1.f, 2.f, 3.f, 4.f}, {2, 2});
  const ConcreteFunction concrete = f.get_concrete_function(x, x);
  EXPECT_NO_THROW((void)concrete({x, x}));
  std::vector<std::string> names;
  for (const runtime::Node& node : concrete.core()->graph().nodes()) names.push_back(node.name);
  EXPECT_THAT(names, testing::Contains("gradient_tape/dense/ReluGrad"));
  EXPECT_THAT(names, testing::Contains("gradient_tape/dense/MatMul/MatMul"));
}

TEST(GradientOf, IsAFunction) {
  const auto df = gradient([](const Tensor& x) { return x * x * x; });
  EXPECT_EQ(number(df(Tensor(2.0))), 12);
  const auto both = gradient([](const Tensor& x, const Tensor& y) { return x * y; });
  EXPECT_EQ(number(both(Tensor(2.0), Tensor(5.0))[1]), 2);
  EXPECT_EQ(number(gradient(df)(Tensor(2.0))), 12);
  EXPECT_EQ(number(function([&](const Tensor& x) { return gradient(df)(x); })(2.0)), 12);
}

TEST(CustomGradient, ReplacesTheDerivative) {
  const auto f = custom_gradient([](const std::vector<Tensor>& a) {
    const Tensor y = a[0] * a[0];
    return CustomGradientResult{{y}, [x = a[0]](const std::vector<Tensor>& dy) {
                                  return std::vector<Tensor>{dy[0] * x * 10.0};
                                }};
  });
  const auto slope = [&](const Tensor& at) {
    GradientTape tape;
    const Tensor x = identity(at);
    return tape.gradient(f({x})[0] * 2.0, x);
  };
  EXPECT_EQ(number(slope(3.0)), 60);
  EXPECT_EQ(number(function([&](const Tensor& x) { return slope(x); })(3.0)), 60);
  const auto called = function([&](const Tensor& x) { return f({x})[0]; });
  EXPECT_EQ(number(gradient([&](const Tensor& x) { return called(x); })(Tensor(3.0))), 30);
  const auto second = gradient(gradient([&](const Tensor& x) { return f({x})[0]; }));
  EXPECT_EQ(number(second(Tensor(3.0))), 10);
  EXPECT_EQ(number(function([&](const Tensor& x) { return second(x); })(3.0)), 10);
}

// The fused op's derivatives against those of the same computation in plain operations.
TEST(FusedBatchNorm, DifferentiatesTwice) {
  std::vector<float> values;
  for (int i = 0; i < 24; ++i) values.push_back(std::sin(static_cast<float>(i * i)));
  const Tensor image = constant(values, {2, 2, 2, 3});
  const Tensor weights = reshape(constant(values), {2, 2, 2, 3}) * image + 0.3f;
  const Tensor scale = constant({0.5f, 1.5f, -1.f}), offset = constant({0.f, 1.f, 2.f});
  const Tensor none = zeros({0});
  const auto fused = [&](const Tensor& x) {
    return runtime::raw<"FusedBatchNormV3">({x, scale, offset, none, none},
                                            {{"epsilon", 0.1f}, {"is_training", true}});
  };
  const auto plain = [&](const Tensor& x) {
    const ReduceOptions kept{.axes = Axes{0, 1, 2}, .keep_dims = true};
    const Tensor centre = x - reduce_mean(x, kept);
    return centre * rsqrt(reduce_mean(square(centre), kept) + 0.1f) * scale + offset;
  };
  const auto loss = [&](const auto& norm) {
    return [&, norm](const Tensor& x) { return reduce_sum(square(norm(x)) * weights); };
  };
  const auto expect_near = [](const Tensor& got, const Tensor& want) {
    for (std::size_t i = 0; i < 24; ++i) {
      EXPECT_NEAR(got.values<float>()[i], want.values<float>()[i], 2e-4f) << i;
    }
  };
  expect_near(fused(image), plain(image));
  expect_near(gradient(loss(fused))(image), gradient(loss(plain))(image));
  const auto twice = [&](const auto& norm) {
    const auto slope = gradient(loss(norm));
    return gradient([&, slope](const Tensor& x) { return reduce_sum(slope(x) * weights); })(image);
  };
  expect_near(twice(fused), twice(plain));
}

TEST(ResourceGather, GivesADenseGradient) {
  const Variable table(constant({1.f, 2.f, 3.f, 4.f, 5.f, 6.f}, {3, 2}));
  const auto slope = [&] {
    GradientTape tape;
    const Tensor y = square(gather(table, constant({2, 0, 2})));
    return tape.gradient(y, table);
  };
  EXPECT_THAT(slope().values<float>(), testing::ElementsAre(2, 4, 0, 0, 20, 24));
  const Tensor traced = function([&](const Tensor& x) { return slope() + x; })(0.f);
  EXPECT_THAT(traced.values<float>(), testing::ElementsAre(2, 4, 0, 0, 20, 24));
}

TEST(RecordedCalls, MayGiveTheirArgumentsBack) {
  const auto same = function([](const Tensor& x) { return x; });
  GradientTape tape;
  const Tensor x = identity(2.0);
  const Tensor y = same(x) * same(x) * x;
  EXPECT_EQ(number(tape.gradient(y, x)), 12);
}

TEST(RecordedCalls, ReadVariables) {
  const Variable v(3.0);
  const auto f = function([&](const Tensor& x) { return v * v * x; });
  GradientTape tape;
  const Tensor y = f(2.0) + v;
  EXPECT_EQ(number(tape.gradient(y, v)), 13);
}

}  // namespace
}  // namespace opscope
