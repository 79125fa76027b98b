// The loops of every instruction set this processor has, against exact functions and each other.
#include "kernels/vector_loops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernels/gemm.h"
#include "kernels/instruction_set.h"
#include "op_test_util.h"

namespace opscope::runtime {
namespace {
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Each test for each instruction set.
class VectorLoopsTest : public ::testing::TestWithParam<InstructionSet> {
 protected:
  VectorLoopsTest() { set_instruction_set(GetParam()); }
  ~VectorLoopsTest() override { set_instruction_set(available_instruction_sets().back()); }
};

// Values of every magnitude, both signs, and the special ones.
std::vector<float> samples() {
  std::vector<float> values = {0.0f, -0.0f, 1.0f, -1.0f, kInfinity, -kInfinity, kNan};
  std::mt19937 random(1);
  std::uniform_real_distribution<float> mantissa(1, 2);
  for (int exponent = -126; exponent <= 127; ++exponent) {
    for (int i = 0; i < 40; ++i) {
      const float value = std::ldexp(mantissa(random), exponent);
      values.push_back(value);
      values.push_back(-value);
    }
  }
  std::uniform_real_distribution<float> usual(-90, 90);
  for (int i = 0; i < 20000; ++i) values.push_back(usual(random));
  std::uniform_real_distribution<float> small(-3, 3);
  for (int i = 0; i < 20000; ++i) values.push_back(small(random));
  return values;
}

// The distance between two floats in units of the last place of the exact value.
double ulps(float got, double exact) {
  const auto rounded = static_cast<float>(exact);
  if (std::isnan(rounded) || std::isnan(got)) {
    return std::isnan(rounded) && std::isnan(got) ? 0 : 1e9;
  }
  if (std::isinf(rounded) || std::isinf(got)) return rounded == got ? 0 : 1e9;
  if (std::abs(rounded) < std::numeric_limits<float>::min()) {
    return std::abs(got) <= std::numeric_limits<float>::min() ? 0 : 1e9;
  }
  const double unit = std::ldexp(1.0, std::ilogb(rounded) - 23);
  return std::abs(static_cast<double>(got) - exact) / unit;
}

template <typename Exact>
void expect_accurate(UnaryLoop loop, double bound, Exact exact) {
  const std::vector<float> in = samples();
  std::vector<float> out(in.size());
  loop(in.data(), out.data(), static_cast<std::int64_t>(in.size()));
  double worst = 0;
  float worst_at = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const double error = ulps(out[i], exact(static_cast<double>(in[i])));
    if (error > worst) {
      worst = error;
      worst_at = in[i];
    }
  }
  EXPECT_LE(worst, bound) << "at " << worst_at;
}

TEST_P(VectorLoopsTest, ElementaryFunctionsKeepTheirErrorBounds) {
  const VectorLoops& loops = vector_loops();
  expect_accurate(loops.exp, 2, [](double x) { return std::exp(x); });
  expect_accurate(loops.expm1, 3, [](double x) { return std::expm1(x); });
  expect_accurate(loops.log, 2, [](double x) { return std::log(x); });
  expect_accurate(loops.log1p, 3, [](double x) { return std::log1p(x); });
  expect_accurate(loops.tanh, 4, [](double x) { return std::tanh(x); });
  expect_accurate(loops.sigmoid, 4, [](double x) { return 1 / (1 + std::exp(-x)); });
  expect_accurate(loops.softplus, 4, [](double x) {
    return (x > 0 || std::isnan(x) ? x : 0) + std::log1p(std::exp(-std::abs(x)));
  });
  expect_accurate(loops.sqrt, 1, [](double x) { return std::sqrt(x); });
  expect_accurate(loops.rsqrt, 2, [](double x) { return 1 / std::sqrt(x); });
  expect_accurate(loops.elu, 3, [](double x) { return x < 0 ? std::expm1(x) : x; });
}

TEST_P(VectorLoopsTest, SignsOfZeroStay) {
  const float in = -0.0f;
  for (const UnaryLoop loop : {vector_loops().tanh, vector_loops().expm1, vector_loops().log1p}) {
    float out = 1;
    loop(&in, &out, 1);
    EXPECT_TRUE(out == 0 && std::signbit(out));
  }
}

TEST_P(VectorLoopsTest, NanGoesThroughReluAndTheLargest) {
  const std::vector<float> values = {1, kNan, 3};
  std::vector<float> out(3);
  vector_loops().relu(values.data(), out.data(), 3);
  EXPECT_TRUE(std::isnan(out[1]));
  EXPECT_TRUE(std::isnan(vector_loops().largest(values.data(), 3)));
  EXPECT_EQ(vector_loops().largest(values.data(), 0), -kInfinity);
}

TEST_P(VectorLoopsTest, SumsOfEveryLengthAreExactForIntegers) {
  std::vector<float> values(300);
  float expected = 0;
  for (std::size_t n = 0; n < values.size(); ++n) {
    EXPECT_EQ(vector_loops().sum(values.data(), static_cast<std::int64_t>(n)), expected);
    values[n] = static_cast<float>(n % 17);
    expected += values[n];
  }
}

TEST_P(VectorLoopsTest, ColumnsOfEveryCountAreSummed) {
  for (std::int64_t columns = 1; columns < 140; ++columns) {
    const std::int64_t rows = 3;
    std::vector<float> values(static_cast<std::size_t>(rows * columns));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
    std::vector<float> sums(static_cast<std::size_t>(columns), 1.0f);
    vector_loops().add_columns(values.data(), rows, columns, columns, sums.data());
    for (std::int64_t c = 0; c < columns; ++c) {
      EXPECT_EQ(sums[static_cast<std::size_t>(c)], static_cast<float>(1 + 3 * c + 3 * columns));
    }
  }
}

// Products of sizes around those of the tiles.
TEST_P(VectorLoopsTest, MatrixProductsAreExactForIntegers) {
  std::mt19937 random(2);
  for (int trial = 0; trial < 60; ++trial) {
    const auto size = [&] { return static_cast<std::int64_t>(random() % 70 + 1); };
    const std::int64_t m = size();
    const std::int64_t n = size();
    const std::int64_t k = trial == 0 ? 1100 : size();
    std::vector<float> a(static_cast<std::size_t>(m * k));
    std::vector<float> b(static_cast<std::size_t>(k * n));
    for (float& value : a) value = static_cast<float>(random() % 5);
    for (float& value : b) value = static_cast<float>(random() % 5);
    const MatrixView<float> left =
        trial % 2 == 0 ? MatrixView<float>{a.data(), k, 1} : MatrixView<float>{a.data(), 1, m};
    const MatrixView<float> right =
        trial % 3 == 0 ? MatrixView<float>{b.data(), n, 1} : MatrixView<float>{b.data(), 1, k};
    std::vector<float> c(static_cast<std::size_t>(m * n), -1.0f);
    gemm<float>(m, n, k, left, right, c.data(), n, nullptr);
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        float expected = 0;
        for (std::int64_t p = 0; p < k; ++p) {
          expected += left.data[i * left.row_stride + p * left.column_stride] *
                      right.data[p * right.row_stride + j * right.column_stride];
        }
        ASSERT_EQ(c[static_cast<std::size_t>(i * n + j)], expected) << m << " " << n << " " << k;
      }
    }
  }
}

// Whole ops give the same, to rounding, whatever the instructions.
TEST_P(VectorLoopsTest, ConvolutionsAgreeWithTheBaseline) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  const auto make = [&](const Shape& shape) {
    Ref<TensorRep> rep = TensorRep::make(DType::float32, shape);
    for (float& value : rep->mutable_flat<float>()) value = normal(random);
    return rep;
  };
  const auto image = make({2, 9, 7, 5});
  const auto filter = make({3, 3, 5, 37});
  const Attrs attrs = {{"strides", std::vector<std::int64_t>{1, 1, 1, 1}}, {"padding", "SAME"}};
  const auto got = run("Conv2D", {image, filter}, attrs);
  set_instruction_set(InstructionSet::baseline);
  const auto expected = run("Conv2D", {image, filter}, attrs);
  for (std::int64_t i = 0; i < got->num_elements(); ++i) {
    ASSERT_NEAR(got->data<float>()[i], expected->data<float>()[i], 2e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(Sets, VectorLoopsTest,
                         ::testing::ValuesIn(available_instruction_sets().begin(),
                                             available_instruction_sets().end()),
                         [](const auto& test) {
                           return std::string(instruction_set_name(test.param));
                         });

}  // namespace
}  // namespace opscope::runtime
