// Segments, partitions, stitching, rolling and rows of variables. The numbers are what TensorFlow
// 2.21's tf.raw_ops give for the same inputs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/resources.h"
#include "op_test_util.h"
#include "ops/shape_context.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

Ref<TensorRep> rows() { return tensor<float>({3, 2}, {1, -2, 3, 4, 5, -6}); }
Ref<TensorRep> int_rows() { return tensor<std::int32_t>({3, 2}, {1, -2, 3, 4, 5, -6}); }
Ref<TensorRep> ids(const std::vector<std::int32_t>& values) {
  return tensor<std::int32_t>({static_cast<std::int64_t>(values.size())}, values);
}
Ref<TensorRep> scalar(std::int32_t value) { return make_scalar(value); }

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "no error";
}

TEST(Segments, CombineRunsAndFillGaps) {
  const auto of = [](const char* op) {
    return values_of<float>(run(op, {rows(), ids({0, 0, 2})}));
  };
  EXPECT_THAT(of("SegmentSum"), ElementsAre(4, 2, 0, 0, 5, -6));
  EXPECT_THAT(of("SegmentMean"), ElementsAre(2, 1, 0, 0, 5, -6));
  EXPECT_THAT(of("SegmentProd"), ElementsAre(3, -8, 1, 1, 5, -6));
  EXPECT_THAT(of("SegmentMax"), ElementsAre(3, 4, 0, 0, 5, -6));
  EXPECT_THAT(of("SegmentMin"), ElementsAre(1, -2, 0, 0, 5, -6));
}

TEST(Segments, MeansOfIntegersAreCut) {
  EXPECT_THAT(values_of<std::int32_t>(run("SegmentMean", {ids({-7, 2, 9}), ids({0, 0, 1})})),
              ElementsAre(-2, 9));
}

TEST(Segments, OfNothingAreEmpty) {
  const Ref<TensorRep> out = run("SegmentSum", {tensor<float>({0, 2}, {}), ids({})});
  EXPECT_EQ(out->shape(), (Shape{0, 2}));
}

TEST(Segments, UnsortedDropNegativeIds) {
  const auto of = [](const char* op) {
    return values_of<std::int32_t>(run(op, {int_rows(), ids({2, -1, 2}), scalar(3)}));
  };
  constexpr std::int32_t kLow = INT32_MIN;
  constexpr std::int32_t kHigh = INT32_MAX;
  EXPECT_THAT(of("UnsortedSegmentSum"), ElementsAre(0, 0, 0, 0, 6, -8));
  EXPECT_THAT(of("UnsortedSegmentProd"), ElementsAre(1, 1, 1, 1, 5, 12));
  EXPECT_THAT(of("UnsortedSegmentMax"), ElementsAre(kLow, kLow, kLow, kLow, 5, -2));
  EXPECT_THAT(of("UnsortedSegmentMin"), ElementsAre(kHigh, kHigh, kHigh, kHigh, 1, -6));
}

TEST(Segments, RefuseBadIds) {
  const auto sorted = [](const std::vector<std::int32_t>& values) {
    return error_of([&] { run("SegmentSum", {rows(), ids(values)}); });
  };
  EXPECT_THAT(sorted({1, 0, 2}), HasSubstr("segment ids are not increasing"));
  EXPECT_THAT(sorted({-1, 0, 2}), HasSubstr("Segment id -1 out of range [0, 3)"));
  EXPECT_THAT(sorted({0, 2}), HasSubstr("should be the same size as dimension 0 of input"));
  const auto unsorted = [](const std::vector<std::int32_t>& values, std::int32_t count) {
    return error_of([&] { run("UnsortedSegmentSum", {rows(), ids(values), scalar(count)}); });
  };
  EXPECT_THAT(unsorted({0, 3, 1}, 3), HasSubstr("segment_ids[1] = 3 is out of range [0, 3)"));
  EXPECT_THAT(unsorted({0, 1}, 3), HasSubstr("does not start with segment_ids.shape = [2]"));
  EXPECT_THAT(unsorted({0, 1, 1}, -1), HasSubstr("must not be negative"));
}

TEST(Stitching, PartitionsRows) {
  Attrs attrs;
  attrs.set("num_partitions", std::int64_t{3});
  const Tensors parts = run_all("DynamicPartition", {rows(), ids({1, 0, 1})}, attrs);
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_THAT(values_of<float>(parts[0]), ElementsAre(3, 4));
  EXPECT_THAT(values_of<float>(parts[1]), ElementsAre(1, -2, 5, -6));
  EXPECT_EQ(parts[2]->shape(), (Shape{0, 2}));
  EXPECT_THAT(error_of([&] {
                run_all("DynamicPartition", {rows(), ids({1, 0, 5})}, attrs);
              }),
              HasSubstr("partitions[2] = 5 is not in [0, 3)"));
}

TEST(Stitching, LetsLaterRowsWin) {
  const auto stitch = [](std::int64_t count, const Tensors& inputs) {
    Attrs attrs;
    attrs.set("N", count);
    return run("DynamicStitch", inputs, attrs);
  };
  const Ref<TensorRep> out =
      stitch(2, {ids({0, 2}), tensor<std::int32_t>({2, 1}, {3, 0}),
                 tensor<float>({2, 2}, {1, 2, 3, 4}), tensor<float>({2, 1, 2}, {5, 6, 7, 8})});
  EXPECT_THAT(values_of<float>(out), ElementsAre(7, 8, 0, 0, 3, 4, 5, 6));
  EXPECT_THAT(error_of([&] {
                stitch(1, {ids({-1, 2}), ids({1, 2})});
              }),
              HasSubstr("indices[0] is out of range"));
}

TEST(Rolling, WrapsAroundAlongEachAxis) {
  const Ref<TensorRep> in = tensor<std::int32_t>({2, 4}, {0, 1, 2, 3, 4, 5, 6, 7});
  EXPECT_THAT(values_of<std::int32_t>(run("Roll", {in, ids({1, -5}), ids({0, 1})})),
              ElementsAre(5, 6, 7, 4, 1, 2, 3, 0));
  EXPECT_NE(error_of([&] { run("Roll", {in, scalar(1), scalar(4)}); }), "no error");
}

TEST(LinSpace, EndsExactlyAtStop) {
  const auto of = [](std::int32_t count) {
    return values_of<float>(
        run("LinSpace", {make_scalar(0.0f), make_scalar(1.0f), make_scalar(count)}));
  };
  EXPECT_THAT(of(7), ElementsAre(0.0f, 0x1.555556p-3f, 0x1.555556p-2f, 0.5f, 0x1.555556p-1f,
                                 0x1.aaaaacp-1f, 1.0f));
  EXPECT_THAT(error_of([&] { of(0); }), HasSubstr("Requires num > 0: 0"));
}

TEST(VariableRows, AreGatheredAndScattered) {
  const Ref<VariableResource> variable =
      Ref<VariableResource>::adopt(new VariableResource("v", DType::float32, {3, 2}));
  variable->assign(tensor<float>({3, 2}, {1, 2, 3, 4, 5, 6}));
  const Ref<TensorRep> handle = make_handle(DType::resource, variable);
  const auto now = [&] { return values_of<float>(variable->read()); };
  run_all("ResourceScatterAdd",
          {handle, ids({0, 0, 2}), tensor<float>({3, 2}, {1, 1, 2, 2, 3, 3})});
  EXPECT_THAT(now(), ElementsAre(4, 5, 3, 4, 8, 9));
  run_all("ResourceScatterSub", {handle, ids({1}), make_scalar(10.0f)});
  EXPECT_THAT(now(), ElementsAre(4, 5, -7, -6, 8, 9));
  const Ref<TensorRep> places = tensor<std::int32_t>({2, 1}, {2, 0});
  run_all("ResourceScatterUpdate", {handle, places, tensor<float>({2, 1, 2}, {9, 8, 7, 6})});
  EXPECT_THAT(now(), ElementsAre(7, 6, -7, -6, 9, 8));
  Attrs attrs;
  attrs.set("dtype", DType::float32);
  const Ref<TensorRep> picked = run("ResourceGather", {handle, places}, attrs);
  EXPECT_EQ(picked->shape(), (Shape{2, 1, 2}));
  EXPECT_THAT(values_of<float>(picked), ElementsAre(9, 8, 7, 6));
  EXPECT_THAT(error_of([&] {
                run("ResourceGather", {handle, ids({3})}, attrs);
              }),
              HasSubstr("indices[0] = 3 is not in [0, 3)"));
  EXPECT_THAT(error_of([&] {
                run_all("ResourceScatterAdd", {handle, ids({0, 3}), make_scalar(1.0f)});
              }),
              HasSubstr("indices[1] = 3 is not in [0, 3)"));
  EXPECT_THAT(now(), ElementsAre(7, 6, -7, -6, 9, 8));
}

// The shape of output 0 where input 0 is the handle of a variable of shape [3, 2, 5].
Shape row_shape(std::string_view op, const Shape& indices, std::int64_t batch_dims = 0) {
  const Shape variable{3, 2, 5};
  const Shape inputs[] = {Shape(), indices};
  const DType dtypes[] = {DType::resource, DType::int32};
  const Shape* const variables[] = {&variable, nullptr};
  Attrs attrs;
  attrs.set("dtype", DType::float32);
  if (batch_dims != 0) attrs.set("batch_dims", batch_dims);
  Shape output;
  const DType float32 = DType::float32;
  infer_shapes({.spec = &get_op(op),
                .inputs = inputs,
                .input_dtypes = dtypes,
                .variable_shapes = variables,
                .attrs = &attrs,
                .outputs = {&output, 1},
                .output_dtypes = {&float32, 1}});
  return output;
}

TEST(VariableRows, HaveShapesThatFollowFromTheVariable) {
  EXPECT_EQ(row_shape("ResourceGather", {4, kAnyDim}), (Shape{4, kAnyDim, 2, 5}));
  EXPECT_EQ(row_shape("ResourceGather", {3, 7}, 1), (Shape{3, 7, 5}));
  EXPECT_EQ(row_shape("ResourceGatherNd", {4, 2}), (Shape{4, 5}));
  EXPECT_FALSE(row_shape("ResourceGatherNd", {4, kAnyDim}).has_rank());
  EXPECT_THAT(error_of([] { row_shape("ResourceGatherNd", {4, 4}); }), HasSubstr("params.rank"));
  EXPECT_THAT(error_of([] { row_shape("ResourceGather", {3}, 2); }), HasSubstr("batch_dims"));
}

TEST(VariableRows, AreGatheredByCoordinates) {
  const Ref<VariableResource> variable =
      Ref<VariableResource>::adopt(new VariableResource("v", DType::float32, {3, 2}));
  variable->assign(tensor<float>({3, 2}, {1, 2, 3, 4, 5, 6}));
  const Ref<TensorRep> handle = make_handle(DType::resource, variable);
  Attrs attrs;
  attrs.set("dtype", DType::float32);
  const auto gathered = [&](const Ref<TensorRep>& at) {
    return values_of<float>(run("ResourceGatherNd", {handle, at}, attrs));
  };
  EXPECT_THAT(gathered(tensor<std::int32_t>({2, 2}, {2, 1, 0, 0})), ElementsAre(6, 1));
  EXPECT_THAT(gathered(tensor<std::int32_t>({1, 1}, {1})), ElementsAre(3, 4));
  EXPECT_THAT(error_of([&] {
                gathered(tensor<std::int32_t>({1, 1}, {3}));
              }),
              HasSubstr("does not index into shape"));
}

}  // namespace
}  // namespace opscope::runtime
