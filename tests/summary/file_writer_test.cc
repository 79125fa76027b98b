#include "opscope/summary/file_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "opscope/proto/graph.pb.h"
#include "opscope/proto/run_metadata.pb.h"
#include "summary/failing_file.h"
#include "summary/read_events.h"
#include "summary/tensorflow_file.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;
using testing::events_below;
using testing::FakeDisk;
using ::testing::MatchesRegex;
using testing::parse_events;
using testing::TempDir;
using testing::ThrowsError;

// The wall times in tensorflow_file.h: of the header and of its four events.
std::function<double()> wall_times_of_tensorflow() {
  std::vector<double> times;
  for (std::size_t i = 0; i < testing::kTensorFlowRecordsHex.size(); ++i) {
    proto::Event event;
    event.ParseFromString(testing::tensorflow_payload(i));
    times.push_back(event.wall_time());
  }
  return [times, next = std::size_t{0}]() mutable { return times.at(next++); };
}

TEST(FileWriter, WritesByteForByteWhatTensorFlowWrites) {
  const TempDir dir;
  FileWriter writer = create_file_writer(dir.path(), {.wall_clock = wall_times_of_tensorflow()});
  writer.scalar("loss", 0.5, 7);
  writer.scalar("scope/\xc3\xbc", std::nan(""), -1);
  writer.text("note", "*hi*", 2);
  writer.text_table("table", {{"a", "b"}, {"c", "d"}}, 3);
  writer.close();
  EXPECT_EQ(testing::read_file(writer.path()), testing::tensorflow_file());
}

TEST(FileWriter, NamesItsFileAsTensorFlowDoes) {
  const TempDir dir;
  const FileWriter first = create_file_writer(dir / "a/b", {.wall_clock = [] { return 12.9; }});
  const FileWriter second =
      create_file_writer(dir / "a/b", {.filename_suffix = ".x", .wall_clock = [] { return 1e10; }});
  const std::string middle = "\\.[^/]+\\." + std::to_string(::getpid()) + "\\.[0-9]+";
  EXPECT_EQ(first.logdir(), dir / "a/b");
  EXPECT_THAT(first.path(),
              MatchesRegex(dir.path() + "/a/b/events.out.tfevents.0000000012" + middle + "\\.v2"));
  EXPECT_THAT(second.path(), MatchesRegex(".*/events.out.tfevents.10000000000" + middle + "\\.x"));
}

TEST(FileWriter, HasItsHeaderInTheFileAtOnce) {
  const TempDir dir;
  const FileWriter writer = create_file_writer(dir.path(), {.wall_clock = [] { return 12.9; }});
  const std::vector<proto::Event> events = parse_events(testing::read_file(writer.path()));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].wall_time(), 12);
  EXPECT_EQ(events[0].file_version(), "brain.Event:2");
}

TEST(FileWriter, WritesScalarsOfEveryMagnitude) {
  const TempDir dir;
  FileWriter writer = create_file_writer(dir.path(), {.wall_clock = [] { return 1.5; }});
  const std::vector<double> values = {
      0.0, -0.0, 1e-45, 3.4e38, 1e300, std::numeric_limits<double>::infinity(), -2.5};
  const std::vector<std::int64_t> steps = {0, 1, -1, 127, 128, INT64_MAX, INT64_MIN};
  for (std::size_t i = 0; i < values.size(); ++i) writer.scalar("tag", values[i], steps[i]);
  writer.close();
  const std::vector<proto::Event> events = events_below(dir.path());
  ASSERT_EQ(events.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(events[i].step(), steps[i]);
    EXPECT_EQ(events[i].wall_time(), 1.5);
    const proto::Summary::Value& value = events[i].summary().value(0);
    const auto number = static_cast<float>(values[i]);
    EXPECT_EQ(value.tensor().tensor_content(),
              std::string(reinterpret_cast<const char*>(&number), sizeof number));
    EXPECT_EQ(value.metadata().plugin_data().plugin_name(), "scalars");
  }
}

TEST(FileWriter, TakesTagsOfEveryLength) {
  const TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  std::vector<std::string> tags;
  for (std::size_t size = 1; size <= 600; ++size) tags.emplace_back(size, 't');
  tags.emplace_back(std::size_t{100'000}, 't');
  for (const std::string& tag : tags) writer.scalar(tag, 1, 1);
  writer.close();
  const std::vector<proto::Event> events = events_below(dir.path());
  ASSERT_EQ(events.size(), tags.size());
  for (std::size_t i = 0; i < tags.size(); ++i) {
    ASSERT_EQ(events[i].summary().value(0).tag(), tags[i]);
  }
}

TEST(FileWriter, WritesTextAsScalarListAndTable) {
  const TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const std::vector<std::string> list = {"x", "y", "z"};
  writer.text("scalar", "", 0);
  writer.text("list", list, 1);
  writer.text("braces", {"x", "y"}, 2);
  writer.text_table("table", {{"a", "b"}}, 3);
  writer.text_table("empty", {}, 4);
  writer.close();
  const std::vector<proto::Event> events = events_below(dir.path());
  ASSERT_EQ(events.size(), 5U);
  const auto tensor = [&](std::size_t i) { return events[i].summary().value(0).tensor(); };
  EXPECT_THAT(tensor(0).string_val(), ElementsAre(""));
  EXPECT_EQ(tensor(0).tensor_shape().dim_size(), 0);
  EXPECT_THAT(tensor(1).string_val(), ElementsAre("x", "y", "z"));
  EXPECT_EQ(tensor(1).tensor_shape().dim(0).size(), 3);
  EXPECT_THAT(tensor(2).string_val(), ElementsAre("x", "y"));
  EXPECT_EQ(tensor(3).tensor_shape().dim(1).size(), 2);
  EXPECT_EQ(tensor(4).tensor_shape().dim_size(), 2);
  for (const proto::Event& event : events) {
    EXPECT_EQ(event.summary().value(0).tensor().dtype(), proto::DT_STRING);
    EXPECT_EQ(event.summary().value(0).metadata().plugin_data().plugin_name(), "text");
  }
}

TEST(FileWriter, WritesGraphsInTheThreeForms) {
  const TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  proto::GraphDef graph;
  graph.add_node()->set_name("x");
  writer.graph(graph);
  proto::RunMetadata metadata;
  *metadata.add_function_graphs()->mutable_pre_optimization_graph() = graph;
  writer.run_metadata("graph_only", metadata, 1);
  metadata.mutable_step_stats()->add_dev_stats()->set_device("/device:CPU:0");
  writer.run_metadata("both", metadata, 2);
  metadata.clear_function_graphs();
  writer.run_metadata("stats_only", metadata, 3);
  writer.keras_model("keras", "{\"class_name\": \"Sequential\"}", 4);
  writer.close();

  const std::vector<proto::Event> events = events_below(dir.path());
  ASSERT_EQ(events.size(), 5U);
  EXPECT_EQ(events[0].graph_def(), graph.SerializeAsString());
  const std::vector<std::pair<std::size_t, std::string>> plugins = {
      {1, "graph_run_metadata_graph"}, {2, "graph_run_metadata"}, {4, "graph_keras_model"}};
  for (const auto& [i, plugin] : plugins) {
    const proto::Summary::Value& value = events[i].summary().value(0);
    EXPECT_EQ(value.metadata().plugin_data().plugin_name(), plugin);
    EXPECT_EQ(value.metadata().plugin_data().content(), "1");
    EXPECT_EQ(value.tensor().string_val_size(), 1);
    EXPECT_EQ(value.tensor().tensor_shape().dim_size(), 0);
    EXPECT_EQ(events[i].step(), static_cast<std::int64_t>(i));
  }
  EXPECT_EQ(events[3].tagged_run_metadata().tag(), "stats_only");
  EXPECT_EQ(events[3].tagged_run_metadata().run_metadata(), metadata.SerializeAsString());
}

TEST(FileWriter, WritesEventsAndSummariesAsGiven) {
  const TempDir dir;
  FileWriter writer = create_file_writer(dir.path(), {.wall_clock = [] { return 7.0; }});
  proto::Event event;
  event.set_wall_time(3);
  event.mutable_session_log()->set_status(proto::SessionLog::START);
  writer.event(event);
  proto::Summary summary;
  summary.add_value()->set_tag("raw");
  summary.mutable_value(0)->set_simple_value(2);
  writer.write_summary(summary, 9);
  writer.close();
  const std::vector<proto::Event> events = events_below(dir.path());
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].SerializeAsString(), event.SerializeAsString());
  EXPECT_EQ(events[1].summary().SerializeAsString(), summary.SerializeAsString());
  EXPECT_EQ(events[1].wall_time(), 7);
  EXPECT_EQ(events[1].step(), 9);
}

TEST(FileWriter, RefusesBadInputAndLeavesTheFileGood) {
  const TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const auto invalid = ErrorCode::invalid_argument;
  EXPECT_THAT([&] { writer.scalar("", 1, 0); },
              ThrowsError(invalid, "the tag of a summary is empty"));
  EXPECT_THAT([&] { writer.scalar("a\xff\"", 1, 0); },
              ThrowsError(invalid, "the tag \"a\\xff\"\" is not UTF-8"));
  EXPECT_THAT([&] { writer.text("t", "\xc3", 0); },
              ThrowsError(invalid, "the text for tag \"t\" is not UTF-8"));
  EXPECT_THAT(
      [&] {
        writer.text_table("t", {{"a", "b"}, {"c"}}, 0);
      },
      ThrowsError(invalid, "has 2 columns in row 0 and 1 in row 1"));
  EXPECT_THAT([&] { writer.keras_model("k", "\xed\xa0\x80", 0); }, ThrowsError(invalid, "UTF-8"));
  proto::Summary summary;
  summary.add_value();
  EXPECT_THAT([&] { writer.write_summary(summary, 0); }, ThrowsError(invalid, "empty"));
  writer.scalar("good", 1, 0);
  writer.close();
  EXPECT_EQ(events_below(dir.path()).size(), 1U);
}

TEST(FileWriter, TakesEveryWellFormedUtf8AndNothingElse) {
  const TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const std::vector<std::string> good = {
      "\x01",         "\x7f",         "\xc2\x80",         "\xdf\xbf",         "\xe0\xa0\x80",
      "\xed\x9f\xbf", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "eight by\xc3\xbcte"};
  const std::vector<std::string> bad = {"\x80",
                                        "\xc1\xbf",
                                        "\xe0\x9f\xbf",
                                        "\xed\xa0\x80",
                                        "\xf0\x8f\xbf\xbf",
                                        "\xf4\x90\x80\x80",
                                        "\xf5\x80\x80\x80",
                                        "\xe2\x82",
                                        "\xe2\x28\xa1",
                                        "12345678\xff"};
  for (const std::string& tag : good) EXPECT_NO_THROW(writer.scalar(tag, 0, 0)) << tag;
  for (const std::string& tag : bad) {
    EXPECT_THAT([&] { writer.scalar(tag, 0, 0); },
                ThrowsError(ErrorCode::invalid_argument, "UTF-8"));
  }
}

TEST(FileWriter, SaysWhyItCannotBeMade) {
  const TempDir dir;
  testing::write_file(dir / "file", "x");
  EXPECT_THAT([&] { static_cast<void>(create_file_writer(dir / "file")); },
              ThrowsError(ErrorCode::failed_precondition,
                          "logdir " + dir.path() + "/file is a file; a directory is needed"));
  EXPECT_THAT([&] { static_cast<void>(create_file_writer(dir / "file/below")); },
              ThrowsError(ErrorCode::failed_precondition, "file/below: Not a directory"));
  EXPECT_THAT([] { static_cast<void>(create_file_writer("")); },
              ThrowsError(ErrorCode::invalid_argument, "the logdir is empty"));
  EXPECT_THAT(
      [&] { static_cast<void>(create_file_writer(dir.path(), {.filename_suffix = "a/b"})); },
      ThrowsError(ErrorCode::invalid_argument, "filename_suffix \"a/b\" contains '/'"));
}

TEST(FileWriter, TakesNothingAfterClose) {
  const TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  writer.scalar("a", 1, 0);
  writer.close();
  writer.close();
  const auto closed = ThrowsError(ErrorCode::failed_precondition, "is closed");
  EXPECT_THAT([&] { writer.scalar("a", 1, 1); }, closed);
  EXPECT_THAT([&] { writer.flush(); }, closed);
  EXPECT_EQ(events_below(dir.path()).size(), 1U);
}

TEST(FileWriter, MovesItsFileWithIt) {
  const TempDir dir;
  FileWriter first = create_file_writer(dir / "a");
  FileWriter second = create_file_writer(dir / "b");
  second.scalar("b", 1, 0);
  first.scalar("a", 1, 0);
  second = std::move(first);  // closes b
  second.scalar("a", 1, 1);
  second.close();
  EXPECT_EQ(events_below(dir / "b").size(), 1U);
  EXPECT_EQ(events_below(dir / "a").size(), 2U);
  EXPECT_THAT([&] { first.scalar("a", 1, 0); },  // NOLINT(bugprone-use-after-move)
              ThrowsError(ErrorCode::failed_precondition, "moved from"));
}

TEST(FileWriter, HasEverythingInTheFileWhenFlushReturns) {
  const TempDir dir;
  FileWriter writer = create_file_writer(dir.path(), {.flush_millis = 0});
  for (int i = 0; i < 5; ++i) {
    writer.scalar("a", i, i);
    EXPECT_EQ(events_below(dir.path()).size(), static_cast<std::size_t>(i));
    writer.flush();
    EXPECT_EQ(events_below(dir.path()).size(), static_cast<std::size_t>(i + 1));
  }
}

TEST(FileWriter, WritesWhenMoreThanMaxQueueRecordsWait) {
  const TempDir dir;
  FakeDisk disk;
  FileWriter writer = create_file_writer(
      dir.path(), {.max_queue = 10, .flush_millis = 0, .create_file = disk.factory()});
  const std::size_t header = disk.bytes().size();
  for (int i = 0; i < 10; ++i) writer.scalar("a", i, 1);
  EXPECT_EQ(disk.bytes().size(), header);
  writer.scalar("a", 10, 1);
  disk.wait_for_size(header + 1);
  EXPECT_EQ(parse_events(disk.bytes()).size(), 12U);
}

TEST(FileWriter, WritesAfterTheFlushInterval) {
  const TempDir dir;
  FakeDisk disk;
  FileWriter writer =
      create_file_writer(dir.path(), {.flush_millis = 1, .create_file = disk.factory()});
  for (int i = 0; i < 20; ++i) {
    const std::size_t size = disk.bytes().size();
    writer.scalar("a", 10, 1);
    disk.wait_for_size(size + 1);  // without a flush
  }
  EXPECT_EQ(parse_events(disk.bytes()).size(), 21U);
}

TEST(FileWriter, WritesInLargePieces) {
  const TempDir dir;
  FakeDisk disk;
  FileWriter writer =
      create_file_writer(dir.path(), {.flush_millis = 0, .create_file = disk.factory()});
  constexpr int kRecords = 50'000;
  for (int i = 0; i < kRecords; ++i) writer.scalar("tag", i, i);
  writer.close();
  EXPECT_EQ(parse_events(disk.bytes()).size(), kRecords + 1U);
  EXPECT_LE(disk.writes(), static_cast<int>(disk.bytes().size() / 60'000 + 2));
}

TEST(FileWriter, DropsAndCountsWhenFull) {
  const TempDir dir;
  FakeDisk disk;
  FileWriter writer = create_file_writer(dir.path(), {.max_queue_bytes = 1000,
                                                      .flush_millis = 0,
                                                      .when_full = WhenFull::drop,
                                                      .create_file = disk.factory()});
  disk.hold();
  constexpr int kRecords = 100;
  for (int i = 0; i < kRecords; ++i) writer.scalar("tag", i, i);
  const std::uint64_t dropped = writer.dropped_records();
  EXPECT_GT(dropped, 80U);
  disk.release();
  writer.close();  // dropping is no failure
  EXPECT_EQ(parse_events(disk.bytes()).size(), 1 + kRecords - dropped);
}

TEST(FileWriter, WaitsForRoomWhenFull) {
  const TempDir dir;
  FakeDisk disk;
  FileWriter writer = create_file_writer(
      dir.path(), {.max_queue_bytes = 1000, .flush_millis = 0, .create_file = disk.factory()});
  disk.hold();
  constexpr int kRecords = 1000;
  std::thread recorder([&] {
    for (int i = 0; i < kRecords; ++i) writer.scalar("tag", i, i);
  });
  disk.wait_for_held_write();
  disk.release();
  recorder.join();
  writer.close();
  EXPECT_EQ(writer.dropped_records(), 0U);
  EXPECT_EQ(parse_events(disk.bytes()).size(), kRecords + 1U);
}

TEST(FileWriter, TakesARecordLargerThanItsBuffer) {
  const TempDir dir;
  FileWriter writer = create_file_writer(dir.path(), {.max_queue_bytes = 100});
  const std::string large(1'000'000, 'x');
  writer.scalar("a", 1, 0);
  writer.text("large", large, 1);
  writer.scalar("a", 1, 2);
  writer.close();
  const std::vector<proto::Event> events = events_below(dir.path());
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[1].summary().value(0).tensor().string_val(0), large);
}

TEST(FileWriter, KeepsTheOrderOfEachOfEightThreads) {
  const TempDir dir;
  constexpr int kThreads = 8;
  constexpr int kRecords = 4000;
  {
    FileWriter writer = create_file_writer(dir.path(), {.max_queue_bytes = 100'000});
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&writer, t] {
        const std::string tag = std::to_string(t);
        for (int i = 0; i < kRecords; ++i) {
          writer.scalar(tag, i, i);
          if (i % 1000 == 0) writer.flush();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  std::vector<std::int64_t> next(kThreads, 0);
  for (const proto::Event& event : events_below(dir.path())) {
    const int thread = std::stoi(event.summary().value(0).tag());
    ASSERT_EQ(event.step(), next[static_cast<std::size_t>(thread)]++);
  }
  EXPECT_THAT(next, ::testing::Each(kRecords));
}

TEST(FileWriter, WritesToSeveralFilesOfOneRunAtOnce) {
  const TempDir dir;
  FileWriter first = create_file_writer(dir.path());
  FileWriter second = create_file_writer(dir.path());
  EXPECT_NE(first.path(), second.path());
  first.scalar("a", 1, 0);
  second.scalar("b", 1, 0);
  first.close();
  second.close();
  EXPECT_EQ(parse_events(testing::read_file(first.path())).size(), 2U);
  EXPECT_EQ(parse_events(testing::read_file(second.path())).size(), 2U);
}

}  // namespace
}  // namespace opscope::summary
