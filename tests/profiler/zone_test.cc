#include "opscope/profiler/zone.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"

namespace opscope::profiler {
namespace {

enum class Color { red = 3 };

TEST(Zone, NestsByTime) {
  start();
  {
    OPSCOPE_ZONE("outer");
    for (int i = 0; i < 3; ++i) {
      OPSCOPE_ZONE("inner", "i", i);
      const Zone innermost("innermost");
    }
  }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 7u);
  const RecordedEvent outer = events_named(events, "outer").at(0);
  const auto inner = events_named(events, "inner");
  const auto innermost = events_named(events, "innermost");
  ASSERT_EQ(inner.size(), 3u);
  ASSERT_EQ(innermost.size(), 3u);
  std::int64_t end_of_previous = outer.start_ps;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(inner[i].stats.at("i"), StatValue(static_cast<std::int64_t>(i)));
    EXPECT_LE(end_of_previous, inner[i].start_ps);
    EXPECT_LE(inner[i].start_ps, innermost[i].start_ps);
    EXPECT_LE(innermost[i].end_ps, inner[i].end_ps);
    EXPECT_LE(inner[i].end_ps, outer.end_ps);
    end_of_previous = inner[i].end_ps;
  }
}

TEST(Zone, KeepsTypedArguments) {
  start();
  {
    const std::string text = "dynamic";
    OPSCOPE_ZONE("typed", "negative", -5, "large", std::numeric_limits<std::uint64_t>::max(),
                 "real", 0.25, "single", 1.5f, "literal", "a literal", "text", text, "view",
                 std::string_view(text).substr(0, 3), "name", intern("a name"), "flag", true,
                 "color", Color::red, "least", std::numeric_limits<std::int64_t>::min());
  }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 1u);
  const std::map<std::string, StatValue> want = {
      {"negative", std::int64_t{-5}},
      {"large", std::numeric_limits<std::uint64_t>::max()},
      {"real", 0.25},
      {"single", 1.5},
      {"literal", std::string("a literal")},
      {"text", std::string("dynamic")},
      {"view", std::string("dyn")},
      {"name", std::string("a name")},
      {"flag", std::int64_t{1}},
      {"color", std::int64_t{3}},
      {"least", std::numeric_limits<std::int64_t>::min()},
  };
  EXPECT_EQ(events[0].stats, want);
}

TEST(Zone, TakesTwelveArguments) {
  start();
  {
    OPSCOPE_ZONE("twelve", "a", 1, "b", 2, "c", 3, "d", 4, "e", 5, "f", 6, "g", 7, "h", 8, "i", 9,
                 "j", 10, "k", 11, "l", 12);
  }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].stats.size(), 12u);
  EXPECT_EQ(events[0].stats.at("l"), StatValue(std::int64_t{12}));
}

TEST(Zone, SameNameIsOneMetadataHoweverItWasNamed) {
  start();
  { OPSCOPE_ZONE("same"); }
  { OPSCOPE_ZONE("same", "i", 1); }
  { const Zone literal("same"); }
  { const Zone interned(intern(std::string("sa") + "me")); }
  const auto space = parse_xspace(stop());
  EXPECT_EQ(recorded_events(space).size(), 4u);
  EXPECT_EQ(plane_named(space, "/host:CPU").event_metadata_size(), 1);
}

TEST(Zone, AnEmptyNameIsStillAnEvent) {
  start();
  { OPSCOPE_ZONE(""); }
  { const Zone zone(NameId::none); }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].name, "(unnamed)");
  EXPECT_EQ(events[1].name, "(unnamed)");
}

TEST(Zone, WorksInSeveralCallersOfOneInlineFunction) {
  const auto work = [](const auto& value) { OPSCOPE_ZONE("generic", "value", value); };
  start();
  work(1);
  work(2.5);
  work("text");
  const auto events = events_named(recorded_events(stop()), "generic");
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].stats.at("value"), StatValue(std::int64_t{1}));
  EXPECT_EQ(events[1].stats.at("value"), StatValue(2.5));
  EXPECT_EQ(events[2].stats.at("value"), StatValue(std::string("text")));
}

TEST(RecordOp, IsNamedNodeAndTypeAndShownAsTheNode) {
  start();
  const std::uint64_t begin = now_ticks();
  record_op(intern("dense/MatMul:MatMul"), begin, begin + 1000);
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].name, "dense/MatMul:MatMul");
  EXPECT_EQ(events[0].display_name, "dense/MatMul");
}

TEST(RecordOp, ADurationBeyond32BitsOfTicksIsKept) {
  start();
  const std::uint64_t begin = now_ticks();
  record_op(intern("a:Long"), begin, begin + 1'000'000);
  record_op(intern("b:Long"), begin, begin + 1'000'000 * std::uint64_t{1'000'000});
  record_op(intern("c:Short"), begin, begin + 1'000'000);
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 3u);
  const auto duration_of = [&](std::string_view op) {
    const RecordedEvent event = events_named(events, op).at(0);
    return static_cast<double>(event.end_ps - event.start_ps);
  };
  EXPECT_GT(duration_of("a:Long"), 0);
  EXPECT_NEAR(duration_of("b:Long") / duration_of("a:Long"), 1e6, 1);
  EXPECT_EQ(duration_of("c:Short"), duration_of("a:Long"));
}

TEST(RecordOp, AnEndBeforeTheStartIsADurationOfZero) {
  start();
  const std::uint64_t now = now_ticks();
  record_op(intern("a:Backwards"), now, now - 100);
  { OPSCOPE_ZONE("next"); }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].start_ps, events[0].end_ps);
  EXPECT_EQ(events[1].name, "next");
}

TEST(Step, IsATrainEventWithItsNumber) {
  start();
  { const Step step(41); }
  { const Step step(42); }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(events[i].name, "train");
    EXPECT_EQ(events[i].stats.at("step_num"), StatValue(static_cast<std::int64_t>(41 + i)));
    EXPECT_EQ(events[i].stats.at("_r"), StatValue(std::int64_t{1}));
  }
}

}  // namespace
}  // namespace opscope::profiler
