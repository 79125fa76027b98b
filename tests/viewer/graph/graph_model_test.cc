#include "model/graph_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_fixtures.h"

namespace opscope::viewer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> child_labels(const GraphModel& model, NodeId id) {
  std::vector<std::string> labels;
  for (const NodeId child : model.children(id)) labels.push_back(model.label(child));
  return labels;
}

TEST(GraphModel, SplitsNamesIntoScopes) {
  const GraphModel model = test::model_of({{"a/b/c", "Add", {}}, {"a/d", "Mul", {}}});
  EXPECT_THAT(child_labels(model, kRootNode), ElementsAre("a"));
  EXPECT_THAT(child_labels(model, model.find("a")), ElementsAre("b", "d"));
  EXPECT_EQ(model.node(model.find("a")).op_count, 2u);
  EXPECT_EQ(model.node(model.find("a/b/c")).depth, 3);
}

TEST(GraphModel, PutsAnOperationNamedAsAScopeIntoIt) {
  const GraphModel model = test::model_of({{"dense/w", "Const", {}}, {"dense", "MatMul", {}}});
  const NodeId op = model.find("dense");
  EXPECT_EQ(model.node(op).op, "MatMul");
  EXPECT_EQ(model.label(op), "(dense)");
  EXPECT_EQ(model.node(model.node(op).parent).kind, NodeKind::scope);
}

TEST(GraphModel, ReadsOddNamesAsTheyAre) {
  const GraphModel model = test::model_of(
      {{"", "A", {}}, {"/", "B", {}}, {"a//b", "C", {}}, {"a/", "D", {}}, {"//x/y", "E", {}}});
  EXPECT_EQ(model.op_count(), 5u);
  EXPECT_EQ(model.label(model.find("")), "(no name)");
  EXPECT_EQ(model.node(model.find("/")).parent, kRootNode);
  EXPECT_EQ(model.label(model.find("a//b")), "/b");
  EXPECT_EQ(model.label(model.find("a/")), "a/");
}

TEST(GraphModel, ResolvesEveryWayToWriteAnInput) {
  const GraphModel model =
      test::model_of({{"a", "Split", {}}, {"b", "Add", {"a", "a:2", "a:out:1", "^a"}}});
  ASSERT_THAT(model.edges(), SizeIs(4));
  EXPECT_EQ(model.edges()[0].output, 0);
  EXPECT_EQ(model.edges()[1].output, 2);
  EXPECT_EQ(model.edges()[2].output, 1);
  EXPECT_TRUE(model.edges()[3].is_control);
  EXPECT_THAT(model.input_edges(model.find("b")), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(model.output_edges(model.find("a")), SizeIs(4));
}

TEST(GraphModel, RemarksOnInputsThatNameNothingAndOnNamesGivenTwice) {
  const GraphModel model =
      test::model_of({{"a", "Add", {"nobody"}}, {"a", "Mul", {}}, {"b", "Neg", {"a"}}});
  EXPECT_THAT(model.remarks(), ElementsAre(HasSubstr("two nodes have the name \"a\""),
                                           HasSubstr("1 inputs name no node, the first one "
                                                     "\"nobody\"")));
  EXPECT_EQ(model.node(model.edges()[0].from).op, "Add");
}

TEST(GraphModel, GathersEdgesAtTheScopeWhereTheirEndsPart) {
  const GraphModel model = test::model_of({{"a/x", "A", {}},
                                           {"a/y", "B", {"a/x"}},
                                           {"b/z", "C", {"a/x", "^a/y"}},
                                           {"b/w", "D", {"a/y"}}});
  ASSERT_THAT(model.scope_edges(kRootNode), SizeIs(1));
  const ScopeEdge& edge = model.scope_edges(kRootNode)[0];
  EXPECT_EQ(model.label(edge.from), "a");
  EXPECT_EQ(model.label(edge.to), "b");
  EXPECT_EQ(edge.count, 3u);
  EXPECT_EQ(edge.control_count, 1u);
  EXPECT_THAT(model.scope_edges(model.find("a")), SizeIs(1));
  EXPECT_THAT(model.scope_edges(model.find("b")), IsEmpty());
}

TEST(GraphModel, FoldsFiveNumberedSiblingsButNotFour) {
  std::vector<test::NodeText> nodes{{"other", "Neg", {}}};
  for (const char* name : {"AddN", "AddN_1", "AddN_2", "AddN_10"})
    nodes.push_back({name, "AddN", {}});
  EXPECT_THAT(test::model_of(nodes).children(kRootNode), SizeIs(5));
  nodes.push_back({"AddN_3", "AddN", {}});
  const GraphModel model = test::model_of(nodes);
  EXPECT_THAT(child_labels(model, kRootNode), ElementsAre("other", "AddN_[0-10]"));
  EXPECT_EQ(model.node(model.children(kRootNode)[1]).kind, NodeKind::series);
  EXPECT_EQ(model.node(model.children(kRootNode)[1]).op_count, 5u);
}

// Additions after each layer of a residual network: as one they would tie all layers together.
TEST(GraphModel, DoesNotFoldWhatOtherNodesLieBetween) {
  std::vector<test::NodeText> residual{{"x", "Placeholder", {}}};
  std::vector<test::NodeText> chain = residual;
  std::string last = "x";
  for (int i = 0; i < 6; ++i) {
    const std::string number = std::to_string(i);
    const std::string layer(1, static_cast<char>('a' + i));
    residual.push_back({layer, "Relu", {last}});
    residual.push_back({"add_" + number, "Add", {last, layer}});
    chain.push_back({"add_" + number, "Add", {last, last}});
    last = "add_" + number;
  }
  EXPECT_THAT(test::model_of(residual).children(kRootNode), SizeIs(13));
  EXPECT_THAT(child_labels(test::model_of(chain), kRootNode), ElementsAre("x", "add_[0-5]"));
}

TEST(GraphModel, FoldsSiblingsThatOneNodeFeedsAndReads) {
  std::vector<test::NodeText> nodes{{"in", "Placeholder", {}}};
  for (int i = 0; i < 5; ++i) {
    const std::string number = std::to_string(i);
    nodes.push_back({"tape/a" + std::string(1, static_cast<char>('p' + i)), "Mul",
                     i == 0 ? std::vector<std::string>{"in"}
                            : std::vector<std::string>{"AddN_" + std::to_string(i - 1)}});
    nodes.push_back({"AddN_" + number, "AddN", {nodes.back().name}});
  }
  EXPECT_THAT(child_labels(test::model_of(nodes), kRootNode),
              ElementsAre("in", "tape", "AddN_[0-4]"));
}

TEST(GraphModel, FoldsScopesOfEqualStructureOnly) {
  std::vector<test::NodeText> nodes{{"odd_1/op", "Neg", {}}};
  for (int i = 1; i <= 6; ++i) {
    const std::string scope = "layer_" + std::to_string(i);
    nodes.push_back({scope + "/mul", i == 6 ? "Sub" : "MatMul", {}});
    nodes.push_back({scope + "/relu", "Relu", {scope + "/mul"}});
  }
  const GraphModel model = test::model_of(nodes);
  EXPECT_THAT(child_labels(model, kRootNode), ElementsAre("odd_1", "layer_6", "layer_[1-5]"));
}

TEST(GraphModel, NumbersEqualStructures) {
  const GraphModel model = test::model_of({{"a/x", "Add", {}},
                                           {"a/y", "Mul", {"a/x"}},
                                           {"b/y", "Mul", {"b/z"}},
                                           {"b/z", "Add", {}},
                                           {"c/x", "Add", {}},
                                           {"c/y", "Mul", {}}});
  EXPECT_EQ(model.node(model.find("a")).structure, 1u);
  EXPECT_EQ(model.node(model.find("b")).structure, 1u);
  EXPECT_EQ(model.node(model.find("c")).structure, 0u) << "nothing feeds its Mul";
}

proto::GraphDef graph_with_functions() {
  proto::GraphDef graph = test::graph_def_of({{"x", "Placeholder", {}}, {"loop", "While", {"x"}}});
  auto& attributes = *graph.mutable_node(1)->mutable_attr();
  attributes["body"].mutable_func()->set_name("body_fn");
  attributes["cond"].mutable_func()->set_name("cond_fn");
  for (const char* name : {"body_fn", "cond_fn", "unused_fn"}) {
    proto::FunctionDef& function = *graph.mutable_library()->add_function();
    function.mutable_signature()->set_name(name);
    function.mutable_signature()->add_input_arg()->set_name("arg");
    function.mutable_signature()->add_output_arg()->set_name("out");
    proto::NodeDef& node = *function.add_node_def();
    node.set_name("scope/neg");
    node.set_op("Neg");
    node.add_input("arg");
    (*function.mutable_ret())["out"] = "scope/neg:y:0";
  }
  return graph;
}

TEST(GraphModel, ShowsTheFunctionsThatAnOperationCallsInIt) {
  const GraphModel model = test::model_of(graph_with_functions());
  const NodeId loop = model.find("loop");
  EXPECT_THAT(child_labels(model, loop), ElementsAre("body: body_fn", "cond: cond_fn"));
  const NodeId body = model.children(loop)[0];
  EXPECT_THAT(child_labels(model, body), ElementsAre("arg", "scope", "out_RetVal"));
  EXPECT_THAT(model.scope_edges(body), SizeIs(2));
  EXPECT_EQ(model.calls(loop)[1].function, "cond_fn");
  EXPECT_EQ(model.op_count(), 2u);
}

TEST(GraphModel, KeepsFunctionsThatNobodyCallsInAGroup) {
  const GraphModel model = test::model_of(graph_with_functions());
  EXPECT_THAT(child_labels(model, kRootNode), ElementsAre("x", "loop", "functions"));
  EXPECT_THAT(child_labels(model, model.children(kRootNode)[2]), ElementsAre("unused_fn"));
}

TEST(GraphModel, OpensALoneScopeAndTheDefaultSignatureAtFirst) {
  const GraphModel lone = test::model_of({{"x", "Placeholder", {}}, {"net/a/op", "Neg", {"x"}}});
  EXPECT_THAT(lone.first_opened(), ElementsAre(lone.find("net"), lone.find("net/a")));
  proto::GraphDef graph = graph_with_functions();
  graph.mutable_node(0)->set_name("serving_default_x");
  graph.mutable_node(1)->set_input(0, "serving_default_x");
  const GraphModel served = test::model_of(graph);
  EXPECT_THAT(served.first_opened(), ElementsAre(served.find("loop")));
}

TEST(GraphModel, StopsAtAFunctionThatCallsItself) {
  proto::GraphDef graph = test::graph_def_of({{"call", "recursive", {}}});
  proto::FunctionDef& function = *graph.mutable_library()->add_function();
  function.mutable_signature()->set_name("recursive");
  proto::NodeDef& node = *function.add_node_def();
  node.set_name("again");
  node.set_op("recursive");
  const GraphModel model = test::model_of(graph);
  const NodeId call = model.find("call");
  ASSERT_THAT(child_labels(model, call), ElementsAre("again"));
  EXPECT_FALSE(model.node(model.children(call)[0]).has_children());
}

TEST(GraphModel, BoundsTheNumberOfNestedBodies) {
  // f0 calls f1 ten times, f1 calls f2 ten times, ...: 10^8 bodies when written out.
  proto::GraphDef graph = test::graph_def_of({{"call", "f0", {}}});
  for (int f = 0; f < 8; ++f) {
    proto::FunctionDef& function = *graph.mutable_library()->add_function();
    function.mutable_signature()->set_name("f" + std::to_string(f));
    for (int i = 0; i < 10; ++i) {
      proto::NodeDef& node = *function.add_node_def();
      node.set_name("call_" + std::string(1, static_cast<char>('a' + i)));
      node.set_op("f" + std::to_string(f + 1));
    }
  }
  const GraphModel model = test::model_of(graph);
  EXPECT_LT(model.size(), 25'000u);
  EXPECT_THAT(model.remarks().at(0), HasSubstr("too many nested calls"));
}

TEST(GraphModel, ReadsShapesAndTypesOfEdges) {
  proto::GraphDef graph = test::graph_def_of({{"x", "Placeholder", {}}, {"y", "Neg", {"x"}}});
  auto& attributes = *graph.mutable_node(0)->mutable_attr();
  attributes["dtype"].set_type(proto::DT_FLOAT);
  proto::TensorShapeProto& shape = *attributes["_output_shapes"].mutable_list()->add_shape();
  shape.add_dim()->set_size(-1);
  shape.add_dim()->set_size(10);
  const GraphModel model = test::model_of(graph);
  EXPECT_EQ(model.shape_text(model.edges()[0].shape), "[?,10]");
  EXPECT_EQ(model.edges()[0].dtype, proto::DT_FLOAT);
}

TEST(GraphModel, WritesAttributesAsAPersonReadsThem) {
  proto::GraphDef graph = test::graph_def_of({{"c", "Const", {}}});
  auto& attributes = *graph.mutable_node(0)->mutable_attr();
  attributes["dtype"].set_type(proto::DT_INT32);
  attributes["keep_dims"].set_b(true);
  attributes["axes"].mutable_list()->add_i(3);
  attributes["axes"].mutable_list()->add_i(-1);
  attributes["padding"].set_s("SAME\n");
  proto::TensorProto& tensor = *attributes["value"].mutable_tensor();
  tensor.set_dtype(proto::DT_FLOAT);
  tensor.add_float_val(0.25f);
  const GraphModel model = test::model_of(graph);
  std::vector<std::string> texts;
  for (const GraphAttribute& a : model.attributes(model.find("c"))) {
    texts.push_back(a.name + "=" + a.text);
  }
  EXPECT_THAT(texts, ElementsAre("axes=[3, -1]", "dtype=DT_INT32", "keep_dims=true",
                                 "padding=\"SAME\\x0a\"", "value=DT_FLOAT scalar: 0.25"));
}

TEST(GraphModel, FindsNodesByTextRegexOperationAndAttribute) {
  proto::GraphDef graph = test::graph_def_of(
      {{"layer/Conv", "Conv2D", {}}, {"layer/relu", "Relu", {}}, {"out", "Identity", {}}});
  (*graph.mutable_node(0)->mutable_attr())["padding"].set_s("VALID");
  const GraphModel model = test::model_of(graph);
  const auto names = [&](std::string_view query, const SearchOptions& options) {
    std::vector<std::string> found;
    const std::vector<NodeId> ids = model.search(query, options).value();
    for (const NodeId id : ids) {
      found.emplace_back(model.node(id).name);
    }
    return found;
  };
  EXPECT_THAT(names("conv", {}), ElementsAre("layer/Conv"));
  EXPECT_THAT(names("conv", {.match_op = false, .match_case = true}), IsEmpty());
  EXPECT_THAT(names("^layer/", {.is_regex = true}), ElementsAre("layer/Conv", "layer/relu"));
  EXPECT_THAT(names("IDENTITY", {}), ElementsAre("out"));
  EXPECT_THAT(names("padding=\"valid", {.match_attributes = true}), ElementsAre("layer/Conv"));
  const auto bad = model.search("(", {.is_regex = true});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code(), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace opscope::viewer
