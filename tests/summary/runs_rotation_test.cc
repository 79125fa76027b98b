// Several runs, several files of a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include "opscope/summary/resume.h"
#include "opscope/summary/run_set.h"
#include "summary/read_events.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using testing::ThrowsError;

constexpr auto kInvalid = ErrorCode::invalid_argument;

TEST(RunSet, MakesARunForEachName) {
  const testing::TempDir dir;
  RunSet runs(dir.path());
  runs["train"].scalar("loss", 1, 0);
  runs["trial/3"].scalar("loss", 2, 0);
  runs["train"].scalar("loss", 3, 1);
  runs.scalars("a/b", {{"x", 1}, {"y", 2}}, 5);
  EXPECT_THAT(runs.runs(), ElementsAre("a_b_x", "a_b_y", "train", "trial/3"));
  runs.flush();
  EXPECT_THAT(testing::events_below(dir / "train"), SizeIs(2));
  runs.close();
  EXPECT_THAT(testing::events_below(dir / "trial/3"), SizeIs(1));
  const std::vector<proto::Event> events = testing::events_below(dir / "a_b_y");
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].summary().value(0).tag(), "a/b");
}

TEST(RunSet, RefusesRunsOutsideOfTheLogdir) {
  const testing::TempDir dir;
  RunSet runs(dir / "logs");
  for (const char* run : {"", "/tmp/x", "..", "a/../../b", "\xff"}) {
    EXPECT_THAT([&] { runs[run]; }, ThrowsError(kInvalid, "")) << run;
  }
  EXPECT_FALSE(std::filesystem::exists(dir / "logs"));
}

TEST(RunWriters, ComeInTheOrderOfTheirNames) {
  const testing::TempDir dir;
  const std::vector<FileWriter> writers = create_run_writers(dir.path(), {"b", "a"});
  ASSERT_THAT(writers, SizeIs(2));
  EXPECT_EQ(writers[0].logdir(), dir / "b");
  EXPECT_EQ(writers[1].logdir(), dir / "a");
}

std::vector<int> steps_of_starts(const std::string& file) {
  std::vector<int> steps;
  for (const proto::Event& event : testing::parse_events(testing::read_file(file))) {
    if (event.session_log().status() == proto::SessionLog::START) {
      steps.push_back(static_cast<int>(event.step()));
    }
  }
  return steps;
}

TEST(ResumeRun, PurgesBehindFilesOfAnyKind) {
  const testing::TempDir dir;
  // A time far ahead, as from a machine with a wrong clock.
  testing::write_file(dir / "events.out.tfevents.9000000000.host.1.99.v2", "");
  { FileWriter writer = resume_run(dir.path(), 40); }
  { FileWriter writer = resume_run(dir.path(), 60); }
  const std::vector<std::string> files = testing::files_below(dir.path());
  ASSERT_THAT(files, SizeIs(3));
  EXPECT_THAT(steps_of_starts(files[1]), ElementsAre(40, 40));
  EXPECT_THAT(steps_of_starts(files[2]), ElementsAre(60, 60));
}

TEST(ResumeRun, OnlyArmsThePurgeOfANewRun) {
  const testing::TempDir dir;
  { FileWriter writer = resume_run(dir / "new", 0); }
  EXPECT_THAT(steps_of_starts(testing::files_below(dir / "new").at(0)), ElementsAre(0));
  EXPECT_THAT([&] { static_cast<void>(resume_run(dir.path(), -1)); },
              ThrowsError(kInvalid, "at step -1"));
}

TEST(FileRotation, BeginsANewFileBeforeOneIsTooLong) {
  const testing::TempDir dir;
  constexpr std::size_t kMost = 500;
  FileWriter writer = create_file_writer(dir.path(), {.max_file_bytes = kMost});
  for (int i = 0; i < 100; ++i) writer.scalar("tag", i, i);
  writer.text("long", std::string(2000, 'x'), 100);
  for (int i = 101; i < 110; ++i) writer.scalar("tag", i, i);
  writer.close();
  std::int64_t next_step = 0;
  std::size_t long_files = 0;
  const std::vector<std::string> files = testing::files_below(dir.path());
  EXPECT_GT(files.size(), 10U);
  for (const std::string& file : files) {  // in the order of their names
    const std::string bytes = testing::read_file(file);
    if (bytes.size() > kMost) ++long_files;
    const std::vector<proto::Event> events = testing::parse_events(bytes);
    ASSERT_GE(events.size(), 2U);
    EXPECT_EQ(events[0].file_version(), "brain.Event:2");
    for (std::size_t i = 1; i < events.size(); ++i) EXPECT_EQ(events[i].step(), next_step++);
  }
  EXPECT_EQ(next_step, 110);
  EXPECT_EQ(long_files, 1U);
}

TEST(FileRotation, WaitsUntilANewFileCanBeMade) {
  const testing::TempDir dir;
  bool may_create = true;
  FileWriter writer = create_file_writer(
      dir.path(), {.flush_millis = 0,
                   .max_file_bytes = 200,
                   .create_file = [&](const std::string& path) -> std::unique_ptr<WritableFile> {
                     if (may_create) return create_disk_file(path);
                     throw error_from_errno(ENOSPC, "create", path);
                   }});
  writer.scalar("tag", 0, 0);
  writer.flush();
  may_create = false;
  for (int i = 1; i < 10; ++i) writer.scalar("tag", i, i);
  EXPECT_THAT([&] { writer.flush(); },
              ThrowsError(ErrorCode::resource_exhausted, "No space left on device"));
  may_create = true;
  writer.close();
  std::size_t records = 0;
  for (const std::string& file : testing::files_below(dir.path())) {
    records += testing::parse_events(testing::read_file(file)).size() - 1;
  }
  EXPECT_EQ(records, 10U);
}

}  // namespace
}  // namespace opscope::summary
