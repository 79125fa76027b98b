// Values of tf.raw_ops of TensorFlow 2.21. range(shape) below is
//   (numpy.arange(size) % 7 - 3).reshape(shape).astype("float32").
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/resources.h"
#include "op_test_util.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;
using Floats = std::vector<float>;
using Ints = std::vector<std::int64_t>;

Ref<TensorRep> range(const Shape& shape) {
  Ref<TensorRep> rep = TensorRep::make(DType::float32, shape);
  for (std::int64_t i = 0; i < rep->num_elements(); ++i) {
    rep->mutable_data<float>()[i] = static_cast<float>(i % 7 - 3);
  }
  return rep;
}

Ref<TensorRep> sizes(const std::vector<std::int32_t>& values) {
  return tensor<std::int32_t>({static_cast<std::int64_t>(values.size())}, values);
}

Attrs windows(const Ints& strides, const char* padding) {
  return {{"strides", strides}, {"padding", padding}};
}
Attrs pool(std::int64_t size, const char* padding) {
  Attrs attrs = windows({1, 2, 2, 1}, padding);
  attrs.set("ksize", Ints{1, size, size, 1});
  return attrs;
}

std::string error_of(std::string_view op, const Tensors& inputs, const Attrs& attrs) {
  try {
    run_all(op, inputs, attrs);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void expect_near(const Ref<TensorRep>& got, const Floats& expected, float tolerance = 1e-5f) {
  EXPECT_THAT(values_of<float>(got), Pointwise(FloatNear(tolerance), expected));
}

const Shape kImage = {1, 4, 4, 2};
const Shape kFilter = {3, 3, 2, 2};

TEST(NnKernels, ConvolutionPadsTheSameStridesAndDilates) {
  const auto x = range(kImage);
  const auto f = range(kFilter);
  EXPECT_THAT(values_of<float>(run("Conv2D", {x, f}, windows({1, 2, 2, 1}, "SAME"))),
              ElementsAre(-3, 6, -14, 7, -3, 7, -10, -12));
  EXPECT_THAT(values_of<float>(run("Conv2D", {x, f}, windows({1, 1, 1, 1}, "VALID"))),
              ElementsAre(-3, 6, -10, 7, 4, -4, 18, 11));
  Attrs padded = windows({1, 2, 2, 1}, "EXPLICIT");
  padded.set("explicit_paddings", Ints{0, 0, 2, 0, 0, 1, 0, 0});
  EXPECT_THAT(values_of<float>(run("Conv2D", {x, f}, padded)),
              ElementsAre(6, -11, -2, 1, -3, 6, -14, 7));
}

TEST(NnKernels, ConvolutionTakesChannelsFirst) {
  Attrs attrs = windows({1, 1, 2, 2}, "SAME");
  attrs.set("data_format", "NCHW");
  const auto x = run("Transpose", {range(kImage), sizes({0, 3, 1, 2})});
  const auto y = run("Conv2D", {x, range(kFilter)}, attrs);
  EXPECT_EQ(y->shape(), Shape({1, 2, 2, 2}));
  EXPECT_THAT(values_of<float>(y), ElementsAre(-3, -14, -3, -10, 6, 7, 7, -12));
}

TEST(NnKernels, ConvolutionOfIntegersAgreesWithThatOfFloats) {
  const auto as_int = [](const Ref<TensorRep>& rep) {
    return run("Cast", {rep}, {{"DstT", DType::int32}});
  };
  const auto y =
      run("Conv2D", {as_int(range(kImage)), as_int(range(kFilter))}, windows({1, 2, 2, 1}, "SAME"));
  EXPECT_THAT(values_of<std::int32_t>(y), ElementsAre(-3, 6, -14, 7, -3, 7, -10, -12));
}

TEST(NnKernels, ConvolutionGradientsOfInputAndFilter) {
  const auto dy = range({1, 2, 2, 2});
  const Attrs attrs = windows({1, 2, 2, 1}, "SAME");
  EXPECT_THAT(values_of<float>(
                  run("Conv2DBackpropInput", {sizes({1, 4, 4, 2}), range(kFilter), dy}, attrs)),
              ElementsAre(13, 3, -7, -3, 11, -1, -1, -3, -12, 13, 3, -7, -5, 11, 1, -1, -9, -13, 18,
                          0, -14, -6, 0, 19, 8, -7, -1, 5, -6, -7, -3, -3));
  EXPECT_THAT(
      values_of<float>(
          run("Conv2DBackpropFilter", {range(kImage), sizes({3, 3, 2, 2}), dy}, attrs)),
      ElementsAreArray({16, -5, -5, 13,  -5,  10,  2, 7, 0, 4, -9, -10, -5, 13, -5, 10, 2, 7,
                        2,  4,  -9, -10, -11, -10, 0, 2, 3, 0, -1, -2,  -5, -4, -9, -6, 9, 6}));
}

TEST(NnKernels, DepthwiseConvolutionHasFiltersOfItsOwnForEachChannel) {
  EXPECT_THAT(values_of<float>(run("DepthwiseConv2dNative", {range(kImage), range({2, 2, 2, 2})},
                                   windows({1, 2, 2, 1}, "VALID"))),
              ElementsAre(12, 6, -1, -3, -10, -7, -5, 16, 8, 10, -3, -11, -7, -10, 0, 1));
}

TEST(NnKernels, PoolsTakeTheLargestOrTheMeanOfWhatIsThere) {
  const auto x = range(kImage);
  EXPECT_THAT(values_of<float>(run("MaxPool", {x}, pool(2, "VALID"))),
              ElementsAre(0, 1, 3, 3, 2, 3, 3, 0));
  EXPECT_THAT(values_of<float>(run("MaxPool", {x}, pool(3, "SAME"))),
              ElementsAre(3, 3, 3, 3, 3, 3, 3, 0));
  expect_near(run("AvgPool", {x}, pool(3, "SAME")), {0, 0.222222224f, 0.666666687f, -0.666666687f,
                                                     0.333333343f, 0.166666672f, -0.75f, -1.5f});
}

TEST(NnKernels, TheGradientOfMaxPoolGoesToTheFirstOfTheLargest) {
  const auto x = range(kImage);
  const auto y = run("MaxPool", {x}, pool(2, "VALID"));
  EXPECT_THAT(values_of<float>(run("MaxPoolGrad", {x, y, range({1, 2, 2, 2})}, pool(2, "VALID"))),
              ElementsAre(0, 0, 0, 0, 0, 0, -1, 0, 0, 0, -3, -2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0,
                          0, 0, 1, 2, 0, 0, 0, -3));
  // Equal values: only the first of each window.
  const auto ones = tensor<float>({1, 2, 2, 1}, {1, 1, 1, 1});
  const auto one = tensor<float>({1, 1, 1, 1}, {1});
  EXPECT_THAT(values_of<float>(run("MaxPoolGrad", {ones, one, one}, pool(2, "VALID"))),
              ElementsAre(1, 0, 0, 0));
}

TEST(NnKernels, BatchNormalisationOfTraining) {
  const auto vector = [](const Floats& values) { return tensor<float>({2}, values); };
  const auto x = range(kImage);
  const auto out =
      run_all("FusedBatchNormV3",
              {x, vector({1, 2}), vector({0, 1}), vector({.5f, .5f}), vector({.25f, 1})},
              {{"epsilon", 0.001f}, {"exponential_avg_factor", 0.5f}});
  Floats first = values_of<float>(out[0]);
  first.resize(8);
  EXPECT_THAT(first, Pointwise(FloatNear(1e-5f),
                               Floats{-1.36421418f, -0.940278888f, -0.372058421f, 1.12935197f,
                                      0.620097399f, 3.19898272f, 1.61225319f, -1.97509432f}));
  expect_near(out[1], {0.125f, 0.1875f});
  expect_near(out[2], {2.29166675f, 2.49166679f});
  expect_near(out[3], {-0.25f, -0.125f});
  expect_near(out[4], {4.0625f, 3.734375f});
  const auto gradient =
      run_all("FusedBatchNormGradV3",
              {run("Square", {x}), x, vector({1, 2}), out[3], out[4], tensor<float>({0}, {})},
              {{"epsilon", 0.001f}});
  first = values_of<float>(gradient[0]);
  first.resize(8);
  EXPECT_THAT(first, Pointwise(FloatNear(1e-5f),
                               Floats{2.17707825f, 0.242471457f, -1.6160531f, -3.87947583f,
                                      -1.44056094f, 0.277100474f, 2.70355439f, 5.40789127f}));
  expect_near(gradient[1], {-5.70489597f, -0.258703858f});
  expect_near(gradient[2], {66, 60});
}

TEST(NnKernels, LocalResponseNormalisation) {
  const auto x = tensor<float>({1, 1, 2, 4}, {0, 1, 2, 3, 4, 5, 6, 7});
  expect_near(run("LRN", {x}, {{"depth_radius", 1}}),
              {0, 0.408248276f, 0.516397774f, 0.801783681f, 0.617213368f, 0.566138506f,
               0.569494784f, 0.754829347f});
}

TEST(NnKernels, InTopKCountsWhatIsBetter) {
  const auto predictions =
      tensor<float>({4, 4}, {1, 2, 3, 3, NAN, 2, 3, 4, 1, INFINITY, 0, 0, 1, 1, 1, 1});
  const auto targets = tensor<std::int32_t>({4}, {2, 1, 1, 3});
  EXPECT_THAT(
      values_of<bool>(run("InTopKV2", {predictions, targets, tensor<std::int32_t>({}, {2})})),
      ElementsAre(true, false, false, true));
}

TEST(NnKernels, EinsumOfBatchesDiagonalsAndEllipses) {
  const auto einsum = [](const Tensors& inputs, const char* equation) {
    return values_of<float>(run("Einsum", inputs, {{"equation", equation}}));
  };
  EXPECT_THAT(einsum({range({2, 3, 2}), range({2, 2, 3})}, "bij,bjk->bki"),
              ElementsAre(9, 3, -3, 4, 2, 0, -1, 1, 3, 12, -5, -1, -9, 6, 0, -9, 3, 1));
  EXPECT_THAT(einsum({range({3, 3})}, "ii->i"), ElementsAre(-3, 1, -2));
  EXPECT_THAT(einsum({range({2, 1, 2, 2}), range({3, 2, 2})}, "...ij,...jk->...ik"),
              ElementsAre(11, 6, 3, 2, -9, 0, -1, -2, 6, 1, 2, 1, -5, -2, -6, -6, 7, -4, -6, 15, -2,
                          1, -6, -6));
}

TEST(NnKernels, EinsumTellsWhatIsWrongInItsEquation) {
  const auto x = range({2, 3});
  const auto error = [&](const Tensors& inputs, const char* equation) {
    return error_of("Einsum", inputs, {{"equation", equation}});
  };
  EXPECT_THAT(error({x, x}, "ij,jk->ik"),
              HasSubstr("Expected dimension 3 at axis 0 of the input shaped [2,3] but got "
                        "dimension 2"));
  EXPECT_THAT(error({x}, "ij,jk->ik"), HasSubstr("Expected 2 inputs but got: 1"));
  EXPECT_THAT(error({x}, "i->i"), HasSubstr("Expected input 0 to have rank 1 but got: 2"));
  EXPECT_THAT(error({x}, "ij"), HasSubstr("Expecting exactly one '->' in einsum equation: ij"));
}

TEST(NnKernels, ErrorsOfWindowsAreThoseOfTensorFlow) {
  const auto x = range(kImage);
  const auto f = range(kFilter);
  const auto conv = [&](const Attrs& attrs) { return error_of("Conv2D", {x, f}, attrs); };
  EXPECT_THAT(conv(windows({1, 0, 1, 1}, "SAME")), HasSubstr("Stride must be > 0, but got 0"));
  EXPECT_THAT(conv(windows({2, 1, 1, 1}, "SAME")),
              HasSubstr("does not yet support strides in the batch and depth dimensions"));
  EXPECT_THAT(conv(windows({1, 1, 1}, "SAME")),
              HasSubstr("Sliding window strides field must specify 4"));
  EXPECT_THAT(error_of("Conv2D", {range({1, 2, 2, 2}), f}, windows({1, 1, 1, 1}, "VALID")),
              HasSubstr("Computed output size would be negative"));
  EXPECT_THAT(error_of("Conv2D", {range({1, 4, 4, 3}), f}, windows({1, 1, 1, 1}, "SAME")),
              HasSubstr("input depth must be evenly divisible by filter depth: 3 vs 2"));
  EXPECT_THAT(error_of("Conv2D", {range({4, 4, 2}), f}, windows({1, 1, 1, 1}, "SAME")),
              HasSubstr("input must be 4-dimensional"));
  EXPECT_THAT(
      error_of("MaxPoolGrad", {x, range({1, 2, 2, 2}), range({1, 1, 2, 2})}, pool(2, "VALID")),
      HasSubstr("Expected grad shape to be [1,2,2,2], but got [1,1,2,2]"));
}

Ref<TensorRep> variable(const Floats& values) {
  const Shape shape = {static_cast<std::int64_t>(values.size())};
  auto resource = Ref<VariableResource>::adopt(new VariableResource("v", DType::float32, shape));
  resource->assign(tensor<float>(shape, values));
  return make_handle(DType::resource, resource);
}
Ref<TensorRep> value_of(const Ref<TensorRep>& handle) {
  return run("ReadVariableOp", {handle}, {{"dtype", DType::float32}});
}
Ref<TensorRep> scalar(float value) { return tensor<float>({}, {value}); }

// Each step on variables {1, 2}, {0.1, 0.2}, {0.1, 0.2} with the gradient {0.5, -1}.
class OptimizerStep : public ::testing::Test {
 protected:
  Ref<TensorRep> v = variable({1, 2});
  Ref<TensorRep> a = variable({.1f, .2f});
  Ref<TensorRep> b = variable({.1f, .2f});
  Ref<TensorRep> gradient = tensor<float>({2}, {.5f, -1});
};

TEST_F(OptimizerStep, GradientDescent) {
  run_all("ResourceApplyGradientDescent", {v, scalar(.1f), gradient});
  expect_near(value_of(v), {.95f, 2.1f});
}

TEST_F(OptimizerStep, RmsProp) {
  run_all("ResourceApplyRMSProp",
          {v, a, b, scalar(.1f), scalar(.9f), scalar(.5f), scalar(.01f), gradient});
  expect_near(value_of(v), {0.80857867f, 2.08569527f});
  expect_near(value_of(a), {0.11500001f, 0.280000031f});
  expect_near(value_of(b), {0.191421345f, -0.0856953189f});
}

TEST_F(OptimizerStep, Adagrad) {
  run_all("ResourceApplyAdagradV2", {v, a, scalar(.1f), scalar(.01f), gradient});
  expect_near(value_of(v), {0.916889429f, 2.09046125f});
  expect_near(value_of(a), {0.349999994f, 1.20000005f});
}

TEST_F(OptimizerStep, AdamOfNesterov) {
  run_all("ResourceApplyAdam",
          {v, a, b, scalar(.9f), scalar(.99f), scalar(.1f), scalar(.9f), scalar(.99f), scalar(.01f),
           gradient},
          {{"use_nesterov", true}});
  expect_near(value_of(v), {0.946437955f, 2.00600767f});
  expect_near(value_of(a), {0.140000015f, 0.0799999684f});
  expect_near(value_of(b), {0.101499997f, 0.207999989f});
}

TEST_F(OptimizerStep, MomentumOfNesterov) {
  run_all("ResourceApplyMomentum", {v, a, scalar(.1f), gradient, scalar(.9f)},
          {{"use_nesterov", true}});
  expect_near(value_of(v), {0.896899998f, 2.17379999f});
  expect_near(value_of(a), {0.589999974f, -0.819999993f});
}

TEST_F(OptimizerStep, RefusesOneVariableTwiceAndOtherShapes) {
  const Tensors twice = {v, v, scalar(.1f), gradient, scalar(.9f)};
  EXPECT_THAT(error_of("ResourceApplyMomentum", twice, {}), HasSubstr("must not be the same"));
  const Tensors longer = {v, scalar(.1f), tensor<float>({3}, {1, 2, 3})};
  EXPECT_THAT(error_of("ResourceApplyGradientDescent", longer, {}),
              HasSubstr("the variable is float32[2]"));
}

TEST(LinearAlgebra, DecomposesASymmetricMatrix) {
  const auto m = tensor<float>({2, 2}, {4, 2, 2, 3});
  expect_near(run("Cholesky", {m}), {2, 0, 1, 1.41421354f});
  expect_near(run("MatrixInverse", {m}), {0.375f, -0.25f, -0.25f, 0.5f});
  expect_near(run("MatrixDeterminant", {m}), {8});
  expect_near(run("SelfAdjointEigV2", {m}), {1.43844724f, 5.56155252f});
  expect_near(run("Svd", {m}), {5.561553f, 1.43844724f});
  const auto rhs = tensor<float>({2, 1}, {2, 1});
  expect_near(run("MatrixSolve", {m, rhs}), {0.5f, 0});
  expect_near(run("MatrixTriangularSolve", {m, rhs}), {0.5f, 0});
}

TEST(LinearAlgebra, FactorsMultiplyToTheMatrix) {
  const auto m = range({2, 4, 3});
  const auto qr = run_all("Qr", {m});
  expect_near(run("BatchMatMulV2", {qr[0], qr[1]}), values_of<float>(m));
  const auto svd = run_all("Svd", {m});
  const auto scaled = run("Mul", {svd[1], run("ExpandDims", {svd[0], sizes({1})})});
  expect_near(run("BatchMatMulV2", {scaled, svd[2]}, {{"adj_y", true}}), values_of<float>(m));
}

TEST(LinearAlgebra, ErrorsAreThoseOfTensorFlow) {
  const auto singular = tensor<float>({2, 2}, {1, 2, 2, 4});
  EXPECT_THAT(error_of("MatrixInverse", {singular}, {}), HasSubstr("Input is not invertible."));
  EXPECT_THAT(error_of("MatrixSolve", {singular, range({2, 1})}, {}),
              HasSubstr("Input matrix is not invertible."));
  EXPECT_THAT(error_of("MatrixSolve", {range({2, 2}), range({3, 1})}, {}),
              HasSubstr("Input matrix and rhs are incompatible."));
  EXPECT_THAT(error_of("Cholesky", {range({2, 3})}, {}), HasSubstr("Input matrix must be square."));
  const auto indefinite = run("Cholesky", {tensor<float>({2, 2}, {1, 2, 2, 1})});
  EXPECT_TRUE(std::isnan(indefinite->data<float>()[0]));
}

TEST(NnKernels, EmptyBatchesGiveEmptyResults) {
  EXPECT_EQ(
      run("Conv2D", {range({0, 4, 4, 2}), range(kFilter)}, windows({1, 1, 1, 1}, "SAME"))->shape(),
      Shape({0, 4, 4, 2}));
  const auto gradient =
      run("Conv2DBackpropFilter", {range({0, 4, 4, 2}), sizes({1, 1, 2, 1}), range({0, 4, 4, 1})},
          windows({1, 1, 1, 1}, "SAME"));
  EXPECT_THAT(values_of<float>(gradient), ElementsAre(0, 0));
  EXPECT_EQ(run("MaxPool", {range({0, 4, 4, 2})}, pool(2, "VALID"))->shape(), Shape({0, 2, 2, 2}));
}

}  // namespace
}  // namespace opscope::runtime
