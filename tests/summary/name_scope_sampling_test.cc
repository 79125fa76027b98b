#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "opscope/summary/hparams.h"
#include "opscope/summary/image.h"
#include "opscope/summary/name_scope.h"
#include "opscope/summary/sampling.h"
#include "summary/read_events.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;
using testing::ThrowsError;

constexpr auto kInvalid = ErrorCode::invalid_argument;

std::vector<std::string> tags_below(const std::string& logdir) {
  std::vector<std::string> tags;
  for (const proto::Event& event : testing::events_below(logdir)) {
    tags.push_back(event.summary().value(0).tag());
  }
  return tags;
}

TEST(NameScope, GoesBeforeTheTagsOfItsThread) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const std::string long_tag(500, 'x');
  {
    const NameScope outer("train");
    writer.scalar("a", 1, 0);
    const NameScope inner("b/c");
    EXPECT_EQ(current_name_scope(), "train/b/c/");
    writer.scalar("a", 1, 0);
    writer.scalar(long_tag, 1, 0);
    writer.text("t", "text", 0);
    hparams_session_start(writer, {});
    writer.keras_model("keras", "{}", 0);
    std::thread([&] { writer.scalar("other", 1, 0); }).join();
  }
  writer.scalar("a", 1, 0);
  writer.close();
  EXPECT_THAT(tags_below(dir.path()),
              ElementsAre("train/a", "train/b/c/a", "train/b/c/" + long_tag, "train/b/c/t",
                          "_hparams_/session_start_info", "keras", "other", "a"));
}

TEST(NameScope, RefusesNamesThatNoTagMayHave) {
  EXPECT_THAT([] { const NameScope scope(""); }, ThrowsError(kInvalid, "is empty"));
  EXPECT_THAT([] { const NameScope scope("\xff"); }, ThrowsError(kInvalid, "not UTF-8"));
  EXPECT_EQ(current_name_scope(), "");
}

TEST(RecordIf, KeepsItsThreadFromRecording) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  {
    const RecordIf off(false);
    EXPECT_FALSE(should_record());
    const RecordIf on(true);  // does not lift what is around it
    EXPECT_FALSE(should_record());
    writer.scalar("a", 1, 0);
    writer.text("a", "text", 0);
    image(writer, "a", ImageView<float>{}, 0);  // not even looked at
    std::thread([&] { writer.scalar("other", 1, 0); }).join();
  }
  const RecordIf on(true);
  writer.scalar("b", 1, 0);
  writer.close();
  EXPECT_THAT(tags_below(dir.path()), ElementsAre("other", "b"));
}

TEST(EveryNSteps, IsTrueForMultiples) {
  const EveryNSteps often(3);
  std::vector<std::int64_t> steps;
  for (std::int64_t step = 0; step < 8; ++step) {
    if (often(step)) steps.push_back(step);
  }
  EXPECT_THAT(steps, ElementsAre(0, 3, 6));
  EXPECT_THAT([] { const EveryNSteps never(0); }, ThrowsError(kInvalid, "every 0 steps"));
}

TEST(EverySeconds, IsTrueAtFirstAndWhenTheTimeHasPassed) {
  std::chrono::steady_clock::time_point now;
  EverySeconds often(2.5, [&] { return now; });
  std::vector<int> recorded;
  for (int second = 0; second < 8; ++second, now += std::chrono::seconds(1)) {
    if (often()) recorded.push_back(second);
  }
  EXPECT_THAT(recorded, ElementsAre(0, 3, 6));
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT([] { const EverySeconds never(kNan); }, ThrowsError(kInvalid, "at least 0"));
}

TEST(StepCounter, GivesEveryThreadAnotherStep) {
  StepCounter step(10);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 100; ++k) step.next();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(step.current(), 410);
  EXPECT_EQ(step.next(), 411);
  step.set(3);
  EXPECT_EQ(step.current(), 3);
}

}  // namespace
}  // namespace opscope::summary
