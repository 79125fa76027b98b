#include "viewer/ui/graph_page_fixture.h"

namespace opscope::viewer {
namespace {

TEST_F(GraphPageTest, FirstViewShowsTheModelLegibly) {
  const LayoutBox* model = box_named("resnet50_1");
  ASSERT_NE(model, nullptr);
  const Area at = page().camera.screen_from_graph(model->rect);
  EXPECT_TRUE(page().camera.area.overlaps(at));
  EXPECT_GE(page().camera.zoom, 0.7F);
  EXPECT_LT(page().layout->boxes.size(), 60U);
}

TEST_F(GraphPageTest, DoubleClickOpensAScopeInPlaceAndClosesItAgain) {
  const std::size_t closed = page().layout->boxes.size();
  const Pos at = middle_of("resnet50_1");
  const LayoutRect before = box_named("resnet50_1")->rect;
  double_click(at);
  ASSERT_EQ(state_.graph.open_scopes.size(), page().opened.size());
  EXPECT_GT(page().layout->boxes.size(), closed);
  const LayoutBox* opened = box_named("resnet50_1");
  ASSERT_NE(opened, nullptr);
  EXPECT_TRUE(opened->is_open);
  EXPECT_NEAR(opened->rect.x, before.x, 0.5F);
  EXPECT_NEAR(opened->rect.y, before.y, 0.5F);
  press(257);  // Enter closes what is selected
  frames(20);
  EXPECT_EQ(page().layout->boxes.size(), closed);
}

TEST_F(GraphPageTest, ClickSelectsAndEscapeSelectsNothing) {
  click(middle_of("sgd"));
  EXPECT_EQ(state_.selection.operation, "sgd");
  press(256);
  EXPECT_TRUE(state_.selection.operation.empty());
}

TEST_F(GraphPageTest, WheelZoomsAboutThePointer) {
  const Pos at = middle_of("sgd");
  const Pos under = page().camera.graph_from_screen(at);
  const float zoom = page().camera.zoom;
  wheel(at, 2);
  frames(1);
  EXPECT_NEAR(page().camera.zoom, zoom * 1.44F, 0.01F);
  const Pos now = page().camera.graph_from_screen(at);
  EXPECT_NEAR(now.x, under.x, 0.5F);
  EXPECT_NEAR(now.y, under.y, 0.5F);
}

TEST_F(GraphPageTest, FitBringsBackTheFirstView) {
  const float zoom = page().camera.zoom;
  wheel(middle_of("sgd"), 5);
  press('F');
  EXPECT_NEAR(page().camera.zoom, zoom, 0.001F);
}

TEST_F(GraphPageTest, OmniboxGoesToANodeInsideClosedScopes) {
  press_ctrl('P');
  type("conv2_block1_1_conv_1/convolution");
  press(257);
  frames(20);
  EXPECT_NE(state_.selection.operation.find("conv2_block1_1_conv_1"), std::string::npos);
  const std::int32_t box = page().layout->box_of(*page().model, page().marks.selected);
  ASSERT_GE(box, 0);
  const LayoutBox& found = page().layout->boxes[static_cast<std::size_t>(box)];
  EXPECT_EQ(found.node, page().marks.selected);
  EXPECT_TRUE(page().camera.area.contains(page().camera.screen_from_graph(found.rect).center()));
}

TEST_F(GraphPageTest, ArrowsSelectWithoutAMouse) {
  press(265);
  EXPECT_FALSE(state_.selection.operation.empty());
}

}  // namespace
}  // namespace opscope::viewer
