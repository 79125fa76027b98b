#include "model/graph_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_fixtures.h"
#include "layout_checks.h"

namespace opscope::viewer {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

GraphModel nested_model() {
  return test::model_of({{"x", "Placeholder", {}},
                         {"a/w", "Const", {}},
                         {"a/mul", "Mul", {"x", "a/w"}},
                         {"a/in/neg", "Neg", {"a/mul"}},
                         {"a/in/abs", "Abs", {"a/in/neg"}},
                         {"y", "Relu", {"a/in/abs"}}});
}

GraphLayout layout_of(const GraphModel& model, std::vector<NodeId> opened,
                      bool is_input_at_bottom = true) {
  GraphLayoutRequest request;
  request.model = &model;
  request.opened = std::move(opened);
  request.is_input_at_bottom = is_input_at_bottom;
  return layout_graph(request);
}

std::vector<std::string> labels(const GraphLayout& layout) {
  std::vector<std::string> result;
  for (const LayoutBox& box : layout.boxes) result.push_back(box.label);
  return result;
}

const LayoutBox& box_of(const GraphLayout& layout, const GraphModel& model, const char* name) {
  return layout.boxes.at(static_cast<std::size_t>(layout.box_of(model, model.find(name))));
}

TEST(GraphLayout, DrawsAnEmptyGraph) {
  const GraphModel model;
  EXPECT_TRUE(layout_of(model, {}).boxes.empty());
  EXPECT_TRUE(layout_graph({}).boxes.empty());
}

TEST(GraphLayout, ShowsChildrenOfOpenedNodesOnly) {
  const GraphModel model = nested_model();
  EXPECT_THAT(labels(layout_of(model, {})), ElementsAre("x", "a", "y"));
  const GraphLayout opened = layout_of(model, {model.find("a")});
  EXPECT_THAT(labels(opened), ElementsAre("x", "a", "y", "mul", "in"));
  EXPECT_EQ(test::check_graph_layout(opened), "");
  EXPECT_THAT(labels(layout_of(model, {model.find("a/in")})), ElementsAre("x", "a", "y"));
}

TEST(GraphLayout, EdgesFromOutsideGoOnToTheChildTheyMean) {
  const GraphModel model = nested_model();
  const GraphLayout layout = layout_of(model, {model.find("a"), model.find("a/in")});
  EXPECT_EQ(test::check_graph_layout(layout), "");
  std::vector<std::string> inside;
  for (const LayoutEdge& e : layout.edges) {
    if (e.scope_box < 0) continue;
    inside.push_back(std::string(model.node(e.from).name) + ">" +
                     std::string(model.node(e.to).name));
  }
  EXPECT_THAT(inside, UnorderedElementsAre("a/mul>a/in", "x>a/mul", "a/in>y", "a/in/neg>a/in/abs",
                                           "a/in/abs>y", "a/mul>a/in/neg"));
}

TEST(GraphLayout, EdgesMeetAtTheBorderOfAnOpenedBox) {
  const GraphModel model = nested_model();
  const GraphLayout layout = layout_of(model, {model.find("a")});
  LayoutPoint outer_end;
  LayoutPoint inner_begin;
  for (const LayoutEdge& e : layout.edges) {
    if (model.node(e.from).name != "x") continue;
    (e.scope_box < 0 ? outer_end : inner_begin) =
        e.scope_box < 0 ? layout.route(e).back() : layout.route(e).front();
  }
  EXPECT_NEAR(outer_end.x, inner_begin.x, 1);
  EXPECT_EQ(outer_end.y, inner_begin.y);
}

TEST(GraphLayout, ConstantsAreNotesOfTheirUser) {
  const GraphModel model = nested_model();
  const GraphLayout layout = layout_of(model, {model.find("a")});
  ASSERT_EQ(layout.notes.size(), 1u);
  EXPECT_EQ(layout.notes[0].label, "w");
  EXPECT_EQ(layout.notes[0].kind, NoteKind::constant);
  EXPECT_EQ(layout.boxes[static_cast<std::size_t>(layout.notes[0].host_box)].label, "mul");
}

TEST(GraphLayout, TheUserCanRemoveAndKeepNodes) {
  const GraphModel model = nested_model();
  GraphLayoutRequest request;
  request.model = &model;
  request.opened = {model.find("a")};
  request.kept = {model.find("a/w")};
  request.removed = {model.find("y")};
  const GraphLayout layout = layout_graph(request);
  EXPECT_THAT(labels(layout), ElementsAre("x", "a", "w", "mul", "in"));
  ASSERT_EQ(layout.notes.size(), 1u);
  EXPECT_EQ(layout.notes[0].label, "y");
  EXPECT_TRUE(layout.notes[0].is_output);
}

TEST(GraphLayout, InputsAreAtTheBottomOrTheTop) {
  const GraphModel model = nested_model();
  const GraphLayout up = layout_of(model, {}, true);
  EXPECT_GT(box_of(up, model, "x").rect.y, box_of(up, model, "y").rect.y);
  const GraphLayout down = layout_of(model, {model.find("a")}, false);
  EXPECT_LT(box_of(down, model, "x").rect.y, box_of(down, model, "y").rect.y);
  EXPECT_EQ(test::check_graph_layout(down), "");
}

TEST(GraphLayout, OpeningAndClosingGivesTheFirstDrawingAgain) {
  const GraphModel model = nested_model();
  GraphLayouter layouter;
  GraphLayoutRequest request;
  request.model = &model;
  const std::string closed = test::fingerprint(layouter.layout(request));
  request.opened = {model.find("a"), model.find("a/in")};
  const std::string opened = test::fingerprint(layouter.layout(request));
  EXPECT_EQ(opened, test::fingerprint(layout_graph(request)));
  request.opened.clear();
  EXPECT_EQ(test::fingerprint(layouter.layout(request)), closed);
}

TEST(GraphLayout, DrawsASubgraphAlone) {
  const GraphModel model = nested_model();
  GraphLayoutRequest request;
  request.model = &model;
  request.root = model.find("a/in");
  EXPECT_THAT(labels(layout_graph(request)), ElementsAre("neg", "abs"));
}

TEST(GraphLayout, KeepsANodeInPlace) {
  const GraphModel model = nested_model();
  const GraphLayout before = layout_of(model, {});
  GraphLayout after = layout_of(model, {model.find("a")});
  keep_in_place(after, before, model, model.find("a/in/neg"));
  EXPECT_EQ(box_of(after, model, "a").rect.x, box_of(before, model, "a").rect.x);
  EXPECT_EQ(box_of(after, model, "a").rect.y, box_of(before, model, "a").rect.y);
  EXPECT_EQ(test::check_graph_layout(after), "");
}

TEST(GraphLayout, SelfLoopsAndTwoCyclesAreNoTrouble) {
  const GraphModel model = test::model_of(
      {{"a", "Merge", {"a", "b"}}, {"b", "NextIteration", {"a"}}, {"c/d", "X", {"b"}}});
  const GraphLayout layout = layout_of(model, {model.find("c")});
  EXPECT_EQ(test::check_graph_layout(layout), "");
}

TEST(GraphLayout, AGraphOfNotesAloneIsDrawn) {
  const GraphModel model = test::model_of({{"a", "Const", {}}, {"b", "NoOp", {"^a"}}});
  EXPECT_THAT(labels(layout_of(model, {})), ElementsAre("a", "b"));
}

TEST(GraphLayout, ACurveStaysBetweenItsEnds) {
  const LayoutCurve curve = edge_curve({10, 0}, {50, 40});
  EXPECT_EQ(curve.control_1, (LayoutPoint{10, 20}));
  EXPECT_EQ(curve.control_2, (LayoutPoint{50, 20}));
  EXPECT_EQ(edge_curve({5, 0}, {5, 9}).control_2, (LayoutPoint{5, 9}));
}

}  // namespace
}  // namespace opscope::viewer
