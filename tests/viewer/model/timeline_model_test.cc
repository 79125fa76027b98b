#include "model/timeline_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "viewer/model/profile_fixture.h"

namespace opscope::viewer::testing {
namespace {

using ::testing::ElementsAre;

// 100,000 events of 8 ps every 10 ps, and a long one at 500,000.
Profile dense_profile() {
  SpaceBuilder builder;
  builder.line("main");
  for (int i = 0; i < 50'000; ++i) builder.event("short", i * 10, 8);
  builder.event("long", 500'000, 300'000);
  for (int i = 80'000; i < 130'000; ++i) builder.event("short", i * 10, 8);
  return profile_from(builder.bytes()).value();
}

TEST(VisibleSlices, AreNeverMoreThanPixelsAllow) {
  const Profile profile = dense_profile();
  for (const int width : {1, 10, 333, 2000}) {
    const auto slices = visible_slices(profile.lines[0], 0, {0, 1'300'000}, width);
    EXPECT_LE(slices.size(), 2U * static_cast<unsigned>(width) + 2);
    std::uint64_t events = 0;
    for (std::size_t i = 0; i < slices.size(); ++i) {
      events += slices[i].event_count;
      EXPECT_TRUE(i == 0 || slices[i].begin_ps >= slices[i - 1].end_ps);
    }
    EXPECT_EQ(events, 100'001U);
  }
}

TEST(VisibleSlices, MergeOnlyWhatSharesAPixelAndSayHowBusyItIs) {
  const Profile profile = dense_profile();
  const auto slices = visible_slices(profile.lines[0], 0, {0, 1'300'000}, 130);
  EXPECT_EQ(slices[0].event_count, 1'000U);
  EXPECT_NEAR(slices[0].busy, 0.8, 0.01);
  const auto is_long = [&](const VisibleSlice& slice) {
    return event_name(profile, {0, slice.event}) == "long";
  };
  const auto found = std::find_if(slices.begin(), slices.end(), is_long);
  ASSERT_NE(found, slices.end());
  EXPECT_EQ(found->event_count, 1U);
  EXPECT_EQ(found->end_ps - found->begin_ps, 300'000);
}

TEST(VisibleSlices, ShowSingleEventsWhenThereIsRoom) {
  const Profile profile = dense_profile();
  const auto slices = visible_slices(profile.lines[0], 0, {105, 125}, 200);
  ASSERT_EQ(slices.size(), 3U);  // one across the left edge, one inside, one that begins inside
  EXPECT_EQ(slices[0].begin_ps, 100);
  EXPECT_EQ(slices[2].begin_ps, 120);
  EXPECT_EQ(slices[1].event_count, 1U);
}

TEST(EventAt, FindsTheEventUnderTheCursor) {
  const Profile profile = dense_profile();
  EXPECT_EQ(event_at(profile.lines[0], 0, 107), 10U);
  EXPECT_EQ(event_at(profile.lines[0], 0, 108), std::nullopt);
  EXPECT_EQ(event_at(profile.lines[0], 1, 100), std::nullopt);
  EXPECT_EQ(event_at(profile.lines[0], 0, -1), std::nullopt);
}

TEST(NextEqualEvent, StepsBothWays) {
  SpaceBuilder builder;
  builder.line("main");
  for (int i = 0; i < 6; ++i) builder.event(i % 2 == 0 ? "a" : "b", i * 10, 5);
  const Profile profile = profile_from(builder.bytes()).value();
  EXPECT_EQ(next_equal_event(profile.lines[0], 2, 1), 4U);
  EXPECT_EQ(next_equal_event(profile.lines[0], 2, -1), 0U);
  EXPECT_EQ(next_equal_event(profile.lines[0], 4, 1), std::nullopt);
}

TEST(VisibleCounter, KeepsTheExtremesOfAPixel) {
  ProfileCounter counter;
  for (int i = 0; i < 10'000; ++i) {
    counter.times_ps.push_back(i);
    counter.values.push_back(i == 5'555 ? 1000 : i % 10);
  }
  const auto columns = visible_counter(counter, {0, 10'000}, 100);
  EXPECT_LE(columns.size(), 100U);
  double high = 0;
  for (const CounterColumn& column : columns) high = std::max(high, column.max);
  EXPECT_EQ(high, 1000);
}

TEST(VisibleCounter, HoldsAValueUntilTheNext) {
  ProfileCounter counter;
  counter.times_ps = {0, 100};
  counter.values = {5, 6};
  const auto columns = visible_counter(counter, {40, 60}, 10);
  ASSERT_EQ(columns.size(), 1U);
  EXPECT_EQ(columns[0].begin_ps, 40);
  EXPECT_EQ(columns[0].end_ps, 60);
  EXPECT_EQ(columns[0].last, 5);
}

TEST(TimeTicks, AreRoundAndFewEnough) {
  const TimeTicks ticks = time_ticks({0, 1'000'000}, 1000, 100);
  EXPECT_EQ(ticks.step_ps, 100'000);
  EXPECT_EQ(ticks.times_ps.size(), 11U);
  EXPECT_THAT(time_ticks({7, 21}, 100, 40).times_ps, ElementsAre(10, 20));
}

}  // namespace
}  // namespace opscope::viewer::testing
