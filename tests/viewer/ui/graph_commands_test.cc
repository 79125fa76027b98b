#include "ui/graph_commands.h"

#include <imgui_internal.h>

#include "viewer/ui/graph_page_fixture.h"

namespace opscope::viewer {
namespace {

class GraphCommandsTest : public GraphPageTest {
 protected:
  NodeId node(const char* name) const { return page().model->find(name); }
};

TEST_F(GraphCommandsTest, RemovesANodeAndReturnsItWithTheViewKept) {
  click(middle_of("sgd"));
  const std::set<std::uint32_t> opened = page().opened;
  const std::size_t boxes = page().layout->boxes.size();
  const float zoom = page().camera.zoom;
  press('X');
  frames(20);
  EXPECT_EQ(box_named("sgd"), nullptr);
  EXPECT_EQ(state_.graph.removed.size(), 1U);
  EXPECT_TRUE(is_beside_users(page(), node("sgd")));
  EXPECT_EQ(page().opened, opened);
  EXPECT_EQ(page().camera.zoom, zoom);
  press('X');
  frames(20);
  EXPECT_NE(box_named("sgd"), nullptr);
  EXPECT_TRUE(state_.graph.removed.empty());
  EXPECT_EQ(page().layout->boxes.size(), boxes);
}

TEST_F(GraphCommandsTest, FollowsInputsThenOutputsThenBothThenNothing) {
  click(middle_of("resnet50_1"));
  EXPECT_EQ(page().marks.trace, nullptr);
  press('L');
  ASSERT_NE(page().marks.trace, nullptr);
  EXPECT_EQ(state_.graph.tracing, GraphTracing::inputs);
  const std::size_t inputs = page().marks.trace->ops.size();
  EXPECT_FALSE(page().marks.trace->has_node(node("sgd")));
  press('L');
  ASSERT_NE(page().marks.trace, nullptr);
  EXPECT_TRUE(page().marks.trace->has_node(node("sgd")));
  press('L');
  ASSERT_NE(page().marks.trace, nullptr);
  EXPECT_GT(page().marks.trace->ops.size(), inputs);
  press('L');
  EXPECT_EQ(page().marks.trace, nullptr);
}

TEST_F(GraphCommandsTest, ShiftClickShowsThePathAndEscapeEndsIt) {
  const Pos end = middle_of("sgd");
  click(middle_of("resnet50_1"));
  ImGui::GetIO().KeyShift = true;
  click(end);
  ImGui::GetIO().KeyShift = false;
  frames(2);
  EXPECT_EQ(state_.graph.path_end, "sgd");
  EXPECT_EQ(state_.selection.operation, "resnet50_1");
  ASSERT_NE(page().marks.trace, nullptr);
  EXPECT_TRUE(page().marks.trace->has_node(node("resnet50_1")));
  EXPECT_TRUE(page().marks.trace->has_node(node("sgd")));
  press(256);
  EXPECT_TRUE(state_.graph.path_end.empty());
  EXPECT_EQ(page().marks.trace, nullptr);
  EXPECT_EQ(state_.selection.operation, "resnet50_1");
}

TEST_F(GraphCommandsTest, DrawsOneScopeAloneAndTheWholeAgain) {
  const std::size_t boxes = page().layout->boxes.size();
  click(middle_of("resnet50_1"));
  press('G');
  frames(20);
  EXPECT_EQ(drawn_root(*page().model, state_.graph), node("resnet50_1"));
  EXPECT_EQ(box_named("sgd"), nullptr);
  for (const LayoutBox& box : page().layout->boxes) {
    EXPECT_TRUE(page().model->is_ancestor(node("resnet50_1"), box.node));
  }
  press(256);
  press('G');
  frames(20);
  EXPECT_TRUE(state_.graph.only.empty());
  EXPECT_EQ(page().layout->boxes.size(), boxes);
}

TEST_F(GraphCommandsTest, GoingToANodeElsewhereEndsDrawingOneScopeAlone) {
  click(middle_of("resnet50_1"));
  press('G');
  press_ctrl('F');
  type("sgd/");
  press(257);
  frames(20);
  ASSERT_FALSE(page().hits.empty());
  EXPECT_TRUE(state_.graph.only.empty());
  EXPECT_NE(box_named("sgd"), nullptr);
}

TEST_F(GraphCommandsTest, RightClickOffersToOpenANode) {
  const Pos at = middle_of("resnet50_1");
  const std::size_t closed = page().layout->boxes.size();
  click_right(at);
  EXPECT_EQ(page().menu_node, node("resnet50_1"));
  const ImVector<ImGuiPopupData>& popups = ImGui::GetCurrentContext()->OpenPopupStack;
  ASSERT_EQ(popups.Size, 1);
  const ImVec2 menu = popups[0].Window->Pos;
  click({menu.x + 30, menu.y + 16});  // its first line
  frames(20);
  EXPECT_GT(page().layout->boxes.size(), closed);
  const LayoutBox* opened = box_named("resnet50_1");
  ASSERT_NE(opened, nullptr);
  EXPECT_TRUE(opened->is_open);
}

TEST_F(GraphCommandsTest, CopiesTheSelectedName) {
  ImGui::SetClipboardText("");
  click(middle_of("resnet50_1"));
  press_ctrl('C');
  EXPECT_STREQ(ImGui::GetClipboardText(), "resnet50_1");
}

TEST_F(GraphCommandsTest, ComparesTwoGraphsInOnePicture) {
  const std::size_t alone = page().model->size();
  open("graphs/bertlike12");
  ASSERT_GE(workspace_.graphs().size(), 2U);
  const int shown = state_.graph.source;
  state_.graph.source = 0;
  state_.graph.compared = 1;
  state_.graph.colors = GraphColors::difference;
  frames(6);
  ASSERT_NE(page().joined, nullptr);
  EXPECT_EQ(page().model.get(), &page().joined->model);
  EXPECT_GT(page().joined->added + page().joined->removed, 1000U);
  ASSERT_NE(page().layout, nullptr);
  ASSERT_NE(page().coloring, nullptr);
  EXPECT_FALSE(page().coloring->legend().entries.empty());
  state_.graph.compared = -1;
  state_.graph.source = shown;
  frames(6);
  EXPECT_EQ(page().joined, nullptr);
  EXPECT_EQ(page().model->size(), alone);
}

TEST_F(GraphCommandsTest, ClickOnANoteSelectsWhatItStandsFor) {
  double_click(middle_of("sgd"));
  const GraphLayout& layout = *page().layout;
  const LayoutNote* shown = nullptr;
  for (const LayoutNote& note : layout.notes) {
    const Area at = page().camera.screen_from_graph(note.rect);
    if (page().camera.area.inset(10).contains(at.center())) shown = &note;
  }
  ASSERT_NE(shown, nullptr);
  const NodeId wanted = shown->node;
  click(page().camera.screen_from_graph(shown->rect).center());
  EXPECT_EQ(state_.selection.operation, page().model->node(wanted).name);
}

}  // namespace
}  // namespace opscope::viewer
