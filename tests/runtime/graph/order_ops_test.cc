// Unique values, searches, shuffles, draws, complex numbers and characters, eagerly and traced.
// Expected values are those of TensorFlow 2.21.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "opscope/error.h"
#include "opscope/runtime.h"

namespace opscope {
namespace {
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;

template <typename T>
std::vector<T> values(const Tensor& x) {
  const auto span = x.values<T>();
  return {span.begin(), span.end()};
}

// What f gives eagerly, after checking that the traced function gives the same.
template <typename T, typename F>
std::vector<T> both_ways(F f, const Tensor& x) {
  const std::vector<T> eager = values<T>(f(x));
  EXPECT_EQ(values<T>(function(f, {}, {.name = "f"})(x)), eager);
  return eager;
}

TEST(OrderOps, CountUniqueValues) {
  const UniqueCounts found = unique_with_counts(constant({7, 3, 7, 7, 3, 1}));
  EXPECT_THAT(values<std::int32_t>(found.y), ElementsAre(7, 3, 1));
  EXPECT_THAT(values<std::int32_t>(found.idx), ElementsAre(0, 1, 0, 0, 1, 2));
  EXPECT_THAT(values<std::int32_t>(found.count), ElementsAre(3, 2, 1));
  EXPECT_EQ(unique_with_counts(constant({1}), DType::int64).count.dtype(), DType::int64);
}

TEST(OrderOps, SearchSortedRows) {
  const Tensor sorted = constant({1.0F, 2.0F, 2.0F, 5.0F}, {1, 4});
  const auto search = [&](Side side) {
    return both_ways<std::int32_t>([&](const Tensor& x) { return searchsorted(sorted, x, side); },
                                   constant({2.0F, 0.0F, 6.0F}, {1, 3}));
  };
  EXPECT_THAT(search(Side::left), ElementsAre(1, 0, 4));
  EXPECT_THAT(search(Side::right), ElementsAre(3, 0, 4));
  EXPECT_THAT(values<std::int32_t>(bucketize(constant({-1.0F, 0.0F, 9.0F}), {0.0F, 3.0F})),
              ElementsAre(0, 1, 2));
  EXPECT_THROW(static_cast<void>(bucketize(constant({1.0F}), {1.0F, 0.0F})), Error);
}

TEST(OrderOps, ScatterIntoCopies) {
  const Tensor x = constant({1, 2, 3});
  const Tensor indices = constant({{0}, {2}});
  const Tensor updates = constant({5, -5});
  EXPECT_THAT(values<std::int32_t>(tensor_scatter_nd_sub(x, indices, updates)),
              ElementsAre(-4, 2, 8));
  EXPECT_THAT(values<std::int32_t>(tensor_scatter_nd_max(x, indices, updates)),
              ElementsAre(5, 2, 3));
  EXPECT_THAT(values<std::int32_t>(tensor_scatter_nd_min(x, indices, updates)),
              ElementsAre(1, 2, -5));
}

TEST(OrderOps, CompareNeighbours) {
  EXPECT_EQ(nextafter(constant(1.0F), constant(2.0F)).item(), 1.00000012F);
  EXPECT_THAT(values<bool>(approximate_equal(constant({1.0F, 2.0F}), constant({1.2F, 2.0F}), 0.1F)),
              ElementsAre(false, true));
}

TEST(RandomOps, DrawTensorFlowsNumbers) {
  const Tensor row = constant({0, 1, 2, 3, 4, 5});
  const Tensor logits = log(constant({0.2F, 0.3F, 0.5F}, {1, 3}));
  const auto shuffled = [](const Tensor& x) { return random::shuffle(x, 7); };
  EXPECT_THAT(both_ways<std::int32_t>(shuffled, row), ElementsAre(3, 0, 1, 4, 2, 5));
  const auto drawn = [](const Tensor& x) { return random::categorical(x, 8, 7); };
  EXPECT_THAT(both_ways<std::int64_t>(drawn, logits), ElementsAre(2, 0, 1, 2, 0, 1, 2, 1));
  const auto gammas = [](const Tensor& x) { return random::gamma({3}, x, 7); };
  EXPECT_THAT(both_ways<float>(gammas, constant({2.0F})),
              Pointwise(FloatNear(1e-6F), {2.4105992F, 2.7530365F, 4.4268279F}));
  const auto stateless = [](const Tensor& x) { return random::stateless_shuffle(x, {1, 2}); };
  EXPECT_THAT(both_ways<std::int32_t>(stateless, row), ElementsAre(4, 5, 0, 3, 1, 2));
  const auto classes = [](const Tensor& x) { return random::stateless_categorical(x, 8, {1, 2}); };
  EXPECT_THAT(both_ways<std::int64_t>(classes, logits), ElementsAre(2, 2, 0, 2, 2, 2, 2, 1));
}

TEST(RandomOps, GoOnFromCallToCallOfOneFunction) {
  const auto draw = function([](const Tensor& x) { return random::shuffle(x, 7); }, {}, {});
  const Tensor row = range(50);
  const std::vector<std::int32_t> first = values<std::int32_t>(draw(row));
  EXPECT_NE(values<std::int32_t>(draw(row)), first);
}

TEST(ComplexOps, TakeNumbersApart) {
  const Tensor z = complex(constant({3.0F, 0.0F}), constant({4.0F, 2.0F}));
  EXPECT_EQ(z.dtype(), DType::complex64);
  const Tensor squared = z * z;
  EXPECT_THAT(values<float>(real(squared)), ElementsAre(-7.0F, -4.0F));
  EXPECT_THAT(values<float>(imag(squared)), ElementsAre(24.0F, 0.0F));
  EXPECT_THAT(values<float>(abs(z)), ElementsAre(5.0F, 2.0F));
  EXPECT_THAT(values<float>(real(z * conj(z))), ElementsAre(25.0F, 4.0F));
  EXPECT_THAT(values<float>(angle(z)), Pointwise(FloatNear(1e-6F), {0.9272952F, 1.5707964F}));
  EXPECT_EQ(complex(constant({1.0}), constant({2.0})).dtype(), DType::complex128);
  const Tensor x = constant({1.0F});
  EXPECT_THAT(values<float>(real(x)), ElementsAre(1.0F));
  EXPECT_THAT(values<float>(imag(x)), ElementsAre(0.0F));
  EXPECT_THROW(static_cast<void>(angle(x)), Error);
}

TEST(StringOps, HaveCharacters) {
  const Tensor texts = constant({std::string("h\xc3\xa9"), std::string("\xff!")});
  const auto decoded = strings::unicode_decode(texts);
  EXPECT_THAT(values<std::int64_t>(decoded.row_splits), ElementsAre(0, 2, 4));
  EXPECT_THAT(values<std::int32_t>(decoded.values), ElementsAre('h', 0xe9, 0xfffd, '!'));
  const Tensor wide =
      strings::unicode_encode(decoded.values, decoded.row_splits, {.encoding = "UTF-16-BE"});
  EXPECT_THAT(values<std::string>(wide),
              ElementsAre(std::string("\0h\0\xe9", 4), std::string("\xff\xfd\0!", 4)));
  EXPECT_THROW(
      static_cast<void>(strings::unicode_decode(texts, {.errors = strings::CodingErrors::strict})),
      Error);
  const Tensor words = constant({std::string("hello"), std::string(), std::string(100, 'w')});
  EXPECT_THAT(values<std::int64_t>(strings::to_hash_bucket_fast(words, 1000)),
              ElementsAre(296, 263, 713));
}

}  // namespace
}  // namespace opscope
