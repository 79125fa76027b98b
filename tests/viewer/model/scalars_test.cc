#include "model/scalars.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace opscope::viewer {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Smoothing, IsTheDebiasedAverageOfTensorBoard) {
  // By hand: last = 0.5 * last + 0.5 * value, divided by 1 - 0.5^n.
  EXPECT_THAT(smoothed(std::vector<double>{1, 2, 4}, 0.5),
              ElementsAre(1.0, DoubleNear(1.25 / 0.75, 1e-12), DoubleNear(2.625 / 0.875, 1e-12)));
}

TEST(Smoothing, PassesValuesThatAreNotFiniteAndForgetsThem) {
  const std::vector<double> result = smoothed(std::vector<double>{1, kNan, 2, kInfinity, 4}, 0.5);
  EXPECT_TRUE(std::isnan(result[1]));
  EXPECT_EQ(result[3], kInfinity);
  EXPECT_DOUBLE_EQ(result[2], 1.25 / 0.75);
  EXPECT_DOUBLE_EQ(result[4], 2.625 / 0.875);
}

TEST(Smoothing, LeavesConstantsAndWeightZeroAlone) {
  EXPECT_THAT(smoothed(std::vector<double>{3, 3, 3}, 0.9), ElementsAre(3, 3, 3));
  EXPECT_THAT(smoothed(std::vector<double>{3, 1}, 0), ElementsAre(3, 1));
}

TEST(ValueDomain, LeavesOutliersOutWhenAsked) {
  std::vector<double> values(100);
  std::iota(values.begin(), values.end(), 0.0);
  values.back() = 1e9;
  EXPECT_EQ(value_domain(values, false).max, 1e9);
  EXPECT_LT(value_domain(values, true).max, 100);
  EXPECT_GT(value_domain(values, true).min, 0);
}

TEST(ValueDomain, IsNeverEmpty) {
  EXPECT_LT(value_domain(std::vector<double>{5}, false).min, 5);
  EXPECT_GT(value_domain(std::vector<double>{5}, false).max, 5);
  const Domain nothing = value_domain(std::vector<double>{kNan}, false);
  EXPECT_EQ(nothing.min, 0);
  EXPECT_EQ(nothing.max, 1);
}

TEST(Decimation, KeepsExtremesAndFirstAndLastOfEveryColumn) {
  std::vector<double> x(100'000);
  std::iota(x.begin(), x.end(), 0.0);
  std::vector<double> y(x.size());
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::sin(static_cast<double>(i));
  y[54'321] = 50;
  y[12'345] = -50;
  const std::vector<std::uint32_t> kept = decimate(x, y, {0, 99'999}, 200);
  EXPECT_LE(kept.size(), 4U * 200 + 2 + 4);
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
  EXPECT_THAT(kept, ::testing::Contains(54'321U));
  EXPECT_THAT(kept, ::testing::Contains(12'345U));
  EXPECT_EQ(kept.front(), 0U);
  EXPECT_EQ(kept.back(), 99'999U);
}

TEST(Decimation, KeepsEveryPointOfShortSeriesAndOneBeyondEitherEnd) {
  const std::vector<double> x{0, 1, 2, 3, 4, 5};
  const std::vector<double> y{0, kNan, 2, 3, 4, 5};
  EXPECT_THAT(decimate(x, y, {0, 5}, 100), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(decimate(x, y, {1.5, 3.5}, 100), ElementsAre(1, 2, 3, 4));
}

TEST(RangeFacts, CountOnlyFinitePointsInside) {
  const std::vector<double> x{0, 1, 2, 3, 4};
  const std::vector<double> y{9, 2, kNan, 6, 9};
  const RangeFacts facts = range_facts(x, y, {1, 3});
  EXPECT_EQ(facts.count, 2U);
  EXPECT_EQ(facts.first, 2);
  EXPECT_EQ(facts.last, 6);
  EXPECT_EQ(facts.mean, 4);
}

TEST(NearestPoint, IsTheCloserNeighbour) {
  const std::vector<double> x{0, 10, 20};
  EXPECT_EQ(nearest_point(x, -5), 0U);
  EXPECT_EQ(nearest_point(x, 14), 1U);
  EXPECT_EQ(nearest_point(x, 16), 2U);
  EXPECT_EQ(nearest_point(x, 99), 2U);
}

TEST(AxisTicks, AreRoundNumbersInsideTheDomain) {
  EXPECT_THAT(axis_ticks({0, 1}, 5), ElementsAre(0, 0.2, 0.4, DoubleNear(0.6, 1e-12), 0.8, 1));
  EXPECT_THAT(log_axis_ticks({0.5, 2000}, 5), ElementsAre(1, 10, 100, 1000));
}

TEST(NaturalOrder, ComparesDigitsAsNumbers) {
  EXPECT_TRUE(natural_less("layer_2/w", "layer_10/w"));
  EXPECT_FALSE(natural_less("layer_10/w", "layer_2/w"));
  EXPECT_TRUE(natural_less("a", "a1"));
  EXPECT_FALSE(natural_less("a", "a"));
  EXPECT_TRUE(natural_less("a01", "a1") != natural_less("a1", "a01"));
}

TEST(TagGroups, GroupByPrefixInNaturalOrder) {
  auto run = std::make_shared<viewer::Run>();
  for (const char* name : {"loss", "layer10/a", "layer2/a", "layer2/b", "text"}) {
    auto tag = std::make_shared<Tag>();
    tag->name = name;
    tag->data_class = tag->name == "text" ? DataClass::tensor : DataClass::scalar;
    run->tags.push_back(std::move(tag));
  }
  LogdirModel model;
  model.runs.push_back(std::move(run));
  const std::vector<TagGroup> groups = scalar_tag_groups(model);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].name, "layer2");
  EXPECT_THAT(groups[0].tags, ElementsAre("layer2/a", "layer2/b"));
  EXPECT_EQ(groups[1].name, "layer10");
  EXPECT_EQ(groups[2].name, "loss");
}

}  // namespace
}  // namespace opscope::viewer
