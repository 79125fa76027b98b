// The XSpace says what was recorded, in the form that XProf expects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>
#include <string>
#include <thread>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"
#include "recorder.h"
#include "xspace_writer.h"

namespace opscope::profiler {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

StatValue integer(std::int64_t value) { return value; }
StatValue text(const std::string& value) { return value; }

TEST(XSpace, HasTheHostPlaneAndTheTaskEnvironment) {
  start();
  { OPSCOPE_ZONE("zone"); }
  const Capture capture = stop();
  const auto space = parse_xspace(capture);
  ASSERT_EQ(space.planes_size(), 2);
  EXPECT_EQ(space.planes(0).name(), "/host:CPU");
  EXPECT_EQ(space.hostnames_size(), 1);
  EXPECT_NE(space.hostnames(0), "");
  EXPECT_EQ(space.errors_size(), 0);
  const auto stats = plane_stats(plane_named(space, "Task Environment"));
  EXPECT_EQ(stats.at("profile_start_time"),
            StatValue(static_cast<std::uint64_t>(capture.start_unix_ns())));
  EXPECT_EQ(stats.at("profile_stop_time"),
            StatValue(static_cast<std::uint64_t>(capture.stop_unix_ns())));
}

TEST(XSpace, LinesAreOsThreads) {
  start();
  { OPSCOPE_ZONE("zone"); }
  const auto space = parse_xspace(stop());
  const auto& plane = plane_named(space, "/host:CPU");
  ASSERT_EQ(plane.lines_size(), 1);
  EXPECT_EQ(plane.lines(0).id(), ::syscall(SYS_gettid));
  EXPECT_EQ(plane.lines(0).timestamp_ns(), 0);
}

TEST(XSpace, MetadataKeysAreTheirIdsFromOneOn) {
  start();
  { OPSCOPE_ZONE("a", "key", "value"); }
  { OPSCOPE_ZONE("b"); }
  { const Step step(1); }
  const auto space = parse_xspace(stop());
  const auto& plane = plane_named(space, "/host:CPU");
  std::set<std::string> names;
  for (const auto& [id, metadata] : plane.event_metadata()) {
    EXPECT_EQ(id, metadata.id());
    EXPECT_GE(id, 1);
    EXPECT_TRUE(names.insert(metadata.name()).second);
  }
  EXPECT_THAT(names, ElementsAre("a", "b", "train"));
  for (const auto& [id, metadata] : plane.stat_metadata()) EXPECT_EQ(id, metadata.id());
}

TEST(XSpace, EventsLieWithinTheSession) {
  start();
  for (int i = 0; i < 100; ++i) {
    OPSCOPE_ZONE("zone");
  }
  const Capture capture = stop();
  const std::int64_t session_ps = (capture.stop_unix_ns() - capture.start_unix_ns()) * 1000;
  std::int64_t previous_end = 0;
  for (const RecordedEvent& event : recorded_events(capture)) {
    EXPECT_LE(previous_end, event.start_ps);
    EXPECT_LE(event.start_ps, event.end_ps);
    previous_end = event.end_ps;
  }
  // Both clocks are read a few nanoseconds apart at either end.
  EXPECT_LE(previous_end, session_ps + 1'000'000);
}

TEST(XSpace, CountersAreOnTheirOwnLine) {
  const NameId name = intern("queue_length");
  start();
  counter(name, 1.5);
  counter(name, -2);
  std::thread([&] { counter(name, 3); }).join();
  { OPSCOPE_ZONE("zone"); }
  const auto events = recorded_events(stop());
  const auto samples = events_named(events, "queue_length");
  ASSERT_EQ(samples.size(), 3u);
  std::multiset<StatValue> values;
  for (const RecordedEvent& sample : samples) {
    EXPECT_EQ(sample.line, "_counters_");
    EXPECT_EQ(sample.start_ps, sample.end_ps);
    values.insert(sample.stats.at("counter_value"));
  }
  EXPECT_THAT(values, ElementsAre(StatValue(-2.0), StatValue(1.5), StatValue(3.0)));
  EXPECT_NE(events_named(events, "zone").at(0).line, "_counters_");
}

TEST(XSpace, MessagesKeepTheirText) {
  const std::string thousand(1000, 'x');
  start();
  message("");
  message("loss is 0.5");
  message("12345678");
  message(thousand + "y");
  message(std::string(999, 'x') + "\xC3\xA9");  // e acute, cut whole
  message("bad \xFF byte");
  { OPSCOPE_ZONE("after"); }
  const auto events = recorded_events(stop());
  const auto messages = events_named(events, "message");
  ASSERT_EQ(messages.size(), 6u);
  EXPECT_EQ(messages[0].stats.at("text"), text(""));
  EXPECT_EQ(messages[1].stats.at("text"), text("loss is 0.5"));
  EXPECT_EQ(messages[2].stats.at("text"), text("12345678"));
  EXPECT_EQ(messages[3].stats.at("text"), text(thousand));
  EXPECT_EQ(messages[4].stats.at("text"), text(std::string(999, 'x')));
  EXPECT_EQ(messages[5].stats.at("text"), text("bad \xEF\xBF\xBD byte"));
  EXPECT_EQ(events_named(events, "after").size(), 1u);
}

TEST(XSpace, MemoryEventsHaveTheStatsOfMemoryProfile) {
  const MemoryEvent event{.allocator = intern("cpu"),
                          .op = intern("dense/MatMul"),
                          .shape = intern("[10,25]"),
                          .region = intern("output"),
                          .data_type = 1,
                          .address = 0x1000,
                          .allocation_bytes = 1024,
                          .requested_bytes = 1000,
                          .bytes_in_use = 5000,
                          .peak_bytes_in_use = 6000,
                          .bytes_available = 7000};
  start();
  record_allocation(event);
  record_deallocation(event);
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 2u);
  std::map<std::string, StatValue> want = {
      {"allocator_name", text("cpu")},    {"bytes_allocated", integer(5000)},
      {"bytes_available", integer(7000)}, {"peak_bytes_in_use", integer(6000)},
      {"requested_bytes", integer(1000)}, {"allocation_bytes", integer(1024)},
      {"addr", integer(0x1000)}};
  EXPECT_EQ(events[1].name, "MemoryDeallocation");
  EXPECT_EQ(events[1].stats, want);
  want.insert({{"tf_op", text("dense/MatMul")},
               {"region_type", text("output")},
               {"data_type", integer(1)},
               {"shape", text("[10,25]")}});
  EXPECT_EQ(events[0].name, "MemoryAllocation");
  EXPECT_EQ(events[0].stats, want);
  EXPECT_EQ(events[0].start_ps, events[0].end_ps);
}

TEST(XSpace, FlowsLinkAProducerToItsConsumer) {
  const FlowId flow = new_flow();
  EXPECT_NE(flow, new_flow());
  start();
  { const FlowSource source(flow); }
  std::thread([&] { const FlowTarget target(flow); }).join();
  { const FlowSource source(flow, intern("enqueue")); }
  const auto events = recorded_events(stop());
  const RecordedEvent source = events_named(events, "FunctionRun").at(0);
  const RecordedEvent target = events_named(events, "ExecutorState::Process").at(0);
  EXPECT_EQ(source.stats.at("_p"), target.stats.at("_c"));
  EXPECT_EQ(source.stats.at("_pt"), target.stats.at("_ct"));
  EXPECT_EQ(source.stats.at("_pt"), integer(2));
  EXPECT_EQ(source.stats.at("id"), target.stats.at("id"));
  EXPECT_EQ(target.stats.at("iter_num"), integer(0));
  EXPECT_NE(source.line_id, target.line_id);
  EXPECT_EQ(events_named(events, "enqueue").size(), 1u);
}

TEST(XSpace, ArgumentsInANameBecomeStats) {
  start();
  { const Zone zone(intern("Run#id=7,mode=fast#")); }
  { const Zone zone(intern("Run#id=8#")); }
  { const Zone zone(intern("Run")); }
  const auto space = parse_xspace(stop());
  const auto events = recorded_events(space);
  ASSERT_EQ(events.size(), 3u);
  for (const RecordedEvent& event : events) EXPECT_EQ(event.name, "Run");
  EXPECT_THAT(events[0].stats,
              ElementsAre(std::pair("id", integer(7)), std::pair("mode", text("fast"))));
  EXPECT_THAT(events[1].stats, ElementsAre(std::pair("id", integer(8))));
  EXPECT_TRUE(events[2].stats.empty());
  EXPECT_EQ(plane_named(space, "/host:CPU").event_metadata_size(), 1);
}

TEST(XSpace, NoNameHasANumberSign) {
  start();
  for (const char* name : {"a#b", "#", "##", "#x#", "a#b#", "a#b=1", "C#"}) {
    const Zone zone(intern(name));
  }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 7u);
  for (const RecordedEvent& event : events) {
    EXPECT_THAT(event.name, ::testing::Not(HasSubstr("#")));
    EXPECT_NE(event.name, "");
  }
  EXPECT_EQ(events[0].name, "a_b");
  EXPECT_EQ(events[6].name, "C_");
}

TEST(XSpace, NamesThatAreNoUtf8StillGiveAValidFile) {
  start();
  {
    const std::string bad = "bad\xFF";
    OPSCOPE_ZONE("zone", "key", bad);
    const Zone zone(intern(bad));
  }
  std::thread([] {
    set_thread_name("thread\xC0");
    OPSCOPE_ZONE("zone");
  }).join();
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events_named(events, "bad\xEF\xBF\xBD").size(), 1u);
  for (const RecordedEvent& event : events_named(events, "zone")) {
    const bool is_of_named_thread = event.line == "thread\xEF\xBF\xBD";
    EXPECT_EQ(event.stats.count("key"), is_of_named_thread ? 0u : 1u);
    for (const auto& [key, value] : event.stats) EXPECT_EQ(value, text("bad\xEF\xBF\xBD"));
  }
}

TEST(XSpace, TheSameCaptureGivesTheSameBytes) {
  start();
  { OPSCOPE_ZONE("zone", "i", 1); }
  const Capture capture = stop();
  EXPECT_EQ(capture.xspace_bytes(), capture.xspace_bytes());
}

TEST(XSpace, LargerThanReadersTakeIsRefusedBeforeTheFirstByte) {
  detail::begin_session({});
  for (int i = 0; i < 1000; ++i) {
    OPSCOPE_ZONE("many");
  }
  const auto data = detail::end_session();
  std::uint64_t size_bytes = 0;
  const auto count = [&](std::string_view bytes) { size_bytes += bytes.size(); };
  detail::write_xspace(*data, "host", count);
  const std::uint64_t whole_bytes = size_bytes;

  size_bytes = 0;
  detail::write_xspace(*data, "host", count, whole_bytes);
  EXPECT_EQ(size_bytes, whole_bytes);

  size_bytes = 0;
  try {
    detail::write_xspace(*data, "host", count, whole_bytes - 1);
    ADD_FAILURE() << "wrote " << size_bytes << " bytes";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::out_of_range);
    EXPECT_THAT(error.what(), ::testing::HasSubstr(std::to_string(whole_bytes) + " bytes"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr(std::to_string(whole_bytes - 1) + " at most"));
  }
  EXPECT_EQ(size_bytes, 0u);
}

}  // namespace
}  // namespace opscope::profiler
