#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "opscope/summary/event_reader.h"
#include "opscope/summary/scalars.h"
#include "opscope/summary/session.h"
#include "summary/read_events.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using testing::ThrowsError;

constexpr auto kInvalid = ErrorCode::invalid_argument;

TEST(Scalars, GoIntoOneEventBelowTheMainTag) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  scalars(writer, "loss", {{"train", 0.5}, {"test", 0.75}}, 3);
  writer.scalar("loss/train", 0.5, 3);
  writer.close();
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].step(), 3);
  ASSERT_EQ(events[0].summary().value_size(), 2);
  EXPECT_EQ(events[0].summary().value(1).tag(), "loss/test");
  EXPECT_EQ(scalar_from_tensor(events[0].summary().value(1).tensor().SerializeAsString()), 0.75);
  // Each is what the single call writes.
  EXPECT_EQ(events[0].summary().value(0).SerializeAsString(),
            events[1].summary().value(0).SerializeAsString());
}

TEST(Scalars, RefuseEmptyListsAndNames) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  EXPECT_THAT([&] { scalars(writer, "loss", {}, 0); }, ThrowsError(kInvalid, "\"loss\" are none"));
  EXPECT_THAT([&] { scalars(writer, "", {{"a", 1}}, 0); }, ThrowsError(kInvalid, "is empty"));
  EXPECT_THAT(
      [&] {
        scalars(writer, "loss", {{"a", 1}, {"", 1}}, 0);
      },
      ThrowsError(kInvalid, "is empty"));
  writer.close();
  EXPECT_TRUE(testing::events_below(dir.path()).empty());
}

TEST(Session, IsWrittenWithItsStatus) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  session_start(writer, 5);
  session_checkpoint(writer, "state/7", 7);
  session_stop(writer, 9);
  EXPECT_THAT([&] { session_checkpoint(writer, "\xff", 7); }, ThrowsError(kInvalid, "not UTF-8"));
  writer.close();
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].step(), 5);
  EXPECT_GT(events[0].wall_time(), 0);
  EXPECT_EQ(events[0].session_log().status(), proto::SessionLog::START);
  EXPECT_EQ(events[1].session_log().status(), proto::SessionLog::CHECKPOINT);
  EXPECT_EQ(events[1].session_log().checkpoint_path(), "state/7");
  EXPECT_EQ(events[2].session_log().status(), proto::SessionLog::STOP);
  EXPECT_EQ(events[2].step(), 9);
}

TEST(LogMessage, IsWrittenWithItsLevel) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  write_log_message(writer, LogLevel::info, "a", 1);
  write_log_message(writer, LogLevel::warning, "b");
  write_log_message(writer, LogLevel::error, "c");
  EXPECT_THAT([&] { write_log_message(writer, LogLevel::info, "\xff"); },
              ThrowsError(kInvalid, "not UTF-8"));
  writer.close();
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].log_message().level(), proto::LogMessage::INFO);
  EXPECT_EQ(events[0].log_message().message(), "a");
  EXPECT_EQ(events[0].step(), 1);
  EXPECT_EQ(events[1].log_message().level(), proto::LogMessage::WARN);
  EXPECT_EQ(events[2].log_message().level(), proto::LogMessage::ERROR);
}

}  // namespace
}  // namespace opscope::summary
