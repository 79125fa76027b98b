#include "model/histograms.h"

#include <gmock/gmock.h>

#include <limits>

#include "model/logdir.h"

namespace opscope::viewer {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;

using Buckets = std::vector<HistogramBucket>;

// The expected numbers are those of compress_histogram() of TensorBoard 2.21.
TEST(DistributionPercentiles, InterpolateInsideBuckets) {
  const Buckets buckets{{0, 1, 10}, {1, 2, 20}, {2, 4, 70}};
  EXPECT_THAT(distribution_percentiles(buckets),
              Pointwise(DoubleNear(1e-12), Percentiles{0, 0.668, 1.2935, 2.0242857142857142,
                                                       2.571428571428571, 3.1185714285714288,
                                                       3.5465714285714283, 3.8091428571428572, 4}));
}

TEST(DistributionPercentiles, PassOverEmptyBucketsAndAcceptThoseWithoutWidth) {
  const Buckets buckets{{-1, -1, 5}, {0, 0, 0}, {0, 2, 0}, {2, 3, 15}};
  EXPECT_THAT(
      distribution_percentiles(buckets),
      Pointwise(DoubleNear(1e-12), Percentiles{-1, -1, -1, 2.078, 2.3333333333333335,
                                               2.5886666666666667, 2.7884, 2.9109333333333334, 3}));
}

TEST(DistributionPercentiles, OfNothingAreZeroAndOfEmptyBucketsTheLastEdge) {
  EXPECT_EQ(distribution_percentiles({}), Percentiles{});
  Percentiles twos;
  twos.fill(2);
  EXPECT_EQ(distribution_percentiles(Buckets{{0, 1, 0}, {1, 2, 0}}), twos);
}

TEST(Rebinned, SharesABucketOutByOverlap) {
  const Buckets buckets{{0, 1, 8}, {1, 1, 2}, {1, 4, 6}};
  EXPECT_THAT(rebinned(buckets, {0, 4}, 8), ElementsAre(4, 4, 3, 1, 1, 1, 1, 1));
}

TEST(Rebinned, KeepsTheValueAtTheUpperEndAndLeavesOutWhatIsOutside) {
  const double inf = std::numeric_limits<double>::infinity();
  const Buckets buckets{{-9, -8, 100}, {4, 4, 2}, {1, inf, 5}, {2, 3, inf}, {0, 1, -3}};
  EXPECT_THAT(rebinned(buckets, {0, 4}, 4), ElementsAre(0, 0, 0, 2));
}

TEST(HistogramDomain, HoldsFilledBucketsOfAllSteps) {
  const std::vector<Buckets> steps{{{-5, 0, 0}, {0, 1, 3}}, {{0.5, 7, 1}, {7, 1e308, 1}}};
  const Domain domain = histogram_domain(steps);
  EXPECT_EQ(domain.min, 0);
  EXPECT_EQ(domain.max, 7);
  const Domain one = histogram_domain(std::vector<Buckets>{{{2, 2, 1}}});
  EXPECT_LT(one.min, 2);
  EXPECT_GT(one.max, 2);
}

TEST(SpreadPositions, HoldTheFirstAndTheLast) {
  EXPECT_THAT(spread_positions(3, 10), ElementsAre(0, 1, 2));
  EXPECT_THAT(spread_positions(101, 5), ElementsAre(0, 25, 50, 75, 100));
  EXPECT_THAT(spread_positions(4, 1), ElementsAre(3));
  EXPECT_THAT(spread_positions(0, 5), ElementsAre());
}

TEST(HistogramSeries, ReadsEveryStepOfALog) {
  const auto logdir = Logdir::open(OPSCOPE_SHARED "/corpus/keras");
  ASSERT_TRUE(logdir);
  const auto tags = histogram_tags(*logdir->snapshot());
  ASSERT_FALSE(tags.empty());
  for (const HistogramTag& found : tags) {
    const HistogramSeries series = load_histogram_series(*found.run, *found.tag, 100);
    EXPECT_EQ(series.unreadable_count, 0U) << series.error;
    ASSERT_EQ(series.bins.size(), found.tag->values.size());
    for (std::size_t i = 0; i < series.bins.size(); ++i) {
      double sum = 0;
      for (const double count : series.bins[i]) sum += count;
      EXPECT_NEAR(sum, series.times.values[i], 1e-6 * sum) << found.tag->name;
    }
  }
}

TEST(HistogramSeries, CountsWhatCannotBeRead) {
  Tag tag;
  tag.values.push_back({});
  const HistogramSeries series = load_histogram_series({}, tag, 100);
  EXPECT_EQ(series.unreadable_count, 1U);
  EXPECT_FALSE(series.error.empty());
  EXPECT_TRUE(series.bins.empty());
}

}  // namespace
}  // namespace opscope::viewer
