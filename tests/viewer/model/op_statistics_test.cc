#include "model/op_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "viewer/model/corpus.h"
#include "viewer/model/profile_fixture.h"

namespace opscope::viewer::testing {
namespace {

using ::testing::ElementsAre;

// outer 0..100 holds MatMul 10..40 and 50..60 on one line; a MatMul 0..20 on another.
Profile small_profile() {
  SpaceBuilder builder;
  builder.line("a");
  auto& outer = builder.event("outer", 0, 100);
  builder.stat(outer, "_r", 1);
  builder.event("x:MatMul", 10, 30);
  builder.event("y:MatMul", 50, 10);
  builder.line("b");
  builder.event("x:MatMul", 110, 20);
  return profile_from(builder.bytes()).value();
}

TEST(OpStatistics, SumsByNameLongestFirst) {
  const auto rows = op_statistics(small_profile(), {});
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].key, "outer");
  EXPECT_EQ(rows[0].self_ps, 60);
  EXPECT_EQ(rows[1].key, "x:MatMul");
  EXPECT_EQ(rows[1].calls, 2U);
  EXPECT_EQ(rows[1].total_ps, 50);
  EXPECT_EQ(rows[1].mean_ps, 25);
  EXPECT_EQ(rows[1].min_ps, 20);
  EXPECT_EQ(rows[1].max_ps, 30);
  EXPECT_EQ(rows[1].p50_ps, 20);
  EXPECT_EQ(rows[1].p99_ps, 30);
}

TEST(OpStatistics, GroupsByTypeThreadAndStep) {
  const Profile profile = small_profile();
  const auto types = op_statistics(profile, {.by = StatisticsKey::op_type});
  ASSERT_EQ(types.size(), 1U);
  EXPECT_EQ(types[0].key, "MatMul");
  EXPECT_EQ(types[0].calls, 3U);
  const auto threads = op_statistics(profile, {.by = StatisticsKey::thread});
  ASSERT_EQ(threads.size(), 2U);
  EXPECT_EQ(threads[0].key, "/host:CPU / a");
  const auto steps = op_statistics(profile, {.by = StatisticsKey::step});
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].calls, 3U);  // the event of the other line begins after the step
}

TEST(OpStatistics, CutsEventsToTheRange) {
  StatisticsRequest request;
  request.range = TimeRange{20, 55};
  const auto rows = op_statistics(small_profile(), request);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].key, "outer");
  EXPECT_EQ(rows[0].total_ps, 35);
  EXPECT_EQ(rows[0].self_ps, 10);
  EXPECT_EQ(rows[1].key, "x:MatMul");
  EXPECT_EQ(rows[1].total_ps, 20);
  EXPECT_EQ(rows[2].total_ps, 5);
}

TEST(OpStatistics, TakesOnlyTheLinesAskedFor) {
  StatisticsRequest request;
  request.lines = {1};
  const auto rows = op_statistics(small_profile(), request);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].total_ps, 20);
}

TEST(FlameGraph, MergesEqualStacks) {
  SpaceBuilder builder;
  builder.line("a");
  for (const int start : {0, 100}) {
    builder.event("f", start, 50);
    builder.event("g", start + 10, 20);
  }
  const Profile profile = profile_from(builder.bytes()).value();
  const std::vector<FlameNode> nodes = flame_graph(profile, {});
  ASSERT_EQ(nodes.size(), 3U);
  EXPECT_THAT(nodes[0].children, ElementsAre(1));
  EXPECT_EQ(nodes[0].total_ps, 100);
  EXPECT_EQ(nodes[1].calls, 2U);
  EXPECT_EQ(nodes[1].self_ps, 60);
  EXPECT_EQ(nodes[2].parent, 1U);
  EXPECT_EQ(nodes[2].total_ps, 40);
}

TEST(DurationHistogram, CountsEveryCall) {
  const Profile profile = small_profile();
  const NameId name = profile.lines[0].name_id[1];
  std::uint64_t count = 0;
  const auto bins = duration_histogram(profile, name, 4);
  for (const DurationBin& bin : bins) count += bin.count;
  EXPECT_EQ(count, 2U);
  EXPECT_EQ(bins.front().begin_ps, 20);
  EXPECT_EQ(bins.back().end_ps, 31);
}

// Totals of the ten longest names of every plane, as the oracle has them from the protobuf classes.
TEST(OpStatistics, AgreesWithTheCorpusOnTotals) {
  const Json profiles = oracle("profiles");
  for (const char* name : {"jax", "tf", "tf_sleep"}) {
    SCOPED_TRACE(name);
    const Json& xplanes = profiles.at(name).at("xplane");
    const Profile profile =
        load_profile_file((corpus_path("profiles") / name / xplanes.begin().key()).string())
            .value();
    const Json& planes = xplanes.front().at("planes");
    ASSERT_EQ(profile.planes.size(), planes.size());
    for (std::size_t i = 0; i < planes.size(); ++i) {
      if (profile.planes[i].lines.empty()) continue;
      const auto rows = op_statistics(profile, {.lines = profile.planes[i].lines});
      const Json& top = planes.at(i).at("top10_by_total_ps");
      ASSERT_GE(rows.size(), top.size());
      for (std::size_t j = 0; j < top.size(); ++j) {
        EXPECT_EQ(rows[j].total_ps, top.at(j).at(1).get<std::int64_t>()) << top.at(j);
      }
    }
  }
}

}  // namespace
}  // namespace opscope::viewer::testing
