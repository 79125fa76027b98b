#include "remote_profiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "opscope/profiler/profiler.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::profiler::detail {
namespace {

using ::testing::HasSubstr;
using testing::ThrowsError;

constexpr std::uint64_t kForever = 600'000;  // milliseconds: the test ends them

bool nobody_left() { return false; }

proto::ProfileRequest request_of(std::uint64_t duration_ms,
                                 const std::string& session = "session") {
  proto::ProfileRequest request;
  request.set_duration_ms(duration_ms);
  request.set_session_id(session);
  request.set_host_name("localhost:1");
  return request;
}

void wait_for_recording() {
  while (!is_recording()) std::this_thread::yield();
}

// The names of the events in an answer's XSpace.
std::set<std::string> event_names(const proto::ProfileResponse& response) {
  std::set<std::string> names;
  proto::profiler::XSpace space;
  EXPECT_EQ(response.tool_data_size(), 1);
  if (response.tool_data_size() != 1) return names;
  EXPECT_EQ(response.tool_data(0).name(), "xplane.pb");
  EXPECT_TRUE(space.ParseFromString(response.tool_data(0).data()));
  for (const auto& plane : space.planes()) {
    for (const auto& [id, metadata] : plane.event_metadata()) names.insert(metadata.name());
  }
  return names;
}

// Runs profile() on another thread, calls `act` while it records, and gives the answer.
template <typename Act>
proto::ProfileResponse profile_during(RemoteProfiler& profiler,
                                      const proto::ProfileRequest& request, Act act) {
  proto::ProfileResponse response;
  std::thread server([&] { response = profiler.profile(request, nobody_left); });
  wait_for_recording();
  act();
  server.join();
  return response;
}

TEST(RemoteProfiler, AnswersWithWhatRan) {
  RemoteProfiler profiler({});
  const proto::ProfileResponse response = profile_during(profiler, request_of(kForever), [&] {
    { OPSCOPE_ZONE("while_profiled"); }
    profiler.terminate("session");
  });
  EXPECT_THAT(event_names(response), ::testing::Contains("while_profiled"));
  EXPECT_FALSE(response.has_xspace());
  EXPECT_FALSE(is_recording());
}

TEST(RemoteProfiler, EndsByItself) {
  RemoteProfiler profiler({});
  const proto::ProfileResponse response = profiler.profile(request_of(1), nobody_left);
  EXPECT_TRUE(response.empty_trace());
  EXPECT_EQ(response.tool_data_size(), 0);
}

TEST(RemoteProfiler, ForgetsATerminatedSession) {
  RemoteProfiler profiler({});
  profiler.terminate("session");
  EXPECT_TRUE(profiler.profile(request_of(kForever), nobody_left).empty_trace());
  std::atomic<bool> has_left{false};
  proto::ProfileResponse response;
  std::thread server(
      [&] { response = profiler.profile(request_of(kForever), [&] { return has_left.load(); }); });
  wait_for_recording();  // so the earlier terminate() did not count
  has_left = true;
  server.join();
}

TEST(RemoteProfiler, RefusesASecondSession) {
  RemoteProfiler profiler({});
  profile_during(profiler, request_of(kForever), [&] {
    EXPECT_THAT([&] { (void)profiler.profile(request_of(1, "other"), nobody_left); },
                ThrowsError(ErrorCode::already_exists, "being recorded"));
    EXPECT_THAT([&] { profiler.start_continuous(); },
                ThrowsError(ErrorCode::already_exists, "being recorded"));
    profiler.terminate("session");
  });
}

TEST(RemoteProfiler, TellsWhenTheProgramStoppedTheSession) {
  RemoteProfiler profiler({});
  std::thread program([&] {
    wait_for_recording();
    (void)stop();
    start();  // one of its own
    profiler.terminate("session");
  });
  EXPECT_THAT([&] { (void)profiler.profile(request_of(kForever), nobody_left); },
              ThrowsError(ErrorCode::aborted, "stopped the session"));
  program.join();
  EXPECT_TRUE(is_recording()) << "the program's own session was ended";
  discard();
}

TEST(RemoteProfiler, RefusesDurationsAndStartsThatAreTooLong) {
  RemoteProfiler profiler({.max_duration_ms = 1000});
  EXPECT_THAT([&] { (void)profiler.profile(request_of(0), nobody_left); },
              ThrowsError(ErrorCode::invalid_argument, "0 ms"));
  EXPECT_THAT([&] { (void)profiler.profile(request_of(1001), nobody_left); },
              ThrowsError(ErrorCode::invalid_argument, "1001 ms"));
  proto::ProfileRequest request = request_of(1);
  request.mutable_opts()->set_start_timestamp_ns(UINT64_MAX);
  EXPECT_THAT([&] { (void)profiler.profile(request, nobody_left); },
              ThrowsError(ErrorCode::invalid_argument, "is to start in"));
}

TEST(RemoteProfiler, WritesBelowTheWritableRootOnly) {
  const testing::TempDir dir;
  const testing::TempDir other;
  RemoteProfiler profiler({.writable_root = dir.path()});
  const auto act = [&] {
    { OPSCOPE_ZONE("written"); }
    profiler.terminate("session");
  };
  proto::ProfileRequest request = request_of(kForever);
  request.set_repository_root(dir / "plugins/profile");
  EXPECT_EQ(profile_during(profiler, request, act).tool_data_size(), 0);
  std::ifstream file(dir / "plugins/profile/session/localhost_1.xplane.pb");
  proto::profiler::XSpace space;
  EXPECT_TRUE(space.ParseFromIstream(&file));
  EXPECT_GT(space.planes_size(), 0);

  request.set_repository_root(other.path());
  EXPECT_THAT(event_names(profile_during(profiler, request, act)), ::testing::Contains("written"));
  EXPECT_TRUE(std::filesystem::is_empty(other.path()));
}

TEST(RemoteProfiler, MonitorsStepsAtLevelTwo) {
  RemoteProfiler profiler({});
  proto::MonitorRequest request;
  request.set_duration_ms(kForever);
  request.set_monitoring_level(2);
  std::atomic<bool> has_left{false};
  std::thread program([&] {
    wait_for_recording();
    for (int i = 0; i < 3; ++i) const Step step(i);
    has_left = true;
  });
  const proto::MonitorResponse response =
      profiler.monitor(request, [&] { return has_left.load(); });
  program.join();
  EXPECT_THAT(response.data(), HasSubstr("Steps: 3"));
  EXPECT_EQ(response.monitor_result().response_type(),
            proto::ProfilerServiceMonitorResult::UTIL_IDLE_STEP);
  EXPECT_FALSE(is_recording());
}

TEST(RemoteProfiler, GivesSnapshotsOfARing) {
  RemoteProfiler profiler({});
  EXPECT_THAT([&] { (void)profiler.snapshot(); },
              ThrowsError(ErrorCode::failed_precondition, "StartContinuousProfiling"));
  profiler.start_continuous();
  { OPSCOPE_ZONE("first"); }
  EXPECT_THAT(event_names(profiler.snapshot()), ::testing::Contains("first"));
  { OPSCOPE_ZONE("second"); }
  const proto::ProfileResponse second = profiler.snapshot();
  EXPECT_THAT(event_names(second), ::testing::Contains("second"));
  EXPECT_THAT(event_names(second), ::testing::Not(::testing::Contains("first")));
  EXPECT_TRUE(second.has_xspace());
  profiler.stop_continuous();
  EXPECT_FALSE(is_recording());
}

TEST(RemoteProfiler, EndsWhatWaitsAtShutdown) {
  RemoteProfiler profiler({});
  profile_during(profiler, request_of(kForever), [&] { profiler.shutdown(); });
  EXPECT_FALSE(is_recording());
}

}  // namespace
}  // namespace opscope::profiler::detail
