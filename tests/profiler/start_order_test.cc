// XProf finds a step only when it comes before what it encloses.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"

namespace opscope::profiler {
namespace {

void expect_in_start_order(const std::vector<RecordedEvent>& events) {
  for (std::size_t i = 1; i < events.size(); ++i) {
    ASSERT_LE(events[i - 1].start_ps, events[i].start_ps) << "event " << i;
    if (events[i - 1].start_ps == events[i].start_ps) {
      ASSERT_GE(events[i - 1].end_ps, events[i].end_ps) << "event " << i;
    }
  }
}

void nest(int depth) {
  OPSCOPE_ZONE("nested", "depth", depth);
  if (depth > 1) {
    nest(depth - 1);
    nest(depth - 1);
  }
}

TEST(StartOrder, AZoneComesBeforeWhatItEncloses) {
  start();
  {
    const Step step(1);
    OPSCOPE_ZONE("outer");
    OPSCOPE_ZONE("inner");
  }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].name, "train");
  EXPECT_EQ(events[1].name, "outer");
  EXPECT_EQ(events[2].name, "inner");
}

TEST(StartOrder, HoldsOverManyChunks) {
  start();
  {
    OPSCOPE_ZONE("whole");
    for (int i = 0; i < 20; ++i) {
      OPSCOPE_ZONE("part", "i", i);
      nest(10);  // 1023 zones of 24 bytes: parts begin and end within chunks of 64 KiB
    }
  }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 1u + 20 * 1024);
  EXPECT_EQ(events[0].name, "whole");
  expect_in_start_order(events);
}

TEST(StartOrder, HoldsWhenZonesOfManyChunksReachBackToTheFirst) {
  const NameId name = intern("late:Late");
  std::vector<std::uint64_t> starts;
  start();
  for (int i = 0; i < 100; ++i) starts.push_back(now_ticks());
  for (const std::uint64_t start_ticks : starts) {
    for (int i = 0; i < 1000; ++i) {
      OPSCOPE_ZONE("filler");
    }
    record_op(name, start_ticks, now_ticks());
  }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 100u * 1001);
  EXPECT_EQ(events[99].name, "late:Late");
  expect_in_start_order(events);
}

TEST(StartOrder, OfEventsAtOneMomentTheLongerAndThenTheLaterRecordedComesFirst) {
  start();
  const std::uint64_t now = now_ticks();
  record_op(intern("inner:A"), now, now + 1000);
  record_op(intern("outer:A"), now, now + 1000);
  record_op(intern("longest:A"), now, now + 100'000);
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].name, "longest:A");
  EXPECT_EQ(events[1].name, "outer:A");
  EXPECT_EQ(events[2].name, "inner:A");
}

TEST(StartOrder, CountersOfAllThreadsShareOneOrderedLine) {
  const NameId name = intern("ordered_counter");
  start();
  for (int i = 0; i < 5000; ++i) counter(name, i);
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 5000u);
  for (std::size_t i = 0; i < events.size(); ++i) {
    ASSERT_EQ(events[i].stats.at("counter_value"), StatValue(static_cast<double>(i)));
  }
}

}  // namespace
}  // namespace opscope::profiler
