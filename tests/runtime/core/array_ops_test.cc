// The operations of ops_array.h, ops_random.h and ops_string.h. Expected values are those of
// TensorFlow 2.21.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "opscope/error.h"
#include "opscope/runtime.h"

namespace opscope {
namespace {
using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::IsEmpty;
using ::testing::Pointwise;

template <typename T = float>
std::vector<T> values(const Tensor& x) {
  const auto span = x.values<T>();
  return {span.begin(), span.end()};
}
std::vector<std::string> texts(const Tensor& x) { return values<std::string>(x); }
Tensor rows() { return constant({{3.f, 1.f, 2.f}, {9.f, 7.f, 8.f}}); }

// What f gives eagerly, after checking that the traced function gives the same.
template <typename T = float, typename F>
std::vector<T> both_ways(F f, const Tensor& x) {
  const Tensor eager = f(x);
  const Tensor traced = function(f, {}, {.name = "f"})(x);
  EXPECT_EQ(traced.shape(), eager.shape());
  EXPECT_EQ(values<T>(traced), values<T>(eager));
  return values<T>(eager);
}

TEST(Order, SortsAlongAnAxis) {
  EXPECT_THAT(both_ways([](const Tensor& x) { return sort(x); }, rows()),
              ElementsAre(1, 2, 3, 7, 8, 9));
  EXPECT_THAT(
      both_ways([](const Tensor& x) { return sort(x, {.axis = 0, .descending = true}); }, rows()),
      ElementsAre(9, 7, 8, 3, 1, 2));
  EXPECT_THROW(static_cast<void>(sort(rows(), {.axis = 2})), Error);
}

TEST(Order, SortsTheExtremesOfIntegers) {
  constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
  EXPECT_THAT(values<std::int32_t>(sort(constant({3, kLeast, 5}))), ElementsAre(kLeast, 3, 5));
  const Tensor bytes = cast(constant({3, 255, 0}), DType::uint8);
  EXPECT_THAT(values<std::uint8_t>(sort(bytes)), ElementsAre(0, 3, 255));
}

TEST(Order, KeepsTheOrderOfEquals) {
  EXPECT_THAT(values<std::int32_t>(argsort(constant({3, 1, 3, 2}))), ElementsAre(1, 3, 0, 2));
}

TEST(Order, FindsTheLargest) {
  const TopK largest = top_k(rows(), 2);
  EXPECT_THAT(values(largest.values), ElementsAre(3, 2, 9, 8));
  EXPECT_THAT(values<std::int32_t>(largest.indices), ElementsAre(0, 2, 0, 2));
}

TEST(Selecting, MasksAlongAnAxis) {
  const auto masked = [](const Tensor& x) {
    return boolean_mask(x, cast(constant({1, 0, 1}), DType::boolean), 1);
  };
  EXPECT_THAT(both_ways(masked, rows()), ElementsAre(3, 2, 9, 8));
  EXPECT_THROW(static_cast<void>(boolean_mask(rows(), constant(1) > 0)), Error);
  EXPECT_THROW(static_cast<void>(boolean_mask(rows(), constant({1, 2, 3}) > 0)), Error);
}

TEST(Selecting, MakesSequenceMasks) {
  EXPECT_THAT(values<bool>(sequence_mask(constant({1, 0, 3}))),
              ElementsAre(true, false, false, false, false, false, true, true, true));
  EXPECT_THAT(values(sequence_mask(constant({1, 3}), 2, DType::float32)), ElementsAre(1, 0, 1, 1));
}

TEST(Selecting, GathersWithinBatches) {
  const auto gathered = [](const Tensor& x) {
    return gather(x, constant({{2, 0}, {1, 1}}), {.batch_dims = 1});
  };
  EXPECT_THAT(both_ways(gathered, rows()), ElementsAre(2, 3, 7, 7));
}

TEST(Arrangement, Pads) {
  const Tensor x = constant({1.f, 2.f, 3.f});
  EXPECT_THAT(values(pad(x, {{1, 2}})), ElementsAre(0, 1, 2, 3, 0, 0));
  EXPECT_THAT(values(pad(x, {{0, 1}}, {.constant_value = 5})), ElementsAre(1, 2, 3, 5));
  EXPECT_THAT(values(pad(x, {{2, 1}}, {.mode = PadMode::reflect})), ElementsAre(3, 2, 1, 2, 3, 2));
  EXPECT_THAT(values(pad(x, {{2, 1}}, {.mode = PadMode::symmetric})),
              ElementsAre(2, 1, 1, 2, 3, 3));
  EXPECT_THAT(values(pad(x, constant({{1, 0}}))), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(pad(rows(), {{1, 1}, {0, 2}}).shape(), (Shape{4, 5}));
}

TEST(Arrangement, Repeats) {
  EXPECT_THAT(both_ways([](const Tensor& x) { return repeat(x, 2, 1); }, rows()),
              ElementsAre(3, 3, 1, 1, 2, 2, 9, 9, 7, 7, 8, 8));
  EXPECT_THAT(both_ways(
                  [](const Tensor& x) {
                    return repeat(x, constant({1, 0, 2}), 1);
                  },
                  rows()),
              ElementsAre(3, 2, 2, 9, 8, 8));
  EXPECT_EQ(repeat(rows(), 2).shape(), (Shape{12}));
  EXPECT_THROW(static_cast<void>(repeat(rows(), constant({1, 2}), 1)), Error);
}

TEST(Arrangement, MakesGrids) {
  const std::vector<Tensor> axes = {constant({1, 2}), constant({3, 4, 5})};
  const std::vector<Tensor> xy = meshgrid(axes);
  EXPECT_EQ(xy[0].shape(), (Shape{3, 2}));
  EXPECT_THAT(values<std::int32_t>(xy[0]), ElementsAre(1, 2, 1, 2, 1, 2));
  EXPECT_THAT(values<std::int32_t>(xy[1]), ElementsAre(3, 3, 4, 4, 5, 5));
  EXPECT_THAT(values<std::int32_t>(meshgrid(axes, false)[0]), ElementsAre(1, 1, 1, 2, 2, 2));
}

TEST(Random, GivesTensorFlowsNumbersForASeed) {
  const auto near = [](std::vector<float> want) { return Pointwise(FloatEq(), want); };
  EXPECT_THAT(values(random::truncated_normal({3}, {.mean = 1, .stddev = 2, .seed = 3})),
              near({3.123324155807495f, -0.7571566104888916f, 1.22374427318573f}));
  EXPECT_THAT(values<std::int32_t>(random::uniform({4}, 0, 10, 3)), ElementsAre(7, 3, 0, 0));
  EXPECT_THAT(values(random::uniform({2}, 1.f, 10.f, 3)),
              near({4.482364654541016f, 4.240236282348633f}));
}

TEST(Random, GivesTensorFlowsStatelessNumbers) {
  const auto near = [](std::vector<float> want) { return Pointwise(FloatEq(), want); };
  const random::SeedPair seed = {1, 2};
  EXPECT_THAT(values(random::stateless_uniform({3}, seed, 1.f, 10.f)),
              near({8.59654426574707f, 2.728407859802246f, 9.966009140014648f}));
  EXPECT_THAT(values<std::int32_t>(random::stateless_uniform({4}, seed, 0, 10)),
              ElementsAre(0, 9, 4, 9));
  EXPECT_THAT(values(random::stateless_truncated_normal({2}, seed, {.mean = 1, .stddev = 2})),
              near({2.0882201194763184f, 1.4147605895996094f}));
  EXPECT_THAT(values(random::stateless_normal({2}, seed)),
              near({0.544110119342804f, 0.20738030970096588f}));
}

Tensor words() { return constant({"abc", "", "xaya"}); }

TEST(Strings, ReplaceByRegularExpressions) {
  const auto replaced = [](const Tensor& x) { return strings::regex_replace(x, "a", "<\\0>"); };
  EXPECT_THAT(both_ways<std::string>(replaced, words()), ElementsAre("<a>bc", "", "x<a>y<a>"));
  EXPECT_THAT(texts(strings::regex_replace(words(), constant("a"), "b", false)),
              ElementsAre("bbc", "", "xbya"));
  EXPECT_THAT(texts(strings::regex_replace(words(), "a", "\\3")), ElementsAre("abc", "", "xaya"));
  EXPECT_THROW(static_cast<void>(strings::regex_replace(words(), "(", "b")), Error);
  EXPECT_THROW(static_cast<void>(strings::regex_replace(words(), words(), "b")), Error);
}

TEST(Strings, MatchWhole) {
  EXPECT_THAT(values<bool>(strings::regex_full_match(words(), ".*a")),
              ElementsAre(false, false, true));
  EXPECT_THAT(values<bool>(strings::regex_full_match(words(), constant("a?"))),
              ElementsAre(false, true, false));
}

TEST(Strings, JoinAlongDimensions) {
  const Tensor x = reshape(constant({"a", "b", "c", "d"}), {2, 2});
  const auto joined = [&](std::optional<Axes> axes) {
    strings::ReduceJoinOptions options;
    options.axes = std::move(axes);
    options.separator = ".";
    return texts(strings::reduce_join(x, options));
  };
  EXPECT_THAT(joined(Axes{0}), ElementsAre("a.c", "b.d"));
  EXPECT_THAT(joined(Axes{-1}), ElementsAre("a.b", "c.d"));
  EXPECT_THAT(joined(Axes{0, 1}), ElementsAre("a.c.b.d"));
  EXPECT_THAT(joined(std::nullopt), ElementsAre("a.b.c.d"));
  EXPECT_THAT(joined(Axes{}), ElementsAre("a", "b", "c", "d"));
  EXPECT_THROW(joined(Axes{2}), Error);
  EXPECT_THROW(joined(Axes{0, -2}), Error);
}

TEST(Strings, CutAndSplit) {
  EXPECT_THAT(texts(strings::substr("hello", constant({0, 1}), constant({1, 2}))),
              ElementsAre("h", "el"));
  EXPECT_THAT(texts(strings::substr("hello", 2, -1)), ElementsAre("llo"));
  EXPECT_THROW(static_cast<void>(strings::substr(words(), 2, 1)), Error);
  const strings::SplitParts parts = strings::split(constant({"a ", " a bb  c ", ""}), "", 1);
  EXPECT_THAT(texts(parts.values), ElementsAre("a", "", "a", "bb  c "));
  EXPECT_THAT(values<std::int64_t>(parts.indices), ElementsAre(0, 0, 0, 1, 1, 0, 1, 1));
  EXPECT_THAT(values<std::int64_t>(parts.shape), ElementsAre(3, 2));
  EXPECT_THAT(texts(strings::split(constant({"a,b,c", ""}), ",", 0).values),
              ElementsAre("a,b,c", ""));
}

TEST(Strings, BecomeNumbers) {
  EXPECT_THAT(values<std::int32_t>(strings::to_number(constant({"+5", "-3"}), DType::int32)),
              ElementsAre(5, -3));
  EXPECT_THROW(static_cast<void>(strings::to_number(constant({"+-5"}), DType::int32)), Error);
  EXPECT_THAT(values<std::int16_t>(io::decode_raw(constant({"abcd"}), DType::int16)),
              ElementsAre(25185, 25699));
  EXPECT_THAT(values<std::int16_t>(io::decode_raw(constant({"\x01\x02"}), DType::int16, false)),
              ElementsAre(258));
  EXPECT_THROW(static_cast<void>(io::decode_raw(constant({"abc"}), DType::int16)), Error);
  EXPECT_THROW(static_cast<void>(io::decode_raw(constant({"abc", "ab"}), DType::uint8)), Error);
  const Tensor none = constant(std::vector<std::string>{});
  EXPECT_THAT(values<std::int16_t>(io::decode_raw(none, DType::int16)), IsEmpty());
}

}  // namespace
}  // namespace opscope
