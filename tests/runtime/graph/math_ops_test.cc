// The operations of ops_math.h, eagerly and traced. Expected values are those of TensorFlow 2.21.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "opscope/error.h"
#include "opscope/runtime.h"

namespace opscope {
namespace {
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;

constexpr float kInf = std::numeric_limits<float>::infinity();

template <typename T>
std::vector<T> values(const Tensor& x) {
  const auto span = x.values<T>();
  return {span.begin(), span.end()};
}

Tensor matrix() { return constant({1.f, 2.f, 3.f, 4.f, 5.f, 6.f}, {2, 3}); }

// What f gives eagerly, after checking that the traced function gives the same.
template <typename F>
Tensor both_ways(F f, const Tensor& x) {
  const Tensor eager = f(x);
  const Tensor traced = function(f, {}, {.name = "f"})(x);
  EXPECT_EQ(traced.shape(), eager.shape());
  EXPECT_EQ(values<float>(traced), values<float>(eager));
  return eager;
}

TEST(MathOps, ReduceAsTensorFlowComposesThem) {
  const Axes rows = {0};
  const auto over_rows = [&](auto reduce) {
    return values<float>(both_ways(
        [&](const Tensor& x) { return reduce(x, ReduceOptions{.axes = rows}); }, matrix()));
  };
  const auto near = [](std::vector<float> want) { return Pointwise(FloatNear(1e-6f), want); };
  EXPECT_THAT(
      over_rows([](const Tensor& x, const ReduceOptions& o) { return reduce_variance(x, o); }),
      near({2.25f, 2.25f, 2.25f}));
  EXPECT_THAT(over_rows([](const Tensor& x, const ReduceOptions& o) { return reduce_std(x, o); }),
              near({1.5f, 1.5f, 1.5f}));
  EXPECT_THAT(
      over_rows([](const Tensor& x, const ReduceOptions& o) { return reduce_logsumexp(x, o); }),
      near({4.0485873f, 5.0485873f, 6.0485873f}));
  EXPECT_THAT(over_rows([](const Tensor& x, const ReduceOptions& o) {
                return reduce_euclidean_norm(x, o);
              }),
              near({4.1231055f, 5.3851647f, 6.7082040f}));
  EXPECT_EQ(reduce_logsumexp(constant({-kInf, -kInf})).item(), -kInf);
  EXPECT_EQ(count_nonzero(constant({0, 3, 0, 5})).item<std::int64_t>(), 2);
  EXPECT_THROW(static_cast<void>(reduce_variance(constant({1, 2}))), Error);
}

TEST(MathOps, NormsOfVectorsAndMatrices) {
  EXPECT_FLOAT_EQ(norm(matrix()).item<float>(), 9.539392f);
  EXPECT_EQ(norm(matrix(), Norm::one).item(), 21.f);
  EXPECT_EQ(norm(matrix(), Norm::infinity).item(), 6.f);
  EXPECT_EQ(norm(matrix(), Norm::one, {.axes = Axes{0, 1}}).item(), 9.f);
  EXPECT_EQ(norm(matrix(), Norm::infinity, {.axes = Axes{-2, -1}}).item(), 15.f);
  EXPECT_EQ(norm(matrix(), Norm::one, {.axes = Axes{1}, .keep_dims = true}).shape(), Shape({2, 1}));
  EXPECT_THROW(static_cast<void>(norm(matrix(), Norm::one, {.axes = Axes{0, 0}})), Error);
}

TEST(MathOps, TensordotSumsPairsOfDimensions) {
  const auto square = [](const Tensor& x) { return tensordot(x, x, {1}, {1}); };
  EXPECT_THAT(values<float>(both_ways(square, matrix())), ElementsAre(14, 32, 32, 77));
  EXPECT_EQ(tensordot(matrix(), matrix(), 0).shape(), Shape({2, 3, 2, 3}));
  EXPECT_EQ(tensordot(matrix(), matrix(), {0, 1}, {0, 1}).item(), 91.f);
  EXPECT_THROW(static_cast<void>(tensordot(matrix(), matrix(), 3)), Error);
  EXPECT_THROW(static_cast<void>(tensordot(matrix(), matrix(), {0, 0}, {0, 1})), Error);
}

TEST(MathOps, TensordotOfSizesKnownOnlyWhenItRuns) {
  const auto f = function([](const Tensor& x) { return tensordot(x, x, {-1}, {1}); },
                          {{.shape = {kAnyDim, 3}, .dtype = DType::float32}});
  EXPECT_THAT(values<float>(f(matrix())), ElementsAre(14, 32, 32, 77));
}

TEST(MathOps, MatricesTransposeTraceAndMeetVectors) {
  EXPECT_EQ(both_ways([](const Tensor& x) { return linalg::trace(x); }, matrix()).item(), 6.f);
  EXPECT_THAT(values<float>(linalg::matrix_transpose(matrix())), ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(values<float>(linalg::matvec(matrix(), constant({1.f, 0.f, 2.f}))),
              ElementsAre(7, 16));
  EXPECT_THROW(static_cast<void>(linalg::trace(constant({1.f}))), Error);
}

TEST(MathOps, DivisionsThatGiveZeroForZero) {
  const Tensor x = constant({3.f, 0.f, kInf});
  const Tensor zero(0.f);
  EXPECT_THAT(values<float>(div_no_nan(x, zero)), ElementsAre(0, 0, 0));
  EXPECT_THAT(values<float>(multiply_no_nan(x, zero)), ElementsAre(0, 0, 0));
  EXPECT_THAT(values<float>(reciprocal_no_nan(constant({4.f, 0.f}))), ElementsAre(.25f, 0));
  EXPECT_EQ(xlogy(zero, zero).item(), 0.f);
  EXPECT_EQ(xdivy(zero, zero).item(), 0.f);
  EXPECT_EQ(div_no_nan(constant({1, 3}), constant({2, 0})).dtype(), DType::float64);
  EXPECT_THAT(values<std::int32_t>(truncatediv(constant({-7, 7}), 2)), ElementsAre(-3, 3));
  EXPECT_THAT(values<std::int32_t>(truncatemod(constant({-7, 7}), 2)), ElementsAre(-1, 1));
  EXPECT_THAT(values<std::int32_t>(mod(constant({-7, 7}), 2)), ElementsAre(1, 1));
}

TEST(MathOps, BitsAndLogic) {
  EXPECT_THAT(
      values<bool>(logical_xor(constant({true, true, false}), constant({true, false, false}))),
      ElementsAre(false, true, false));
  EXPECT_EQ(bitwise::bitwise_and(Tensor(12), 10).item<std::int32_t>(), 8);
  EXPECT_EQ(bitwise::bitwise_or(Tensor(12), 10).item<std::int32_t>(), 14);
  EXPECT_EQ(bitwise::bitwise_xor(Tensor(12), 10).item<std::int32_t>(), 6);
  EXPECT_EQ(bitwise::invert(Tensor(12)).item<std::int32_t>(), -13);
  EXPECT_EQ(bitwise::left_shift(Tensor(3), 2).item<std::int32_t>(), 12);
  EXPECT_EQ(bitwise::right_shift(Tensor(-8), 1).item<std::int32_t>(), -4);
}

TEST(MathOps, ElementwiseFunctionsAreThoseOfTheirNames) {
  const Tensor half(0.5f);
  EXPECT_FLOAT_EQ(tan(half).item<float>(), std::tan(0.5f));
  EXPECT_FLOAT_EQ(asin(half).item<float>(), std::asin(0.5f));
  EXPECT_FLOAT_EQ(acos(half).item<float>(), std::acos(0.5f));
  EXPECT_FLOAT_EQ(atan(half).item<float>(), std::atan(0.5f));
  EXPECT_FLOAT_EQ(atan2(half, -1).item<float>(), std::atan2(0.5f, -1.f));
  EXPECT_FLOAT_EQ(sinh(half).item<float>(), std::sinh(0.5f));
  EXPECT_FLOAT_EQ(cosh(half).item<float>(), std::cosh(0.5f));
  EXPECT_FLOAT_EQ(asinh(half).item<float>(), std::asinh(0.5f));
  EXPECT_FLOAT_EQ(acosh(Tensor(2.f)).item<float>(), std::acosh(2.f));
  EXPECT_FLOAT_EQ(atanh(half).item<float>(), std::atanh(0.5f));
  EXPECT_FLOAT_EQ(expm1(half).item<float>(), std::expm1(0.5f));
  EXPECT_FLOAT_EQ(erfc(half).item<float>(), std::erfc(0.5f));
  EXPECT_FLOAT_EQ(lgamma(half).item<float>(), 0.5723649f);
  EXPECT_FLOAT_EQ(digamma(half).item<float>(), -1.9635100f);
  EXPECT_FLOAT_EQ(log_sigmoid(half).item<float>(), -0.4740770f);
  EXPECT_EQ(rint(Tensor(2.5f)).item(), 2.f);
}

TEST(MathOps, SumsAndPolynomials) {
  const Tensor x = constant({1.f, 2.f});
  EXPECT_THAT(values<float>(accumulate_n({x, x, x})), ElementsAre(3, 6));
  EXPECT_THAT(values<float>(polyval({Tensor(2.f), Tensor(0.f), Tensor(1.f)}, x)),
              ElementsAre(3, 9));
  EXPECT_THAT(values<float>(polyval({}, x)), ElementsAre(0, 0));
  EXPECT_THROW(static_cast<void>(accumulate_n({})), Error);
}

}  // namespace
}  // namespace opscope
