#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "viewer/model/profile_fixture.h"

namespace opscope::viewer::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(XplaneReader, NestsEventsAndTakesChildrenOutOfSelfTime) {
  SpaceBuilder builder;
  builder.line("main");
  builder.event("inner", 20, 30);  // out of order on purpose
  builder.event("outer", 0, 100);
  builder.event("second", 60, 10);
  const Profile profile = profile_from(builder.bytes()).value();
  ASSERT_EQ(profile.lines.size(), 1U);
  const ProfileLine& line = profile.lines[0];
  EXPECT_THAT(line.start_ps, ElementsAre(0, 20, 60));
  EXPECT_THAT(line.depth, ElementsAre(0, 1, 1));
  EXPECT_THAT(line.self_ps, ElementsAre(60, 30, 10));
  EXPECT_EQ(event_name(profile, {0, 1}), "inner");
  EXPECT_EQ(profile.duration_ps, 100);
}

TEST(XplaneReader, EventsOfOneDepthNeverOverlap) {
  SpaceBuilder builder;
  builder.line("main");
  for (int i = 0; i < 50; ++i) builder.event("e", i * 7 % 90, 5 + i * 13 % 40);
  const Profile profile = profile_from(builder.bytes()).value();
  const ProfileLine& line = profile.lines[0];
  for (std::size_t depth = 0; depth < line.depth_count(); ++depth) {
    for (std::uint32_t at = line.row_begin[depth] + 1; at < line.row_begin[depth + 1]; ++at) {
      EXPECT_GE(line.start_ps[line.row_events[at]], line.end_ps(line.row_events[at - 1]));
    }
  }
}

TEST(XplaneReader, LinesShareOneClock) {
  SpaceBuilder builder;
  builder.line("a", 1'700'000'000'000'000'000).event("x", 0, 10);
  builder.line("b", 1'700'000'000'000'000'005).event("y", 1, 10);
  const Profile profile = profile_from(builder.bytes()).value();
  EXPECT_EQ(profile.lines[0].start_ps[0], 0);
  EXPECT_EQ(profile.lines[1].start_ps[0], 5'001);
  EXPECT_EQ(profile.start_ns, 1'700'000'000'000'000'000);
}

TEST(XplaneReader, TakesOpTypesFromNames) {
  SpaceBuilder builder;
  builder.line("main");
  builder.event("dense/MatMul:MatMul", 0, 10);
  builder.event("Iterator::Batch::Map", 20, 10);
  const Profile profile = profile_from(builder.bytes()).value();
  EXPECT_EQ(event_name(profile, {0, 0}), "dense/MatMul");
  EXPECT_EQ(profile.names[profile.lines[0].name_id[0]].op_type, "MatMul");
  EXPECT_EQ(event_name(profile, {0, 1}), "Iterator::Batch::Map");
  EXPECT_EQ(profile.names[profile.lines[0].name_id[1]].op_type, "");
}

TEST(XplaneReader, FindsStepsAndFlowsAcrossLines) {
  SpaceBuilder builder;
  builder.line("main");
  auto& step = builder.event("train", 0, 100);
  builder.stat(step, "_r", 1);
  builder.stat(step, "step_num", 7);
  auto& launch = builder.event("FunctionRun", 10, 20);
  builder.stat(launch, "_r", 1);  // TensorFlow marks these too; they are no steps
  builder.stat(launch, "_pt", 2);
  builder.stat(launch, "_p", 77);
  auto& work = builder.line("pool").event("Process", 40, 20);
  builder.stat(work, "_ct", 2);
  builder.stat(work, "_c", 77);
  const Profile profile = profile_from(builder.bytes()).value();
  ASSERT_EQ(profile.steps.size(), 1U);
  EXPECT_EQ(profile.steps[0].number, 7);
  EXPECT_EQ(profile.steps[0].duration_ps, 100);
  ASSERT_EQ(profile.flows.size(), 1U);
  EXPECT_EQ(profile.flows[0].from, (EventRef{0, 1}));
  EXPECT_EQ(profile.flows[0].to, (EventRef{1, 0}));
}

TEST(XplaneReader, DecodesArgumentsOnDemand) {
  SpaceBuilder builder;
  builder.line("main");
  builder.event("a", 0, 10);
  builder.stat(builder.event("b", 20, 10), "batch", 32);
  const Profile profile = profile_from(builder.bytes()).value();
  EXPECT_TRUE(event_args(profile, {0, 0}).empty());
  const std::vector<ProfileArg> args = event_args(profile, {0, 1});
  ASSERT_EQ(args.size(), 1U);
  EXPECT_EQ(args[0].key, "batch");
  EXPECT_EQ(args[0].value, "32");
}

TEST(XplaneReader, DrawsMemoryAsACounter) {
  SpaceBuilder builder;
  builder.line("main");
  builder.stat(builder.event("MemoryAllocation", 10, 0), "bytes_allocated", 4096);
  builder.stat(builder.event("MemoryDeallocation", 30, 0), "bytes_allocated", 0);
  const Profile profile = profile_from(builder.bytes()).value();
  ASSERT_EQ(profile.counters.size(), 1U);
  EXPECT_THAT(profile.counters[0].values, ElementsAre(4096, 0));
  EXPECT_EQ(profile.counters[0].unit, "bytes");
}

TEST(XplaneReader, FilesCutAnywhereGiveWhatIsThere) {
  SpaceBuilder builder;
  builder.line("main");
  for (int i = 0; i < 20; ++i) builder.event("event", i * 10, 5);
  const std::string whole = builder.bytes();
  std::uint64_t most = 0;
  for (std::size_t size = 20; size < whole.size(); ++size) {
    const Result<Profile> profile = profile_from(whole.substr(0, size));
    if (!profile) continue;
    EXPECT_GE(profile->event_count, most);
    most = std::max(most, profile->event_count);
    EXPECT_TRUE(size + 3 >= whole.size() || !profile->warnings.empty()) << size;
  }
  EXPECT_EQ(most, 20U);
}

TEST(XplaneReader, FlippedBytesDoNoHarm) {
  SpaceBuilder builder;
  builder.line("main");
  builder.stat(builder.event("a", 5, 10), "_r", 1);
  builder.event("b:Type", 7, 2);
  const std::string whole = builder.bytes();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(~damaged[at]);
    const Result<Profile> profile = profile_from(damaged);
    if (!profile) continue;
    for (std::uint32_t l = 0; l < profile->lines.size(); ++l) {
      const ProfileLine& line = profile->lines[l];
      EXPECT_EQ(line.row_events.size(), line.size());
      for (std::uint32_t event = 0; event < line.size(); ++event) {
        EXPECT_LT(line.name_id[event], profile->names.size());
        static_cast<void>(event_args(*profile, {l, event}));
      }
    }
  }
}

TEST(XplaneReader, WarnsOfEventsWithoutNames) {
  SpaceBuilder builder;
  builder.line("main");
  builder.event("a", 0, 1).set_metadata_id(99);
  const Profile profile = profile_from(builder.bytes()).value();
  EXPECT_THAT(profile.warnings, ElementsAre(HasSubstr("1 kinds of event have no name")));
}

TEST(XplaneReader, HostsMeetOnTheWallClock) {
  const opscope::testing::TempDir folder;
  std::vector<ProfileHost> hosts;
  for (const int host : {0, 1}) {
    SpaceBuilder builder;
    builder.line("main", 1'700'000'000'000'000'000 + host * 40).event("e", 0, 10);
    const std::string path = folder / ("h" + std::to_string(host) + ".xplane.pb");
    std::ofstream(path, std::ios::binary) << builder.bytes();
    hosts.push_back({"h" + std::to_string(host), path, ProfileFormat::xplane});
  }
  const Profile profile = load_profile(hosts).value();
  ASSERT_EQ(profile.lines.size(), 2U);
  EXPECT_EQ(profile.lines[0].start_ps[0], 0);
  EXPECT_EQ(profile.lines[1].start_ps[0], 40'000);
}

}  // namespace
}  // namespace opscope::viewer::testing
