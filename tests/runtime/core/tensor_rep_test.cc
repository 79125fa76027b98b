#include "core/tensor_rep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "core/allocator.h"
#include "core/attrs_proto.h"
#include "op_test_util.h"
#include "opscope/error.h"
#include "opscope/proto/tensor.pb.h"

namespace opscope::runtime {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(TensorRep, AlignsBuffersForVectorLoads) {
  const Ref<TensorRep> rep = TensorRep::make(DType::float32, {100});
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(rep->raw_data()) % 64, 0u);
}

TEST(TensorRep, ReusesFreedMemory) {
  const auto round = [] {
    const Ref<TensorRep> small = TensorRep::make(DType::float32, Shape());
    const Ref<TensorRep> large = TensorRep::make(DType::float32, {1 << 16});
  };
  round();
  const std::uint64_t before = memory_stats().system_allocations;
  for (int i = 0; i < 100; ++i) round();
  EXPECT_EQ(memory_stats().system_allocations, before);
}

TEST(TensorRep, CountsLiveAndPeakBytes) {
  reset_peak_bytes();
  const std::int64_t before = memory_stats().live_bytes;
  { const Ref<TensorRep> rep = TensorRep::make(DType::float64, {1000}); }
  EXPECT_EQ(memory_stats().live_bytes, before);
  EXPECT_EQ(memory_stats().peak_bytes, before + 8000);
}

TEST(TensorRep, RefusesSizesThatOverflow) {
  const Shape huge({std::int64_t{1} << 31, std::int64_t{1} << 31});
  try {
    static_cast<void>(TensorRep::make(DType::float64, huge));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::resource_exhausted);
  }
}

TEST(TensorRep, ViewsKeepTheirBufferAlive) {
  Ref<TensorRep> view;
  {
    const Ref<TensorRep> whole = tensor<float>({20}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    view = TensorRep::make_slice(*whole, 4, {2, 2});
    EXPECT_FALSE(view->is_exclusive());
  }
  EXPECT_TRUE(view->is_exclusive());
  EXPECT_THAT(values_of<float>(view), ElementsAre(4, 5, 6, 7));
}

TEST(TensorRep, MayBeFreedByAnotherThread) {
  Ref<TensorRep> rep = tensor<std::string>({3}, {"a", "bc", std::string(100, 'x')});
  std::thread([moved = std::move(rep)]() mutable { moved.reset(); }).join();
  EXPECT_FALSE(rep);
}

TEST(TensorProto, RoundTripsSmallAndLargeTensors) {
  for (const std::int64_t size : {0, 1, 5, 100}) {
    const Ref<TensorRep> in = TensorRep::make_zeros(DType::int16, {size});
    for (std::int64_t i = 0; i < size; ++i)
      in->mutable_data<std::int16_t>()[i] = static_cast<std::int16_t>(-i);
    proto::TensorProto text;
    tensor_to_proto(*in, &text);
    const Ref<TensorRep> out = tensor_from_proto(text);
    EXPECT_EQ(out->shape(), in->shape());
    EXPECT_EQ(values_of<std::int16_t>(out), values_of<std::int16_t>(in));
  }
}

TEST(TensorProto, RepeatsTheLastValue) {
  proto::TensorProto text;
  text.set_dtype(proto::DT_FLOAT);
  text.mutable_tensor_shape()->add_dim()->set_size(4);
  text.add_float_val(1);
  text.add_float_val(2);
  EXPECT_THAT(values_of<float>(tensor_from_proto(text)), ElementsAre(1, 2, 2, 2));
}

TEST(TensorProto, RefusesContentOfAnotherSize) {
  proto::TensorProto text;
  text.set_dtype(proto::DT_INT32);
  text.mutable_tensor_shape()->add_dim()->set_size(2);
  text.set_tensor_content("abc");
  try {
    static_cast<void>(tensor_from_proto(text));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("tensor_content has 3 bytes"));
  }
}

TEST(Half, RoundsToNearestEven) {
  EXPECT_EQ(half(1.0f).bits, 0x3c00);
  EXPECT_EQ(half(65520.0f).bits, 0x7c00);
  EXPECT_EQ(half(5.9604645e-08f).bits, 1);
  EXPECT_EQ(half(2049.0f).bits, half(2048.0f).bits);
  for (std::uint32_t bits = 0; bits < 0x7c00; ++bits) {
    const half value = half::from_bits(static_cast<std::uint16_t>(bits));
    ASSERT_EQ(half(static_cast<float>(value)).bits, bits);
  }
}
}  // namespace
}  // namespace opscope::runtime
