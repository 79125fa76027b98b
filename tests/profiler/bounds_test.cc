// What happens when the buffer is full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <thread>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"

namespace opscope::profiler {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kBufferBytes = 1 << 16;
constexpr std::int64_t kEvents = 10'000;  // 24 bytes each: more than three times the buffer

void record_events() {
  for (std::int64_t i = 0; i < kEvents; ++i) {
    OPSCOPE_ZONE("bounded", "i", i);
  }
}

std::int64_t number_of(const RecordedEvent& event) {
  return std::get<std::int64_t>(event.stats.at("i"));
}

TEST(Bounds, DropNewestKeepsTheFirstAndCountsTheRest) {
  start({.buffer_bytes = kBufferBytes});
  record_events();
  const Capture capture = stop();
  const auto events = recorded_events(capture);
  ASSERT_FALSE(events.empty());
  for (std::size_t i = 0; i < events.size(); ++i) {
    ASSERT_EQ(number_of(events[i]), static_cast<std::int64_t>(i));
  }
  EXPECT_EQ(events.size() + capture.dropped_count(), std::uint64_t{kEvents});
  EXPECT_EQ(capture.overwritten_count(), 0u);
  EXPECT_LE(capture.size_bytes(), kBufferBytes);
  EXPECT_GT(capture.size_bytes(), kBufferBytes * 9 / 10);
}

TEST(Bounds, RingKeepsTheLastAndCountsTheOverwritten) {
  start({.buffer_bytes = kBufferBytes, .policy = Policy::ring});
  record_events();
  const Capture capture = stop();
  const auto events = recorded_events(capture);
  ASSERT_FALSE(events.empty());
  std::int64_t want = kEvents - static_cast<std::int64_t>(events.size());
  for (const RecordedEvent& event : events) ASSERT_EQ(number_of(event), want++);
  EXPECT_EQ(events.size() + capture.overwritten_count(), std::uint64_t{kEvents});
  EXPECT_EQ(capture.dropped_count(), 0u);
  EXPECT_LE(capture.size_bytes(), kBufferBytes);
  EXPECT_GT(capture.size_bytes(), kBufferBytes * 8 / 10);
}

TEST(Bounds, RingGivesALaterThreadTheMemoryOfAnEndedOne) {
  start({.buffer_bytes = kBufferBytes, .policy = Policy::ring});
  std::thread(record_events).join();
  { OPSCOPE_ZONE("later"); }
  EXPECT_EQ(events_named(recorded_events(stop()), "later").size(), 1u);
}

TEST(Bounds, TheFileSaysHowManyWereDropped) {
  start({.buffer_bytes = kBufferBytes});
  record_events();
  const Capture capture = stop();
  const auto space = parse_xspace(capture);
  const auto stats = plane_stats(plane_named(space, "/host:CPU"));
  EXPECT_EQ(stats.at("dropped_events"),
            StatValue(static_cast<std::int64_t>(capture.dropped_count())));
  EXPECT_EQ(stats.at("overwritten_events"), StatValue(std::int64_t{0}));
  ASSERT_EQ(space.warnings_size(), 1);
  EXPECT_THAT(space.warnings(0), HasSubstr(std::to_string(capture.dropped_count()) + " events"));
}

TEST(Bounds, TheNextSessionStartsWithRoomAndNothingCounted) {
  start({.buffer_bytes = kBufferBytes});
  record_events();
  discard();
  start({.buffer_bytes = kBufferBytes});
  { OPSCOPE_ZONE("bounded", "i", 0); }
  const Capture capture = stop();
  EXPECT_EQ(capture.event_count(), 1u);
  EXPECT_EQ(capture.dropped_count(), 0u);
  EXPECT_EQ(parse_xspace(capture).warnings_size(), 0);
}

TEST(Bounds, EventsTakeTheMemoryTheyPromise) {
  const auto bytes_of = [](const auto& record) {
    start();
    for (int i = 0; i < 1000; ++i) record();
    const Capture capture = stop();
    EXPECT_EQ(capture.event_count(), 1000u);
    return capture.size_bytes() / 1000;
  };
  const NameId name = intern("bounds_counter");
  EXPECT_EQ(bytes_of([] { OPSCOPE_ZONE("plain"); }), 16u);
  EXPECT_EQ(bytes_of([] { OPSCOPE_ZONE("one", "i", 1); }), 24u);
  EXPECT_EQ(bytes_of([] { OPSCOPE_ZONE("two", "i", 1, "j", "text"); }), 32u);
  EXPECT_EQ(bytes_of([] { const Step step(1); }), 24u);
  EXPECT_EQ(bytes_of([&] { counter(name, 1.0); }), 24u);
}

}  // namespace
}  // namespace opscope::profiler
