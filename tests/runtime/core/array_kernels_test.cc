// Diagonals, blocks, folds and counts. The numbers are what TensorFlow 2.21's tf.raw_ops give for
// the same inputs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "op_test_util.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {
using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;

Ref<TensorRep> counted(const Shape& shape, float first = 0) {
  std::vector<float> values(static_cast<std::size_t>(shape.num_elements()));
  for (float& value : values) value = first++;
  return tensor<float>(shape, values);
}
Ref<TensorRep> ints(const Shape& shape, const std::vector<std::int32_t>& values) {
  return tensor<std::int32_t>(shape, values);
}
Ref<TensorRep> int_of(std::int32_t value) { return ints({}, {value}); }
Ref<TensorRep> float_of(float value) { return tensor<float>({}, {value}); }
std::vector<float> floats(const Ref<TensorRep>& rep) { return values_of<float>(rep); }

Attrs attr(const char* name, AttrValue value) {
  Attrs attrs;
  attrs.set(name, std::move(value));
  return attrs;
}
Attrs text(const char* name, const char* value) { return attr(name, std::string(value)); }
Attrs number(const char* name, std::int64_t value) { return attr(name, value); }

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "no error";
}

TEST(Diagonals, BandsKeepWhatIsNearTheMainDiagonal) {
  const auto band = run("MatrixBandPart", {counted({1, 3, 4}, 1), int_of(1), int_of(0)});
  EXPECT_THAT(floats(band), ElementsAre(1, 0, 0, 0, 5, 6, 0, 0, 0, 10, 11, 0));
  EXPECT_THAT(error_of([] {
                run("MatrixBandPart", {counted({2, 2}), int_of(3), int_of(0)});
              }),
              HasSubstr("must be negative or at most"));
}

TEST(Diagonals, ArePackedWithTheAlignmentAskedFor) {
  const auto part = [](const char* align) {
    return floats(run("MatrixDiagPartV3", {counted({1, 3, 4}, 1), ints({2}, {-1, 1}), float_of(9)},
                      text("align", align)));
  };
  EXPECT_THAT(part("RIGHT_LEFT"), ElementsAre(2, 7, 12, 1, 6, 11, 5, 10, 9));
  EXPECT_THAT(part("LEFT_RIGHT"), ElementsAre(2, 7, 12, 1, 6, 11, 9, 5, 10));
}

TEST(Diagonals, MakeTheSmallestMatrixThatHoldsThem) {
  const auto made = run("MatrixDiagV3",
                        {counted({2, 3}), ints({2}, {0, 1}), int_of(-1), int_of(-1), float_of(-1)});
  EXPECT_EQ(made->shape(), (Shape{3, 3}));
  EXPECT_THAT(floats(made), ElementsAre(3, 1, -1, -1, 4, 2, -1, -1, 5));
}

TEST(Diagonals, AreSetInPlaceOfOthers) {
  const auto set =
      run("MatrixSetDiagV3", {counted({1, 3, 4}, 1), tensor<float>({1, 2}, {7, 8}), int_of(-1)});
  EXPECT_THAT(floats(set), ElementsAre(1, 2, 3, 4, 7, 6, 7, 8, 9, 8, 11, 12));
}

TEST(Diagonals, OfTensors) {
  const auto made = run("Diag", {ints({2}, {3, 4})});
  EXPECT_THAT(values_of<std::int32_t>(made), ElementsAre(3, 0, 0, 4));
  EXPECT_THAT(values_of<std::int32_t>(run("DiagPart", {made})), ElementsAre(3, 4));
}

TEST(Diagonals, RefuseRangesOutsideOfTheMatrix) {
  const auto part = [](std::int32_t low, std::int32_t high) {
    return error_of([=] {
      run("MatrixDiagPartV3", {counted({2, 3}), ints({2}, {low, high}), float_of(0)});
    });
  };
  EXPECT_THAT(part(1, 0), HasSubstr("must not be larger"));
  EXPECT_THAT(part(-2, 0), HasSubstr("out of bound"));
  EXPECT_THAT(part(INT32_MIN, INT32_MAX), HasSubstr("out of bound"));
  EXPECT_THAT(error_of([] {
                run("MatrixDiagV3", {counted({3}), int_of(0), int_of(2), int_of(-1), float_of(0)});
              }),
              HasSubstr("number of rows is too small"));
  EXPECT_THAT(error_of([] {
                run("MatrixSetDiagV3", {counted({2, 2}), counted({3}), int_of(0)});
              }),
              HasSubstr("expected [2]"));
  EXPECT_THAT(error_of([] { run("DiagPart", {counted({2, 3})}); }), HasSubstr("do not match"));
}

TEST(Blocks, MoveBetweenSpaceAndDepth) {
  const auto deep = run("SpaceToDepth", {counted({1, 2, 4, 2})}, number("block_size", 2));
  EXPECT_EQ(deep->shape(), (Shape{1, 1, 2, 8}));
  EXPECT_THAT(floats(deep), ElementsAre(0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15));
  EXPECT_EQ(floats(run("DepthToSpace", {deep}, number("block_size", 2))),
            floats(counted({1, 2, 4, 2})));
  EXPECT_THAT(error_of([] {
                run("SpaceToDepth", {counted({1, 3, 4, 2})}, number("block_size", 2));
              }),
              HasSubstr("should be divisible by block_size"));
}

TEST(Blocks, MoveBetweenSpaceAndBatches) {
  const auto batches =
      run("SpaceToBatchND", {ints({1, 3}, {1, 2, 3}), ints({1}, {2}), ints({1, 2}, {1, 0})});
  EXPECT_EQ(batches->shape(), (Shape{2, 2}));
  EXPECT_THAT(values_of<std::int32_t>(batches), ElementsAre(0, 2, 1, 3));
  const auto space = run("BatchToSpaceND", {batches, ints({1}, {2}), ints({1, 2}, {1, 0})});
  EXPECT_THAT(values_of<std::int32_t>(space), ElementsAre(1, 2, 3));
}

TEST(Blocks, RefuseWhatDoesNotFit) {
  const auto moved = [](const char* op, std::int32_t block, std::vector<std::int32_t> margins) {
    return error_of([&] { run(op, {counted({4, 3}), ints({1}, {block}), ints({1, 2}, margins)}); });
  };
  EXPECT_THAT(moved("SpaceToBatchND", 2, {0, 0}), HasSubstr("is not divisible"));
  EXPECT_THAT(moved("SpaceToBatchND", 0, {0, 0}), HasSubstr("must be positive"));
  EXPECT_THAT(moved("SpaceToBatchND", 1, {-1, 0}), HasSubstr("must be non-negative"));
  EXPECT_THAT(moved("BatchToSpaceND", 3, {0, 0}), HasSubstr("is not divisible"));
  EXPECT_THAT(moved("BatchToSpaceND", 2, {4, 3}), HasSubstr("must be non-negative"));
}

TEST(ReverseSequence, ReversesTheBeginningOfEachRow) {
  Attrs attrs = number("seq_dim", 1);
  const auto reversed = run("ReverseSequence", {counted({3, 4}, 1), ints({3}, {2, 0, 4})}, attrs);
  EXPECT_THAT(floats(reversed), ElementsAre(2, 1, 3, 4, 5, 6, 7, 8, 12, 11, 10, 9));
  EXPECT_THAT(error_of([&] {
                run("ReverseSequence", {counted({3, 4}), ints({3}, {2, 0, 5})}, attrs);
              }),
              HasSubstr("must be in [0, 4]"));
}

TEST(MirrorPadGrad, FoldsTheMarginsBack) {
  const auto folded = [](const char* mode) {
    return floats(run("MirrorPadGrad",
                      {tensor<float>({6}, {1, 2, 4, 8, 16, 32}), ints({1, 2}, {1, 2})},
                      text("mode", mode)));
  };
  EXPECT_THAT(folded("REFLECT"), ElementsAre(34, 21, 8));
  EXPECT_THAT(folded("SYMMETRIC"), ElementsAre(3, 36, 24));
  EXPECT_THAT(error_of([] {
                run("MirrorPadGrad", {counted({4}), ints({1, 2}, {2, 1})}, text("mode", "REFLECT"));
              }),
              HasSubstr("must be no greater"));
}

TEST(CumulativeLogsumexp, BeginsWithTheLogarithmOfZero) {
  const auto values = tensor<float>({3}, {1, 2, 0.5f});
  EXPECT_THAT(floats(run("CumulativeLogsumexp", {values, int_of(0)})),
              ElementsAre(1, FloatEq(2.3132617f), FloatEq(2.4643688f)));
  Attrs attrs = attr("exclusive", true);
  attrs.set("reverse", true);
  const float kLowest = -std::numeric_limits<float>::infinity();
  EXPECT_THAT(floats(run("CumulativeLogsumexp", {values, int_of(0)}, attrs)),
              ElementsAre(FloatEq(2.2014134f), 0.5f, kLowest));
}

TEST(Counting, KeepsWhatIsNotListed) {
  const Tensors out = run_all("ListDiff", {ints({4}, {5, 1, 5, 2}), ints({1}, {1})});
  EXPECT_THAT(values_of<std::int32_t>(out[0]), ElementsAre(5, 5, 2));
  EXPECT_THAT(values_of<std::int32_t>(out[1]), ElementsAre(0, 2, 3));
}

TEST(Counting, LeavesOutValuesWithoutABin) {
  const auto bins =
      run("Bincount", {ints({5}, {1, 1, 3, 0, 9}), int_of(4), tensor<float>({5}, {1, 2, 3, 4, 5})});
  EXPECT_THAT(floats(bins), ElementsAre(4, 3, 0, 3));
  EXPECT_THAT(error_of([] {
                run("Bincount", {ints({1}, {-1}), int_of(4), tensor<float>({0}, {})});
              }),
              HasSubstr("must be non-negative"));
}

TEST(Counting, BroadcastsShapes) {
  const auto shape = run("BroadcastArgs", {ints({3}, {2, 1, 4}), ints({2}, {3, 1})});
  EXPECT_THAT(values_of<std::int32_t>(shape), ElementsAre(2, 3, 4));
}

}  // namespace
}  // namespace opscope::runtime
