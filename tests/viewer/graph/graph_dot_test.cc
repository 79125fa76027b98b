#include "model/graph_dot.h"

#include <gmock/gmock.h>

#include "graph_fixtures.h"
#include "model/graph_text.h"

namespace opscope::viewer {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string dot_of(const GraphModel& model, const char* opened) {
  GraphLayoutRequest request;
  request.model = &model;
  if (opened != nullptr) request.opened = {model.find(opened)};
  return graph_dot(model, layout_graph(request));
}

GraphModel small_model() {
  return test::model_of({{"x", "Placeholder", {}},
                         {"a/w", "Const", {}},
                         {"a/mul", "Mul", {"x", "a/w"}},
                         {"a/neg", "Neg", {"a/mul"}},
                         {"y", "Relu", {"a/neg", "^x"}}});
}

TEST(GraphDot, JoinsWhatIsShown) {
  const std::string dot = dot_of(small_model(), nullptr);
  EXPECT_THAT(dot, HasSubstr("\"x\" -> \"a\""));
  EXPECT_THAT(dot, HasSubstr("\"a\" -> \"y\""));
  EXPECT_THAT(dot, HasSubstr("\"x\" -> \"y\" [style=dashed]"));
  EXPECT_THAT(dot, Not(HasSubstr("cluster_")));
}

TEST(GraphDot, MakesOpenedScopesClusters) {
  const std::string dot = dot_of(small_model(), "a");
  EXPECT_THAT(dot, HasSubstr("subgraph \"cluster_a\" {"));
  EXPECT_THAT(dot, HasSubstr("\"x\" -> \"a/mul\""));
  EXPECT_THAT(dot, HasSubstr("\"a/mul\" -> \"a/neg\""));
  EXPECT_THAT(dot, HasSubstr("label=\"w\"]"));  // a note
}

TEST(GraphDot, QuotesWhatNamesMayHold) {
  EXPECT_EQ(dot_quoted("a\"b\\c\nd"), "\"a\\\"b\\\\c\\nd\"");
  EXPECT_EQ(dot_quoted("\xC3\xBC\xFF"), "\"\xC3\xBC\xEF\xBF\xBD\"");
}

TEST(GraphText, WritesTheGraphThatIsShown) {
  const proto::GraphDef graph = test::graph_def_of({{"x", "Placeholder", {}}});
  const auto text = text_from_graph_def(graph.SerializeAsString());
  ASSERT_TRUE(text) << text.error().what();
  EXPECT_THAT(*text, HasSubstr("name: \"x\""));
  EXPECT_EQ(graph_def_from_text(*text).value(), graph.SerializeAsString());
  EXPECT_FALSE(text_from_graph_def("\x0A\x05"));
  EXPECT_FALSE(graph_def_bytes("\x0A\x05", GraphKind::graph_run_metadata));
}

}  // namespace
}  // namespace opscope::viewer
