#include "model/graph_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_fixtures.h"
#include "model/graph_layout.h"

namespace opscope::viewer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// x -> a/mul -> a/neg -> y, x -> side, and nobody reads "alone".
GraphModel forked_model() {
  return test::model_of({{"x", "Placeholder", {}},
                         {"a/mul", "Mul", {"x", "x"}},
                         {"a/neg", "Neg", {"a/mul"}},
                         {"y", "Relu", {"a/neg", "^gate"}},
                         {"side", "Abs", {"x"}},
                         {"gate", "Rank", {"side"}},
                         {"alone", "Placeholder", {}}});
}

std::vector<std::string> names(const GraphModel& model, const GraphTrace& trace) {
  std::vector<std::string> result;
  for (const NodeId id : trace.ops) result.emplace_back(model.node(id).name);
  return result;
}

TEST(GraphTrace, FollowsInputsOverDataAndControlEdges) {
  const GraphModel model = forked_model();
  const GraphTrace trace = trace_node(model, model.find("y"), TraceDirection::inputs);
  EXPECT_THAT(names(model, trace),
              UnorderedElementsAre("x", "a/mul", "a/neg", "y", "side", "gate"));
  EXPECT_TRUE(trace.has_node(model.find("a")));
  EXPECT_FALSE(trace.has_node(model.find("alone")));
}

TEST(GraphTrace, FollowsOutputsOfAScope) {
  const GraphModel model = forked_model();
  const GraphTrace trace = trace_node(model, model.find("a"), TraceDirection::outputs);
  EXPECT_THAT(names(model, trace), UnorderedElementsAre("a/mul", "a/neg", "y"));
}

TEST(GraphTrace, BothDirectionsLeaveOutWhatIsBesideTheNode) {
  const GraphModel model = forked_model();
  const GraphTrace trace = trace_node(model, model.find("a"), TraceDirection::both);
  EXPECT_THAT(names(model, trace), UnorderedElementsAre("x", "a/mul", "a/neg", "y"));
  // x -> side would be an edge between nodes of a larger trace; here it is none.
  EXPECT_FALSE(trace.has_edge(model.find("x"), model.find("side")));
}

TEST(GraphTrace, FindsThePathWhicheverEndIsNamedFirst) {
  const GraphModel model = forked_model();
  const NodeId x = model.find("x");
  const NodeId neg = model.find("a/neg");
  const std::vector<std::string> path{"x", "a/mul", "a/neg"};
  EXPECT_THAT(names(model, trace_path(model, x, neg)), ::testing::UnorderedElementsAreArray(path));
  EXPECT_THAT(names(model, trace_path(model, neg, x)), ::testing::UnorderedElementsAreArray(path));
  EXPECT_TRUE(trace_path(model, x, model.find("alone")).is_empty());
}

// The ends of edges in drawings with the scope closed and opened are those of the trace.
TEST(GraphTrace, MarksTheEdgesOfAnyDrawing) {
  const GraphModel model = forked_model();
  const GraphTrace trace = trace_path(model, model.find("x"), model.find("y"));
  const GraphTrace other = trace_path(model, model.find("side"), model.find("gate"));
  for (const bool is_open : {false, true}) {
    GraphLayoutRequest request;
    request.model = &model;
    if (is_open) request.opened = {model.find("a")};
    std::size_t marked = 0;
    std::size_t marked_by_other = 0;
    const GraphLayout layout = layout_graph(request);
    for (const LayoutEdge& edge : layout.edges) {
      marked += trace.has_edge(edge.from, edge.to);
      marked_by_other += other.has_edge(edge.from, edge.to);
    }
    EXPECT_EQ(marked, layout.edges.size());
    EXPECT_EQ(marked_by_other, 1U);
  }
}

}  // namespace
}  // namespace opscope::viewer
