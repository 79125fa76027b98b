#include <gtest/gtest.h>

#include "graph_fixtures.h"
#include "model/graph_model.h"
#include "opscope/proto/run_metadata.pb.h"

namespace opscope::viewer {
namespace {

void add_execution(proto::RunMetadata& metadata, const char* name, int start_us, int duration_us,
                   int bytes) {
  proto::StepStats& stats = *metadata.mutable_step_stats();
  if (stats.dev_stats_size() == 0) stats.add_dev_stats()->set_device("/device:CPU:0");
  proto::NodeExecStats& node = *stats.mutable_dev_stats(0)->add_node_stats();
  node.set_node_name(name);
  node.set_all_start_micros(start_us);
  node.set_all_end_rel_micros(duration_us);
  node.add_memory()->set_total_bytes(bytes);
}

TEST(GraphStats, ScopesSpanTheirChildrenAndSumTheirMemory) {
  GraphModel model = test::model_of({{"a/x", "Add", {}}, {"a/y", "Mul", {}}, {"b", "Neg", {}}});
  proto::RunMetadata metadata;
  add_execution(metadata, "a/x", 100, 20, 64);
  add_execution(metadata, "a/y", 150, 30, 16);
  add_execution(metadata, "nobody", 1, 1, 1);
  ASSERT_TRUE(add_run_metadata(model, metadata.SerializeAsString()));
  EXPECT_TRUE(model.has_stats());
  const NodeStats scope = model.stats(model.find("a"));
  EXPECT_EQ(scope.start_us, 100);
  EXPECT_EQ(scope.duration_us, 80);
  EXPECT_EQ(scope.memory_bytes, 80);
  EXPECT_FALSE(model.stats(model.find("b")).has_stats);
}

TEST(GraphStats, SeveralRunsOfANodeMakeOneSpanWithTheLargestMemory) {
  GraphModel model = test::model_of({{"x", "Add", {}}});
  proto::RunMetadata metadata;
  add_execution(metadata, "x", 200, 10, 5);
  add_execution(metadata, "x", 100, 10, 7);
  ASSERT_TRUE(add_run_metadata(model, metadata.SerializeAsString()));
  EXPECT_EQ(model.stats(model.find("x")).start_us, 100);
  EXPECT_EQ(model.stats(model.find("x")).duration_us, 110);
  EXPECT_EQ(model.stats(model.find("x")).memory_bytes, 7);
}

TEST(GraphStats, RefusesWhatIsNoRunMetadata) {
  GraphModel model;
  const auto result = add_run_metadata(model, "\xff\xff\xff");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::data_loss);
}

}  // namespace
}  // namespace opscope::viewer
