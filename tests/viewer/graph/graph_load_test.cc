#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event_graphs.h"
#include "graph_fixtures.h"
#include "model/graph_model.h"
#include "opscope/proto/run_metadata.pb.h"
#include "opscope/proto/saved_model.pb.h"

namespace opscope::viewer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> top_labels(const GraphModel& model) {
  std::vector<std::string> labels;
  for (const NodeId child : model.children(kRootNode)) labels.push_back(model.label(child));
  return labels;
}

TEST(GraphLoad, AnEmptyGraphHasOnlyItsRoot) {
  const auto model = build_graph_model("", GraphKind::run_graph);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->size(), 1u);
  EXPECT_EQ(build_graph_model("", GraphKind::graph_run_metadata)->size(), 1u);
}

TEST(GraphLoad, RefusesDamagedBytesOrReadsThem) {
  const std::string good =
      test::graph_def_of({{"a", "Add", {}}, {"b", "Mul", {"a"}}}).SerializeAsString();
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    const auto model = build_graph_model(good.substr(0, cut), GraphKind::run_graph);
    if (!model) {
      EXPECT_EQ(model.error().code(), ErrorCode::data_loss) << cut;
    }
  }
  EXPECT_FALSE(build_graph_model(good.substr(0, good.size() - 1), GraphKind::run_graph));
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0xFF);
    for (const GraphKind kind : {GraphKind::run_graph, GraphKind::graph_run_metadata}) {
      const auto model = build_graph_model(bad, kind);
      if (model) {
        EXPECT_LE(model->op_count(), 2u);
      }
    }
  }
}

TEST(GraphLoad, ReadsNamesThatAreNoUtf8) {
  proto::GraphDef graph = test::graph_def_of({{"QQQQ", "Add", {}}});
  std::string bytes = graph.SerializeAsString();
  bytes.replace(bytes.find("QQQQ"), 4, "\xff\xfe\x80q");
  const auto model = build_graph_model(bytes, GraphKind::run_graph);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->node(model->children(kRootNode)[0]).name, "\xff\xfe\x80q");
}

TEST(GraphLoad, TheLargestGraphOfARunMetadataIsTheGraph) {
  proto::RunMetadata metadata;
  *metadata.add_function_graphs()->mutable_pre_optimization_graph() =
      test::graph_def_of({{"small", "Add", {}}});
  *metadata.add_function_graphs()->mutable_pre_optimization_graph() =
      test::graph_def_of({{"x", "Placeholder", {}}, {"y", "Neg", {"x"}}});
  const auto model =
      build_graph_model(metadata.SerializeAsString(), GraphKind::graph_run_metadata_graph);
  ASSERT_TRUE(model);
  EXPECT_THAT(top_labels(*model), ElementsAre("x", "y", "other graphs"));
  EXPECT_NE(model->find("graph_1/small"), kNoNode);
}

TEST(GraphLoad, ShowsPartitionsWhereThereIsNothingElse) {
  proto::RunMetadata metadata;
  *metadata.add_partition_graphs() = test::graph_def_of({{"x", "Placeholder", {}}});
  EXPECT_THAT(
      top_labels(*build_graph_model(metadata.SerializeAsString(), GraphKind::graph_run_metadata)),
      ElementsAre("x"));
}

TEST(GraphLoad, ReadsText) {
  const auto model = build_graph_model_from_text(
      "node { name: 'a' op: 'Const' }\nnode { name: 'b' op: 'Neg' input: 'a' }");
  ASSERT_TRUE(model);
  EXPECT_EQ(model->edges().size(), 1u);
  const auto bad = build_graph_model_from_text("node {\n  name: }");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code(), ErrorCode::invalid_argument);
  EXPECT_THAT(bad.error().what(), HasSubstr("line 2"));
}

TEST(GraphLoad, ReadsSavedModelsAndMetaGraphs) {
  proto::SavedModel saved;
  saved.set_saved_model_schema_version(1);
  proto::MetaGraphDef& meta = *saved.add_meta_graphs();
  meta.mutable_meta_info_def()->add_tags("serve");
  *meta.mutable_graph_def() = test::graph_def_of({{"x", "Placeholder", {}}});
  EXPECT_THAT(top_labels(*build_graph_model_from_saved_model(saved.SerializeAsString())),
              ElementsAre("x"));
  EXPECT_THAT(top_labels(*build_graph_model_from_saved_model(meta.SerializeAsString())),
              ElementsAre("x"));
  EXPECT_FALSE(build_graph_model_from_saved_model(""));
}

constexpr const char* kSequential = R"({"class_name": "Sequential", "config": {"name": "seq",
    "layers": [{"class_name": "Dense", "config": {"name": "d1", "dtype": "float32", "units": 4}},
               {"class_name": "ReLU", "config": {"name": "r"}}]}})";

TEST(GraphLoad, LinksTheLayersOfASequentialModelInTheirOrder) {
  const auto model = build_graph_model(kSequential, GraphKind::graph_keras_model);
  ASSERT_TRUE(model);
  ASSERT_EQ(model->edges().size(), 1u);
  EXPECT_EQ(model->node(model->edges()[0].from).name, "seq/d1");
  EXPECT_EQ(model->node(model->edges()[0].to).op, "ReLU");
}

TEST(GraphLoad, FollowsTheInboundNodesOfAFunctionalModel) {
  const auto model = build_graph_model(
      R"({"class_name": "Functional", "config": {"name": "m", "layers": [
          {"class_name": "InputLayer", "config": {"name": "in"}, "inbound_nodes": []},
          {"class_name": "Sequential", "config": {"name": "inner", "layers": [
              {"class_name": "Dense", "config": {"name": "d"}}]},
           "inbound_nodes": [[["in", 0, 0, {}]]]},
          {"class_name": "Add", "config": {"name": "sum"}, "inbound_nodes": [
              {"args": [[{"class_name": "__keras_tensor__",
                          "config": {"keras_history": ["in", 0, 0]}},
                         {"class_name": "__keras_tensor__",
                          "config": {"keras_history": ["inner", 0, 0]}}]]}]}]}})",
      GraphKind::graph_keras_model);
  ASSERT_TRUE(model);
  std::vector<std::string> edges;
  for (const GraphEdge& e : model->edges()) {
    edges.push_back(std::string(model->node(e.from).name) + ">" +
                    std::string(model->node(e.to).name));
  }
  EXPECT_THAT(edges, ElementsAre("m/in>m/inner/d", "m/in>m/sum", "m/inner/d>m/sum"));
}

TEST(GraphLoad, RefusesJsonThatIsNoModel) {
  for (const char* text : {"", "{", "[]", "{}", R"({"config": 3})"}) {
    const auto model = build_graph_model(text, GraphKind::graph_keras_model);
    ASSERT_FALSE(model) << text;
    EXPECT_EQ(model.error().code(), ErrorCode::data_loss);
  }
}

}  // namespace
}  // namespace opscope::viewer
