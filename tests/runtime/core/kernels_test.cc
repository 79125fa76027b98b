// Values from TensorFlow 2.21 (tf.raw_ops of the same name) unless they are plain arithmetic.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "op_test_util.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {
using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Ints = std::vector<std::int32_t>;
using Floats = std::vector<float>;

std::string error_of(std::string_view op, const Tensors& inputs, const Attrs& attrs = {}) {
  try {
    run_all(op, inputs, attrs);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Kernels, AddBroadcasts) {
  const auto sum = run("AddV2", {tensor<float>({2, 1}, {1, 2}), tensor<float>({3}, {10, 20, 30})});
  EXPECT_EQ(sum->shape(), Shape({2, 3}));
  EXPECT_THAT(values_of<float>(sum), ElementsAre(11, 21, 31, 12, 22, 32));
}

TEST(Kernels, AddOfNothingIsNothing) {
  const auto sum = run("AddV2", {tensor<float>({0, 3}, {}), tensor<float>({3}, {1, 2, 3})});
  EXPECT_EQ(sum->shape(), Shape({0, 3}));
}

TEST(Kernels, IntegersWrap) {
  constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
  EXPECT_THAT(values_of<std::int32_t>(
                  run("AddV2", {tensor<std::int32_t>({}, {kMost}), tensor<std::int32_t>({}, {1})})),
              ElementsAre(std::numeric_limits<std::int32_t>::min()));
  EXPECT_THAT(values_of<std::uint16_t>(run(
                  "Mul", {tensor<std::uint16_t>({}, {65535}), tensor<std::uint16_t>({}, {65535})})),
              ElementsAre(1));
}

TEST(Kernels, FloorDivisionFollowsTheDivisorsSign) {
  const auto x = tensor<std::int32_t>({4}, {-7, 7, -7, 7});
  const auto y = tensor<std::int32_t>({4}, {3, -3, -3, 3});
  EXPECT_THAT(values_of<std::int32_t>(run("FloorMod", {x, y})), ElementsAre(2, -2, -1, 1));
  EXPECT_THAT(values_of<std::int32_t>(run("FloorDiv", {x, y})), ElementsAre(-3, -3, 2, 2));
  EXPECT_THAT(error_of("FloorMod", {x, tensor<std::int32_t>({}, {0})}),
              HasSubstr("division by zero"));
}

TEST(Kernels, MaximumKeepsNan) {
  const auto x = tensor<float>({2}, {std::nanf(""), 1});
  const auto y = tensor<float>({2}, {1, std::nanf("")});
  for (const float value : values_of<float>(run("Maximum", {x, y}))) EXPECT_TRUE(std::isnan(value));
}

TEST(Kernels, ErrorsNameOpShapesAndTypes) {
  const std::string text =
      error_of("AddV2", {tensor<float>({2}, {1, 2}), tensor<float>({3}, {1, 2, 3})});
  EXPECT_THAT(text, HasSubstr("AddV2: Incompatible shapes: [2] vs. [3]"));
  EXPECT_THAT(text, HasSubstr("float32[2], float32[3]"));
  EXPECT_THAT(error_of("AddV2", {tensor<float>({}, {1}), tensor<std::int32_t>({}, {1})}),
              HasSubstr("input 'y' (#1) was expected to be a float32 tensor"));
  EXPECT_THAT(error_of("AddV2", {tensor<std::string>({}, {"a"}), tensor<std::string>({}, {"b"})}),
              HasSubstr("Value for attr 'T' of string is not in the list of allowed values: "));
}

TEST(Kernels, AssertShowsItsData) {
  const auto no = tensor<bool>({}, {false});
  EXPECT_THAT(error_of("Assert", {no, tensor<std::int32_t>({2}, {1, 2})}),
              HasSubstr("assertion failed: [1 2] ("));
  EXPECT_THAT(error_of("Assert", {no, tensor<std::string>({}, {"why"})}),
              HasSubstr("assertion failed: [why] ("));
}

TEST(Kernels, ReductionsTakeAnyAxes) {
  const auto x = tensor<float>({2, 3, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  const auto sum = [&](const Ints& axes) {
    return values_of<float>(
        run("Sum", {x, tensor<std::int32_t>({static_cast<std::int64_t>(axes.size())}, axes)}));
  };
  EXPECT_THAT(sum({0}), ElementsAre(8, 10, 12, 14, 16, 18));
  EXPECT_THAT(sum({1}), ElementsAre(9, 12, 27, 30));
  EXPECT_THAT(sum({0, 2}), ElementsAre(18, 26, 34));
  EXPECT_THAT(sum({-1, 1, 0}), ElementsAre(78));
  EXPECT_THAT(error_of("Sum", {x, tensor<std::int32_t>({1}, {3})}),
              HasSubstr("Invalid reduction dimension"));
}

TEST(Kernels, MeanOfIntegersDoesNotWrap) {
  const auto x = tensor<std::uint8_t>({2, 2}, {4, 255, 6, 3});
  const auto axis = tensor<std::int32_t>({1}, {1});
  EXPECT_THAT(values_of<std::uint8_t>(run("Mean", {x, axis})), ElementsAre(129, 4));
  EXPECT_THAT(values_of<std::uint8_t>(run("Mean", {x, tensor<std::int32_t>({1}, {0})})),
              ElementsAre(5, 129));
}

TEST(Kernels, MatMulAgreesWithItsDefinition) {
  for (const std::int64_t n : {1, 7, 33, 130, 300}) {
    const std::int64_t m = n + 3;
    const std::int64_t k = 2 * n + 1;
    for (const bool transposed : {false, true}) {
      const auto a = TensorRep::make(DType::float32, transposed ? Shape{k, m} : Shape{m, k});
      const auto b = TensorRep::make(DType::float32, transposed ? Shape{n, k} : Shape{k, n});
      for (std::int64_t i = 0; i < m * k; ++i)
        a->mutable_data<float>()[i] = static_cast<float>(i * 7 % 5 - 2);
      for (std::int64_t i = 0; i < n * k; ++i)
        b->mutable_data<float>()[i] = static_cast<float>(i * 3 % 7 - 3);
      const auto c =
          run("MatMul", {a, b}, {{"transpose_a", transposed}, {"transpose_b", transposed}});
      for (std::int64_t i = 0; i < m; i += 5) {
        for (std::int64_t j = 0; j < n; ++j) {
          float want = 0;  // small integers: exact in any order
          for (std::int64_t p = 0; p < k; ++p) {
            want += a->data<float>()[transposed ? p * m + i : i * k + p] *
                    b->data<float>()[transposed ? j * k + p : p * n + j];
          }
          ASSERT_EQ(c->data<float>()[i * n + j], want) << n << ' ' << i << ' ' << j;
        }
      }
    }
  }
}

TEST(Kernels, SoftmaxOfThree) {
  EXPECT_THAT(values_of<float>(run("Softmax", {tensor<float>({1, 3}, {1, 2, 3})})),
              ElementsAre(FloatEq(0.09003057f), FloatEq(0.24472848f), FloatEq(0.66524088f)));
}

TEST(Kernels, StatelessRandomIsTensorFlows) {
  const Tensors inputs = {tensor<std::int32_t>({1}, {5}), tensor<std::int64_t>({2}, {1, 2})};
  std::vector<std::uint32_t> bits;
  for (const float value :
       values_of<float>(run("StatelessRandomUniform", inputs, {{"dtype", DType::float32}}))) {
    bits.push_back(std::bit_cast<std::uint32_t>(value));
  }
  EXPECT_THAT(bits, ElementsAre(1062736984u, 1044686728u, 1065289852u, 1042562200u, 1049313868u));
  const auto normal =
      values_of<float>(run("StatelessRandomNormal", inputs, {{"dtype", DType::float32}}));
  EXPECT_THAT(normal, ElementsAre(FloatEq(0.544110119342804f), FloatEq(0.20738030970096588f),
                                  FloatEq(0.0735643208026886f), FloatEq(0.04643455147743225f),
                                  FloatEq(-1.301589846611023f)));
  const Tensors key = run_all("StatelessRandomGetKeyCounter", {inputs[1]});
  EXPECT_THAT(values_of<std::uint64_t>(key[0]), ElementsAre(10413732777507651514u));
  EXPECT_THAT(values_of<std::uint64_t>(key[1]), ElementsAre(0u, 17830669156045600267u));
}

TEST(Kernels, SeededRandomIsTensorFlows) {
  std::vector<std::uint32_t> bits;
  for (const float value :
       values_of<float>(run("RandomUniform", {tensor<std::int32_t>({1}, {5})},
                            {{"seed", 3}, {"seed2", 4}, {"dtype", DType::float32}}))) {
    bits.push_back(std::bit_cast<std::uint32_t>(value));
  }
  EXPECT_THAT(bits, ElementsAre(1064073730u, 1052616976u, 1064484130u, 1062263348u, 1057628382u));
}

TEST(Kernels, StridedSliceIgnoresTheBeginMaskOfOneElement) {
  const Attrs attrs = {{"begin_mask", 1}, {"end_mask", 1}, {"shrink_axis_mask", 1}};
  EXPECT_THAT(values_of<std::int32_t>(
                  run("StridedSlice",
                      {tensor<std::int32_t>({2}, {-6, 6}), tensor<std::int32_t>({1}, {-1}),
                       tensor<std::int32_t>({1}, {-4}), tensor<std::int32_t>({1}, {1})},
                      attrs)),
              ElementsAre(6));
}

TEST(Kernels, GatherRefusesIndicesOutside) {
  const auto x = tensor<float>({2}, {1, 2});
  EXPECT_THAT(
      error_of("GatherV2", {x, tensor<std::int32_t>({1}, {2}), tensor<std::int32_t>({}, {0})}),
      HasSubstr("indices[0] = 2 is not in [0, 2)"));
}

TEST(Kernels, BroadcastGradientArgsListsSummedAxes) {
  const Tensors axes = run_all("BroadcastGradientArgs", {tensor<std::int32_t>({3}, {2, 1, 3}),
                                                         tensor<std::int32_t>({2}, {5, 1})});
  EXPECT_THAT(values_of<std::int32_t>(axes[0]), ElementsAre(1));
  EXPECT_THAT(values_of<std::int32_t>(axes[1]), ElementsAre(0, 2));
  const Tensors none = run_all("BroadcastGradientArgs",
                               {tensor<std::int32_t>({1}, {1}), tensor<std::int32_t>({1}, {1})});
  EXPECT_THAT(values_of<std::int32_t>(none[0]), IsEmpty());
}

TEST(Kernels, VariablesAreSharedByName) {
  const Attrs attrs = {
      {"dtype", DType::float32}, {"shape", Shape{2}}, {"shared_name", "kernels_test"}};
  const auto handle = run("VarHandleOp", {}, attrs);
  EXPECT_THAT(error_of("ReadVariableOp", {handle}, {{"dtype", DType::float32}}),
              HasSubstr("never assigned"));
  run_all("AssignVariableOp", {handle, tensor<float>({2}, {1, 2})});
  const auto before = run("ReadVariableOp", {handle}, {{"dtype", DType::float32}});
  run_all("AssignAddVariableOp", {run("VarHandleOp", {}, attrs), tensor<float>({2}, {10, 20})});
  EXPECT_THAT(values_of<float>(run("ReadVariableOp", {handle}, {{"dtype", DType::float32}})),
              ElementsAre(11, 22));
  EXPECT_THAT(values_of<float>(before), ElementsAre(1, 2));
  EXPECT_THAT(error_of("AssignVariableOp", {handle, tensor<float>({3}, {1, 2, 3})}),
              HasSubstr("Cannot assign"));
  run_all("DestroyResourceOp", {handle});
}
}  // namespace
}  // namespace opscope::runtime
