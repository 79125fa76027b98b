#include "opscope/profiler/labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::profiler {
namespace {

using ::testing::HasSubstr;

TEST(HostMetadata, IsInTheTaskEnvironmentAndTheChromeTrace) {
  set_host_metadata("git_commit", "old");
  set_host_metadata("git_commit", "1f3a");
  set_host_metadata("cluster", "a \"b\"");
  start();
  const Capture capture = stop();
  const auto space = parse_xspace(capture);
  const auto stats = plane_stats(plane_named(space, "Task Environment"));
  EXPECT_EQ(stats.at("git_commit"), StatValue(std::string("1f3a")));
  EXPECT_EQ(stats.at("cluster"), StatValue(std::string("a \"b\"")));
  EXPECT_EQ(stats.at("profile_start_time"),
            StatValue(static_cast<std::uint64_t>(capture.start_unix_ns())));

  const testing::TempDir folder;
  capture.write_chrome_trace(folder / "trace.json", false);
  const auto trace = nlohmann::json::parse(testing::read_file(folder / "trace.json"));
  EXPECT_EQ(trace.at("otherData"),
            nlohmann::json({{"cluster", "a \"b\""}, {"git_commit", "1f3a"}}));
  set_host_metadata("git_commit", "");
  set_host_metadata("cluster", "");
}

TEST(HostMetadata, AnEmptyValueTakesAKeyAway) {
  set_host_metadata("gone", "soon");
  set_host_metadata("gone", "");
  start();
  const auto space = parse_xspace(stop());
  EXPECT_FALSE(plane_stats(plane_named(space, "Task Environment")).contains("gone"));
}

TEST(HostMetadata, RefusesTheKeysOfTheProfile) {
  for (const char* key : {"", "profile_start_time", "profile_stop_time"}) {
    try {
      set_host_metadata(key, "value");
      ADD_FAILURE() << "took the key " << key;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_THAT(error.what(), HasSubstr("\"" + std::string(key) + "\""));
    }
  }
}

TEST(CounterUnit, IsAStatOfTheCountersName) {
  const NameId counted = intern("labels_test/rate");
  set_counter_unit(counted, "requests/s");
  start();
  counter(counted, 1);
  counter(intern("labels_test/plain"), 1);
  const auto space = parse_xspace(stop());
  const auto& plane = plane_named(space, "/host:CPU");
  int seen = 0;
  for (const auto& [id, metadata] : plane.event_metadata()) {
    ++seen;
    if (metadata.name() == "labels_test/plain") {
      EXPECT_EQ(metadata.stats_size(), 0);
      continue;
    }
    ASSERT_EQ(metadata.stats_size(), 1);
    const auto& names = plane.stat_metadata();
    EXPECT_EQ(names.at(metadata.stats(0).metadata_id()).name(), "unit");
    EXPECT_EQ(names.at(static_cast<std::int64_t>(metadata.stats(0).ref_value())).name(),
              "requests/s");
  }
  EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace opscope::profiler
