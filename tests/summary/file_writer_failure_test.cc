#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include "opscope/log.h"
#include "opscope/summary/event_writer.h"
#include "opscope/summary/file_writer.h"
#include "summary/failing_file.h"
#include "summary/read_events.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::AllOf;
using testing::FakeDisk;
using ::testing::HasSubstr;
using testing::parse_events;
using testing::TempDir;
using testing::ThrowsError;

std::vector<std::int64_t> steps_in(const std::string& bytes) {
  std::vector<std::int64_t> steps;
  for (const proto::Event& event : parse_events(bytes)) {
    if (event.has_summary()) steps.push_back(event.step());
  }
  return steps;
}

std::vector<std::int64_t> steps_up_to(std::int64_t end) {
  std::vector<std::int64_t> steps;
  for (std::int64_t step = 0; step < end; ++step) steps.push_back(step);
  return steps;
}

// Gives the text of the Error that `call` throws.
template <typename Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(FileWriterFailure, TellsPathErrnoAndRecordsOfAFullDisk) {
  const TempDir dir;
  FakeDisk disk;
  FileWriter writer =
      create_file_writer(dir.path(), {.flush_millis = 0, .create_file = disk.factory()});
  disk.set_space(disk.bytes().size());
  writer.scalar("a", 1, 0);
  writer.scalar("a", 1, 1);
  const std::string error = error_of([&] { writer.flush(); });
  EXPECT_EQ(error, "write " + writer.path() +
                       ": No space left on device (errno 28); 2 records not written: "
                       "2 of them waited, they wait to be tried again");
  EXPECT_THAT([&] { writer.flush(); }, ThrowsError(ErrorCode::resource_exhausted, "2 records"));
  EXPECT_THAT([&] { writer.close(); },
              ThrowsError(ErrorCode::resource_exhausted, "2 of them waited, they are lost"));
}

// Wherever the disk becomes full, also inside a record, nothing is lost once there is space again.
TEST(FileWriterFailure, GoesOnBehindEveryCutWhenThereIsSpaceAgain) {
  const TempDir dir;
  FakeDisk whole;
  FileWriter reference = create_file_writer(
      dir.path(), {.wall_clock = [] { return 1.0; }, .create_file = whole.factory()});
  const std::size_t header = whole.bytes().size();
  for (int i = 0; i < 3; ++i) reference.scalar("tag", i, i);
  reference.close();

  for (std::size_t space = header; space < whole.bytes().size(); ++space) {
    FakeDisk disk;
    FileWriter writer = create_file_writer(
        dir.path(),
        {.flush_millis = 0, .wall_clock = [] { return 1.0; }, .create_file = disk.factory()});
    disk.set_space(space);
    for (int i = 0; i < 2; ++i) writer.scalar("tag", i, i);
    error_of([&] { writer.flush(); });
    disk.set_space(UINT64_MAX);
    writer.scalar("tag", 2, 2);
    EXPECT_NO_THROW(writer.flush());
    ASSERT_EQ(disk.bytes(), whole.bytes()) << space;
  }
}

TEST(FileWriterFailure, NeverBlocksOnAFullDiskAndCountsWhatItDrops) {
  const TempDir dir;
  FakeDisk disk;
  FileWriter writer = create_file_writer(
      dir.path(), {.max_queue_bytes = 1000, .flush_millis = 0, .create_file = disk.factory()});
  disk.set_space(disk.bytes().size() + 100);
  for (int i = 0; i < 1000; ++i) writer.scalar("tag", i, i);  // the policy is to wait
  const std::string error = error_of([&] { writer.flush(); });
  EXPECT_THAT(error, AllOf(HasSubstr("errno 28"), HasSubstr("found the buffer full and are lost")));
  disk.set_space(UINT64_MAX);
  EXPECT_NO_THROW(writer.flush());
  EXPECT_EQ(steps_in(disk.bytes()).size(), 1000 - writer.dropped_records());
  EXPECT_EQ(steps_in(disk.bytes()),
            steps_up_to(static_cast<std::int64_t>(1000 - writer.dropped_records())));
}

TEST(FileWriterFailure, ReportsDropsThatCameAfterTheLastReport) {
  const TempDir dir;
  FakeDisk disk;
  FileWriter writer = create_file_writer(
      dir.path(), {.max_queue_bytes = 200, .flush_millis = 0, .create_file = disk.factory()});
  disk.set_space(disk.bytes().size());
  writer.scalar("tag", 0, 0);
  EXPECT_THAT(error_of([&] { writer.flush(); }), HasSubstr("; 1 records not written"));
  for (int i = 1; i < 100; ++i) writer.scalar("tag", i, i);
  const std::uint64_t dropped = writer.dropped_records();
  disk.set_space(UINT64_MAX);
  EXPECT_THAT(error_of([&] { writer.flush(); }),
              HasSubstr("; " + std::to_string(dropped) + " records not written; " +
                        std::to_string(dropped) + " found the buffer full and are lost"));
  EXPECT_NO_THROW(writer.flush());
}

TEST(FileWriterFailure, ReportsAFailureOfTheBackgroundOnlyOnce) {
  const TempDir dir;
  FakeDisk disk;
  FileWriter writer =
      create_file_writer(dir.path(), {.flush_millis = 1, .create_file = disk.factory()});
  disk.set_space(disk.bytes().size() + 1, EIO);
  writer.scalar("tag", 0, 0);
  disk.wait_for_size(static_cast<std::size_t>(disk.bytes().size()));
  EXPECT_THAT(error_of([&] { writer.flush(); }), HasSubstr("Input/output error (errno 5)"));
  disk.set_space(UINT64_MAX);
  error_of([&] { writer.flush(); });  // the interval may have failed once more in between
  EXPECT_NO_THROW(writer.close());
  EXPECT_EQ(steps_in(disk.bytes()).size(), 1U);
}

TEST(FileWriterFailure, SyncsOnFlushWhenDurable) {
  const TempDir dir;
  FakeDisk disk;
  FileWriter writer = create_file_writer(
      dir.path(), {.flush_millis = 0, .is_durable = true, .create_file = disk.factory()});
  writer.scalar("tag", 0, 0);
  writer.flush();
  EXPECT_EQ(disk.syncs(), 1);
  disk.set_sync_error(EIO);
  EXPECT_THAT([&] { writer.flush(); },
              ThrowsError(ErrorCode::unknown, "sync " + writer.path() + ": Input/output error"));
}

TEST(FileWriterFailure, BeginsANewFileWhenItsFolderVanishes) {
  const TempDir dir;
  const std::string logdir = dir / "run";
  FileWriter writer = create_file_writer(logdir, {.flush_millis = 0});
  writer.scalar("tag", 0, 0);
  writer.flush();
  const std::string before = writer.path();
  std::filesystem::remove_all(logdir);
  writer.scalar("tag", 1, 1);
  const std::string error = error_of([&] { writer.flush(); });
  EXPECT_EQ(error, before + " was removed, with 1 records in it; going on in " + writer.path() +
                       "; 0 records not written");
  writer.scalar("tag", 2, 2);
  EXPECT_NO_THROW(writer.close());
  EXPECT_EQ(steps_in(testing::read_file(writer.path())), (std::vector<std::int64_t>{1, 2}));
}

TEST(FileWriterFailure, WaitsWhenTheFolderCannotBeMadeAgain) {
  const TempDir dir;
  const std::string logdir = dir / "run";
  FileWriter writer = create_file_writer(logdir, {.flush_millis = 0});
  std::filesystem::remove_all(logdir);
  testing::write_file(logdir, "in the way");
  writer.scalar("tag", 0, 0);
  EXPECT_THAT([&] { writer.flush(); },
              ThrowsError(ErrorCode::failed_precondition, "is a file; a directory is needed"));
  std::filesystem::remove(logdir);
  EXPECT_THAT([&] { writer.flush(); }, ThrowsError(ErrorCode::not_found, "going on in"));
  writer.close();
  EXPECT_EQ(steps_in(testing::read_file(writer.path())), steps_up_to(1));
}

// A record of which a part is in the removed file is whole in the new one.
TEST(FileWriterFailure, WritesACutRecordAgainIntoTheNewFile) {
  const TempDir dir;
  FakeDisk disk;
  FileWriter writer =
      create_file_writer(dir.path(), {.flush_millis = 0, .create_file = disk.factory()});
  const std::size_t header = disk.bytes().size();
  disk.set_space(header + 100);  // one record and a part of the second
  for (int i = 0; i < 3; ++i) writer.scalar("tag", i, i);
  EXPECT_THAT(error_of([&] { writer.flush(); }), HasSubstr("errno 28"));
  disk.remove_file();
  disk.set_space(UINT64_MAX);
  EXPECT_THAT(error_of([&] { writer.flush(); }), HasSubstr("was removed"));
  EXPECT_EQ(steps_in(disk.bytes()), (std::vector<std::int64_t>{1, 2}));
}

std::string& logged() {
  static std::string text;
  return text;
}

TEST(FileWriterFailure, LogsWhatItsDestructorCannotThrow) {
  const TempDir dir;
  FakeDisk disk;
  logged().clear();
  const LogHandler before =
      set_log_handler([](LogLevel, std::string_view message) noexcept { logged() = message; });
  {
    FileWriter writer =
        create_file_writer(dir.path(), {.flush_millis = 0, .create_file = disk.factory()});
    disk.set_space(0);
    writer.scalar("tag", 0, 0);
  }
  set_log_handler(before);
  EXPECT_THAT(logged(), AllOf(HasSubstr("No space left"), HasSubstr("1 records not written")));
}

TEST(FileWriterFailure, CannotBeMadeOnAFullDisk) {
  const TempDir dir;
  FakeDisk disk;
  disk.set_space(10);
  EXPECT_THAT(
      [&] { static_cast<void>(create_file_writer(dir.path(), {.create_file = disk.factory()})); },
      ThrowsError(ErrorCode::resource_exhausted, "No space left on device (errno 28)"));
}

TEST(EventWriter, WritesEventsToAFileOfAGivenName) {
  const TempDir dir;
  EventWriter writer(dir / "my.tfevents.log", 12);
  proto::Event event;
  event.set_step(3);
  writer.write(event);
  const std::string bytes = testing::read_file(dir / "my.tfevents.log");
  EXPECT_EQ(bytes.size(), writer.size_bytes());
  ASSERT_EQ(parse_events(bytes).size(), 2U);
  EXPECT_EQ(parse_events(bytes)[1].step(), 3);
  EXPECT_THAT([&] { const EventWriter again(dir / "my.tfevents.log", 12); },
              ThrowsError(ErrorCode::already_exists, "my.tfevents.log: File exists"));
}

TEST(EventWriter, CompletesACutRecord) {
  FakeDisk disk;
  EventWriter writer("x", 12, disk.factory());
  disk.set_space(disk.bytes().size() + 5);
  proto::Event event;
  event.set_step(3);
  EXPECT_THAT([&] { writer.write(event); }, ThrowsError(ErrorCode::resource_exhausted, "write x"));
  disk.set_space(UINT64_MAX);
  writer.write(event);
  EXPECT_EQ(parse_events(disk.bytes()).size(), 3U);
}

}  // namespace
}  // namespace opscope::summary
