#include "opscope/summary/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "summary/read_events.h"
#include "support/hex.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;
using testing::ThrowsError;

template <typename T>
std::vector<HistogramBucket> buckets_of(const std::vector<T>& values, std::size_t buckets) {
  return make_histogram(std::span<const T>(values), {.buckets = buckets});
}

std::vector<double> counts_of(const std::vector<HistogramBucket>& buckets) {
  std::vector<double> counts;
  for (const HistogramBucket& bucket : buckets) counts.push_back(bucket.count);
  return counts;
}

// TensorFlow 2.21.0, after the wall time: tf.summary.histogram("h", [0., 1., 2., 2.5, 10.], step=1,
// buckets=4), ("same", [3., 3.], step=1, buckets=2) and ("none", [], step=1, buckets=2).
TEST(Histogram, HasTheBytesOfTensorFlow) {
  const std::vector<std::string> expected = {
      "10012a86010a83010a0168426e080212081202080412020803226000000000000000000000000000000440000000"
      "0000"
      "00084000000000000004400000000000001440000000000000f03f00000000000014400000000000001e40000000"
      "0000"
      "0000000000000000001e400000000000002440000000000000f03f4a0e0a0c0a0a686973746f6772616d73",
      "10012a580a560a0473616d65423e0802120812020802120208032230000000000000084000000000000008400000"
      "0000"
      "000000000000000000000840000000000000084000000000000000404a0e0a0c0a0a686973746f6772616d73",
      "10012a580a560a046e6f6e65423e0802120812020802120208032230000000000000000000000000000000000000"
      "0000"
      "000000000000000000000000000000000000000000000000000000004a0e0a0c0a0a686973746f6772616d73"};
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  histogram(writer, "h", std::vector<float>{0, 1, 2, 2.5, 10}, 1, {.buckets = 4});
  histogram(writer, "same", std::vector<double>{3, 3}, 1, {.buckets = 2});
  histogram(writer, "none", std::vector<int>{}, 1, {.buckets = 2});
  writer.close();
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  ASSERT_EQ(events.size(), 3U);
  constexpr std::size_t kWallTimeBytes = 9;
  const auto bytes = [&](std::size_t i) {
    return events[i].SerializeAsString().substr(kWallTimeBytes);
  };
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(bytes(i), testing::bytes_from_hex(expected[i])) << i;
  }
}

TEST(Histogram, CountsEveryNumberType) {
  const std::vector<HistogramBucket> expected = {{0, 2, 2}, {2, 4, 3}};
  EXPECT_EQ(buckets_of<float>({0, 1, 2, 3, 4}, 2), expected);
  EXPECT_EQ(buckets_of<double>({0, 1, 2, 3, 4}, 2), expected);
  EXPECT_EQ(buckets_of<std::int8_t>({0, 1, 2, 3, 4}, 2), expected);
  EXPECT_EQ(buckets_of<std::uint8_t>({0, 1, 2, 3, 4}, 2), expected);
  EXPECT_EQ(buckets_of<std::int16_t>({0, 1, 2, 3, 4}, 2), expected);
  EXPECT_EQ(buckets_of<std::uint16_t>({0, 1, 2, 3, 4}, 2), expected);
  EXPECT_EQ(buckets_of<std::int32_t>({0, 1, 2, 3, 4}, 2), expected);
  EXPECT_EQ(buckets_of<std::uint32_t>({0, 1, 2, 3, 4}, 2), expected);
  EXPECT_EQ(buckets_of<std::int64_t>({0, 1, 2, 3, 4}, 2), expected);
  EXPECT_EQ(buckets_of<std::uint64_t>({0, 1, 2, 3, 4}, 2), expected);
}

TEST(Histogram, CountsManyValuesOnceEach) {
  std::vector<int> values;
  for (int i = 0; i < 3001; ++i) values.push_back(i);
  const std::vector<HistogramBucket> buckets = buckets_of(values, 30);
  for (std::size_t i = 0; i < 30; ++i) {
    EXPECT_EQ(buckets[i].count, i == 29 ? 101 : 100);
    EXPECT_EQ(buckets[i].right, i == 29 ? 3000 : buckets[i + 1].left);
  }
}

TEST(Histogram, AddsUpWeights) {
  const std::vector<float> values = {0, 1, 10, NAN};
  const std::vector<double> weights = {0.5, 0.25, 2, 100};
  EXPECT_THAT(
      counts_of(make_histogram(std::span<const float>(values), {.buckets = 2, .weights = weights})),
      ElementsAre(0.75, 2));
  const std::vector<float> same = {3, 3};
  EXPECT_THAT(counts_of(make_histogram(std::span<const float>(same),
                                       {.buckets = 2, .weights = std::span(weights).first(2)})),
              ElementsAre(0, 0.75));
}

TEST(Histogram, LeavesOutWhatIsNotFinite) {
  const double inf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(buckets_of<double>({NAN, 0, inf, 4, -inf}, 2), buckets_of<double>({0, 4}, 2));
  EXPECT_EQ(buckets_of<double>({NAN, inf}, 2), buckets_of<double>({}, 2));
  // In every place of the lanes that look for them.
  for (std::size_t i = 0; i < 20; ++i) {
    std::vector<float> values(20, 1);
    values[i] = NAN;
    EXPECT_THAT(counts_of(buckets_of(values, 1)), ElementsAre(19)) << i;
  }
}

TEST(Histogram, HoldsAtTheEndsOfTheNumberRange) {
  const double max = std::numeric_limits<double>::max();
  const std::vector<HistogramBucket> wide = buckets_of<double>({-max, 1, max}, 3);
  EXPECT_THAT(counts_of(wide), ElementsAre(1, 1, 1));
  EXPECT_EQ(wide.front().left, -max);
  EXPECT_EQ(wide.back().right, max);
  const std::vector<HistogramBucket> narrow = buckets_of<double>({0, 5e-324}, 3);
  EXPECT_THAT(counts_of(narrow), ElementsAre(1, 0, 1));
  EXPECT_EQ(narrow.back().right, 5e-324);
}

TEST(Histogram, RefusesWhatDoesNotFit) {
  const std::vector<float> values = {1, 2};
  const std::vector<double> weights = {1};
  EXPECT_THAT([&] { buckets_of(values, 0); },
              ThrowsError(ErrorCode::invalid_argument, "at least 1 bucket; got 0"));
  EXPECT_THAT(
      [&] {
        static_cast<void>(make_histogram(std::span<const float>(values), {.weights = weights}));
      },
      ThrowsError(ErrorCode::invalid_argument, "2 values and 1 weights"));
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  EXPECT_THAT([&] { histogram(writer, "", values, 0); },
              ThrowsError(ErrorCode::invalid_argument, "empty"));
}

}  // namespace
}  // namespace opscope::summary
