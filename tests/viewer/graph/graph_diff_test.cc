#include "model/graph_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_fixtures.h"

namespace opscope::viewer {
namespace {

using test::NodeText;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<NodeText> kTwoLayers{
    {"x", "Placeholder", {}},
    {"dense/w", "Const", {}},
    {"dense/MatMul", "MatMul", {"x", "dense/w"}},
    {"dense/Relu", "Relu", {"dense/MatMul"}},
    {"out/w", "Const", {}},
    {"out/MatMul", "MatMul", {"dense/Relu", "out/w"}},
    {"loss", "Mean", {"out/MatMul", "^x"}},
};

// As kTwoLayers, with `from` at the beginning of names and inputs become `to`.
std::vector<NodeText> with_prefix(const std::string& from, const std::string& to) {
  std::vector<NodeText> nodes = kTwoLayers;
  const auto rename = [&](std::string& name) {
    const std::size_t at = name.starts_with('^') ? 1 : 0;
    if (name.compare(at, from.size(), from) == 0) name.replace(at, from.size(), to);
  };
  for (NodeText& node : nodes) {
    rename(node.name);
    for (std::string& input : node.inputs) rename(input);
  }
  return nodes;
}

std::vector<std::string> names_of(const GraphModel& model, const std::vector<NodeId>& ids) {
  std::vector<std::string> names;
  for (const NodeId id : ids) names.emplace_back(model.node(id).name);
  return names;
}

std::vector<std::string> changes_of(const GraphModel& a, const GraphDiff& diff) {
  std::vector<std::string> texts;
  for (const NodeChange& change : diff.changed) {
    for (const ValueChange& value : change.values) {
      texts.push_back(std::string(a.node(change.a).name) + " " + change_kind_name(value.kind) +
                      " " + value.name + ": " + value.before + " -> " + value.after);
    }
  }
  return texts;
}

std::vector<std::string> renames_of(const GraphModel& a, const GraphModel& b,
                                    const GraphDiff& diff) {
  std::vector<std::string> texts;
  for (const NodeRename& rename : diff.renamed) {
    texts.push_back(std::string(a.node(rename.a).name) + " -> " +
                    std::string(b.node(rename.b).name));
  }
  return texts;
}

TEST(GraphDiff, AGraphEqualsItselfInAnyOrder) {
  const GraphModel a = test::model_of(kTwoLayers);
  const GraphModel b = test::model_of({kTwoLayers.rbegin(), kTwoLayers.rend()});
  const GraphDiff diff = diff_graphs(a, b);
  EXPECT_TRUE(diff.is_equal());
  EXPECT_EQ(diff.equal_count, kTwoLayers.size());
  EXPECT_TRUE(diff_graphs(GraphModel(), GraphModel()).is_equal());
}

TEST(GraphDiff, NamesWhatCameAndWentAndWhoseInputsThatChanges) {
  std::vector<NodeText> changed = kTwoLayers;
  changed.erase(changed.begin() + 3);
  changed[4].inputs = {"tanh", "out/w"};
  changed.push_back({"tanh", "Tanh", {"dense/MatMul"}});
  const GraphModel a = test::model_of(kTwoLayers);
  const GraphModel b = test::model_of(changed);
  const GraphDiff diff = diff_graphs(a, b);
  EXPECT_THAT(names_of(a, diff.removed), ElementsAre("dense/Relu"));
  EXPECT_THAT(names_of(b, diff.added), ElementsAre("tanh"));
  EXPECT_THAT(changes_of(a, diff), ElementsAre("out/MatMul input 0: dense/Relu -> tanh"));
  EXPECT_THAT(diff.renamed, IsEmpty());
  EXPECT_EQ(diff.equal_count, 5u);
}

TEST(GraphDiff, ARenamedScopeIsOneRenaming) {
  const GraphModel a = test::model_of(kTwoLayers);
  const GraphModel b = test::model_of(with_prefix("dense/", "hidden/"));
  const GraphDiff diff = diff_graphs(a, b);
  EXPECT_THAT(renames_of(a, b, diff), ElementsAre("dense -> hidden"));
  EXPECT_THAT(diff.removed, IsEmpty());
  EXPECT_THAT(diff.added, IsEmpty());
  EXPECT_THAT(diff.changed, IsEmpty());
  EXPECT_FALSE(diff.is_equal());
}

TEST(GraphDiff, ARenamedAndEditedScopeIsStillFound) {
  std::vector<NodeText> nodes = with_prefix("dense/", "hidden/");
  nodes.push_back({"hidden/extra", "Neg", {"hidden/w"}});
  const GraphModel a = test::model_of(kTwoLayers);
  const GraphModel b = test::model_of(nodes);
  const GraphDiff diff = diff_graphs(a, b);
  EXPECT_THAT(renames_of(a, b, diff), ElementsAre("dense -> hidden"));
  EXPECT_THAT(names_of(b, diff.added), ElementsAre("hidden/extra"));
}

TEST(GraphDiff, AScopeThatMovedIntoAnotherIsFollowed) {
  const GraphModel a = test::model_of(kTwoLayers);
  const GraphModel b = test::model_of(with_prefix("dense/", "model/dense/"));
  const GraphDiff diff = diff_graphs(a, b);
  EXPECT_THAT(renames_of(a, b, diff), ElementsAre("dense -> model/dense"));
  EXPECT_THAT(diff.removed, IsEmpty());
  EXPECT_THAT(diff.added, IsEmpty());
}

TEST(GraphDiff, ARenamedOperationIsKnownByItsNeighbours) {
  const GraphModel a = test::model_of(kTwoLayers);
  const GraphModel b = test::model_of(with_prefix("dense/Relu", "dense/act"));
  const GraphDiff diff = diff_graphs(a, b);
  EXPECT_THAT(renames_of(a, b, diff), ElementsAre("dense/Relu -> dense/act"));
  EXPECT_THAT(diff.changed, IsEmpty());
}

TEST(GraphDiff, TellsWhichFactsChanged) {
  proto::GraphDef before = test::graph_def_of(kTwoLayers);
  proto::NodeDef& node = *before.mutable_node(2);
  node.set_device("/CPU:0");
  (*node.mutable_attr())["T"].set_type(proto::DT_FLOAT);
  (*node.mutable_attr())["transpose_b"].set_b(false);
  (*node.mutable_attr())["_output_shapes"].mutable_list()->add_shape()->add_dim()->set_size(8);
  (*node.mutable_attr())["gone"].set_i(3);
  proto::GraphDef after = before;
  proto::NodeDef& other = *after.mutable_node(2);
  other.set_op("BatchMatMul");
  other.set_device("/GPU:0");
  (*other.mutable_attr())["T"].set_type(proto::DT_HALF);
  (*other.mutable_attr())["transpose_b"].set_b(true);
  (*other.mutable_attr())["_output_shapes"]
      .mutable_list()
      ->mutable_shape(0)
      ->mutable_dim(0)
      ->set_size(16);
  other.mutable_attr()->erase("gone");
  after.mutable_node(6)->mutable_input()->RemoveLast();
  const GraphModel a = test::model_of(before);
  const GraphDiff diff = diff_graphs(a, test::model_of(after));
  EXPECT_THAT(
      changes_of(a, diff),
      ElementsAre("dense/MatMul op : MatMul -> BatchMatMul",
                  "dense/MatMul device : /CPU:0 -> /GPU:0", "dense/MatMul dtype T: DT_FLOAT -> DT_HALF",
                  "dense/MatMul shape _output_shapes: [[8]] -> [[16]]",
                  "dense/MatMul attribute gone: 3 -> ",
                  "dense/MatMul attribute transpose_b: false -> true", "loss input ^: x -> "));
}

TEST(GraphDiff, LargeConstantsOfOtherBytesDiffer) {
  proto::GraphDef before = test::graph_def_of({{"c", "Const", {}}});
  auto& tensor = *(*before.mutable_node(0)->mutable_attr())["value"].mutable_tensor();
  tensor.set_tensor_content("12345678");
  proto::GraphDef after = before;
  (*after.mutable_node(0)->mutable_attr())["value"].mutable_tensor()->set_tensor_content(
      "12345679");
  const GraphModel a = test::model_of(before);
  EXPECT_EQ(diff_graphs(a, test::model_of(after)).changed.size(), 1u);
}

proto::GraphDef calling_graph(const std::string& function, const std::string& op) {
  proto::GraphDef graph = test::graph_def_of({{"x", "Placeholder", {}}, {"call", "Call", {"x"}}});
  (*graph.mutable_node(1)->mutable_attr())["f"].mutable_func()->set_name(function);
  proto::FunctionDef& body = *graph.mutable_library()->add_function();
  body.mutable_signature()->set_name(function);
  body.mutable_signature()->add_input_arg()->set_name("arg");
  proto::NodeDef& node = *body.add_node_def();
  node.set_name("work");
  node.set_op(op);
  node.add_input("arg");
  return graph;
}

TEST(GraphDiff, BodiesOfFunctionsAreComparedAndTheirNamesAreNot) {
  const GraphModel a = test::model_of(calling_graph("f_12", "Neg"));
  EXPECT_TRUE(diff_graphs(a, test::model_of(calling_graph("f_99", "Neg"))).is_equal());
  const GraphDiff diff = diff_graphs(a, test::model_of(calling_graph("f_99", "Abs")));
  EXPECT_THAT(changes_of(a, diff), ElementsAre("call/f_12/work op : Neg -> Abs"));
}

TEST(GraphDiff, FoldedSeriesOfOtherLengthsDifferByTheirMembers) {
  const auto chain = [](int count) {
    std::vector<NodeText> nodes{{"x", "Placeholder", {}}};
    for (int i = 1; i <= count; ++i) nodes.push_back({"add_" + std::to_string(i), "Add", {"x"}});
    return test::model_of(nodes);
  };
  const GraphModel b = chain(9);
  const GraphDiff diff = diff_graphs(chain(8), b);
  EXPECT_THAT(names_of(b, diff.added), ElementsAre("add_9"));
  EXPECT_THAT(diff.renamed, IsEmpty());
  EXPECT_THAT(diff.changed, IsEmpty());
}

}  // namespace
}  // namespace opscope::viewer
