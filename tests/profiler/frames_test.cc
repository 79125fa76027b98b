#include "opscope/profiler/frames.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"

namespace opscope::profiler {
namespace {

std::int64_t number_of(const RecordedEvent& event) {
  return std::get<std::int64_t>(event.stats.at("frame"));
}

TEST(Frames, GoFromMarkToMarkOnALineOfTheirOwn) {
  frame_mark("frames_test/mark");
  start();
  for (int i = 0; i < 3; ++i) {
    OPSCOPE_ZONE("draw");
    frame_mark("frames_test/mark");
  }
  const auto events = recorded_events(stop());
  const auto frames = events_named(events, "frames_test/mark");
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].line, "frames: frames_test/mark");
  EXPECT_EQ(number_of(frames[0]) + 1, number_of(frames[1]));
  EXPECT_NEAR(static_cast<double>(frames[0].end_ps), static_cast<double>(frames[1].start_ps),
              1);  // start and duration are rounded each
  EXPECT_LT(frames[0].start_ps, frames[0].end_ps);
  const auto draws = events_named(events, "draw");
  ASSERT_EQ(draws.size(), 3u);
  EXPECT_NE(draws[0].line_id, frames[0].line_id);
  EXPECT_LE(draws[0].start_ps, frames[0].start_ps);
  EXPECT_LE(frames[0].start_ps, draws[1].start_ps);
}

TEST(Frames, OfSeveralNamesHaveSeveralLines) {
  start();
  for (int i = 0; i < 2; ++i) {
    const Frame outer("frames_test/outer");
    const Frame inner(intern("frames_test/inner"));
  }
  const auto events = recorded_events(stop());
  const auto outer = events_named(events, "frames_test/outer");
  const auto inner = events_named(events, "frames_test/inner");
  ASSERT_EQ(outer.size(), 2u);
  ASSERT_EQ(inner.size(), 2u);
  EXPECT_NE(outer[0].line_id, inner[0].line_id);
  EXPECT_EQ(outer[0].line_id, outer[1].line_id);
  EXPECT_LE(outer[0].start_ps, inner[0].start_ps);
  EXPECT_LE(inner[0].end_ps, outer[0].end_ps);
  EXPECT_EQ(number_of(inner[1]), number_of(inner[0]) + 1);
}

TEST(Frames, DoNotReachAcrossSessions) {
  start();
  frame_mark("frames_test/across");
  discard();
  start();
  frame_mark("frames_test/across");
  EXPECT_EQ(stop().event_count(), 0u);
}

}  // namespace
}  // namespace opscope::profiler
