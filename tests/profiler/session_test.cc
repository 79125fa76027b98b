#include "opscope/profiler/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"

namespace opscope::profiler {
namespace {

using ::testing::HasSubstr;

TEST(Session, RecordsOnlyBetweenStartAndStop) {
  { OPSCOPE_ZONE("before"); }
  EXPECT_FALSE(is_recording());
  start();
  EXPECT_TRUE(is_recording());
  { OPSCOPE_ZONE("during"); }
  const Capture capture = stop();
  EXPECT_FALSE(is_recording());
  { OPSCOPE_ZONE("after"); }

  const auto events = recorded_events(capture);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].name, "during");
  EXPECT_EQ(capture.event_count(), 1u);
  EXPECT_EQ(capture.dropped_count(), 0u);
}

TEST(Session, ASecondStartFailsAndLeavesTheFirstRunning) {
  start();
  try {
    start();
    ADD_FAILURE() << "a second session started";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::failed_precondition);
    EXPECT_THAT(error.what(), HasSubstr("recording already"));
  }
  { OPSCOPE_ZONE("goes on"); }
  EXPECT_EQ(stop().event_count(), 1u);
}

TEST(Session, StoppingWithNothingRunningIsProfilerNotRunning) {
  EXPECT_THROW(static_cast<void>(stop()), ProfilerNotRunning);
  EXPECT_THROW(stop_and_export("/nowhere"), ProfilerNotRunning);
  try {
    static_cast<void>(stop());
  } catch (const ProfilerNotRunning& error) {
    EXPECT_THAT(error.what(), HasSubstr("start()"));
  }
}

TEST(Session, DiscardEndsASessionAndIsHarmlessWithoutOne) {
  discard();
  start();
  { OPSCOPE_ZONE("dropped"); }
  discard();
  EXPECT_FALSE(is_recording());
  start();
  { OPSCOPE_ZONE("kept"); }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].name, "kept");
}

TEST(Session, AZoneThatSpansTheStartIsLeftOut) {
  std::optional<Zone> outer(std::in_place, "outer");
  start();
  outer.reset();
  EXPECT_EQ(stop().event_count(), 0u);
}

TEST(Session, AZoneOfAnEarlierSessionIsLeftOut) {
  start();
  std::optional<Zone> outer(std::in_place, "outer");
  discard();
  start();
  { OPSCOPE_ZONE("inner"); }
  outer.reset();
  const Capture capture = stop();
  const auto events = recorded_events(capture);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].name, "inner");
  EXPECT_EQ(capture.event_count(), 1u);
}

TEST(Session, AZoneThatSpansTheStopIsLeftOut) {
  start();
  std::optional<Zone> outer(std::in_place, "outer");
  { OPSCOPE_ZONE("inner"); }
  const Capture capture = stop();
  outer.reset();
  const auto events = recorded_events(capture);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].name, "inner");
}

TEST(Session, CapturesOfSeveralSessionsAreIndependent) {
  start();
  { OPSCOPE_ZONE("first"); }
  const Capture first = stop();
  start();
  { OPSCOPE_ZONE("second"); }
  const Capture second = stop();
  EXPECT_EQ(recorded_events(first).at(0).name, "first");
  EXPECT_EQ(recorded_events(second).at(0).name, "second");
  EXPECT_LE(first.stop_unix_ns(), second.start_unix_ns());
}

TEST(Session, AnEmptySessionIsAValidXSpace) {
  start();
  const auto space = parse_xspace(stop());
  EXPECT_EQ(space.planes_size(), 2);
  EXPECT_TRUE(recorded_events(space).empty());
}

TEST(Session, MemoryThatCannotBeReservedIsResourceExhausted) {
  try {
    start({.buffer_bytes = std::uint64_t{1} << 60});
    ADD_FAILURE() << "reserved an exabyte";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::resource_exhausted);
    EXPECT_THAT(error.what(), HasSubstr("buffer_bytes"));
  }
  EXPECT_FALSE(is_recording());
}

}  // namespace
}  // namespace opscope::profiler
