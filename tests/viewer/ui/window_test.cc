#include <algorithm>

#include "viewer/ui/ui_fixture.h"

namespace opscope::viewer {
namespace {

using WindowTest = testing::UiFixture;

TEST_F(WindowTest, ShowsOnlyPagesThatHaveData) {
  open("profiles/tf");
  const std::vector<Page> pages = ViewerWindow::available_pages(workspace_);
  EXPECT_EQ(pages, (std::vector<Page>{Page::timeline, Page::statistics}));
  EXPECT_EQ(state_.page, Page::timeline);
}

TEST_F(WindowTest, SaysWhatIsWrongWithAPathThatIsNotThere) {
  workspace_.open("/nonexistent/logdir");
  frames(4);
  EXPECT_EQ(state_.page, Page::overview);
  EXPECT_NE(workspace_.paths()[0]->error.find("/nonexistent/logdir"), std::string::npos);
}

TEST_F(WindowTest, KeysGoToPagesAndSwitchTheTheme) {
  open("keras");
  press_ctrl('4');
  EXPECT_EQ(state_.page, Page::scalars);
  press('T');
  EXPECT_EQ(state_.theme, ThemeName::light);
  press('T');
  EXPECT_EQ(state_.theme, ThemeName::dark);
}

TEST_F(WindowTest, PanesCloseAndComeBack) {
  open("keras");
  press_ctrl('B');
  EXPECT_FALSE(state_.sources_shown);
  press_ctrl('B');
  EXPECT_TRUE(state_.sources_shown);
  press_ctrl('I');
  EXPECT_FALSE(state_.inspector_shown);
}

TEST_F(WindowTest, EdgeOfAPaneIsDragged) {
  open("keras");
  const float width = state_.sources_width;
  drag({width + 2, 400}, {width + 62, 400});
  EXPECT_NEAR(state_.sources_width, width + 60, 1);
}

TEST_F(WindowTest, SmoothingSliderSmooths) {
  open("keras");
  press_ctrl('4');
  state_.scalars.options.smoothing = 0.2F;
  frames(2);
  // The slider lies right of the word "Smoothing" in the first line of the page.
  drag({350, 97}, {452, 97});
  EXPECT_GT(state_.scalars.options.smoothing, 0.8F);
}

TEST_F(WindowTest, DragSelectsARangeOfTheTimeline) {
  open("profiles/tf");
  drag({600, 500}, {800, 500});
  ASSERT_TRUE(state_.timeline.view.selected_range.has_value());
  EXPECT_LT(state_.timeline.view.selected_range->begin_ps,
            state_.timeline.view.selected_range->end_ps);
  press(256);
  EXPECT_FALSE(state_.timeline.view.selected_range.has_value());
}

TEST_F(WindowTest, WheelAndKeysZoomTheTimeline) {
  open("profiles/tf");
  const auto length = [this] {
    return state_.timeline.view.range.end_ps - state_.timeline.view.range.begin_ps;
  };
  const std::int64_t whole = length();
  wheel({600, 500}, 3);
  frames(1);
  const std::int64_t zoomed_in = length();
  EXPECT_LT(zoomed_in, whole * 6 / 10);
  ImGui::GetIO().KeysDown['S'] = true;
  frames(3);
  ImGui::GetIO().KeysDown['S'] = false;
  EXPECT_GT(length(), zoomed_in);
  press('0');
  EXPECT_EQ(length(), whole);
}

TEST_F(WindowTest, RowOfTheStatisticsSelectsItsSlices) {
  open("profiles/tf");
  press_ctrl('2');
  ASSERT_EQ(state_.page, Page::statistics);
  frames(3);
  click({330, 174});
  EXPECT_FALSE(state_.selection.operation.empty());
  EXPECT_EQ(state_.timeline.view.selected_name, state_.selection.operation);
}

TEST_F(WindowTest, QuestionMarkListsTheKeys) {
  open("keras");
  const auto is_listed = [] {
    const ImDrawData* data = ImGui::GetDrawData();
    return std::any_of(data->CmdLists, data->CmdLists + data->CmdListsCount, [](ImDrawList* list) {
      return std::string(list->_OwnerName == nullptr ? "" : list->_OwnerName) == "Keys";
    });
  };
  EXPECT_FALSE(is_listed());
  type("?");
  frames(2);
  EXPECT_TRUE(is_listed());
  press(256);
  EXPECT_FALSE(is_listed());
}

TEST_F(WindowTest, DrawsAtEverySizeWithoutFailing) {
  open("keras");
  for (const ImVec2 size : {ImVec2{700, 500}, ImVec2{320, 200}, ImVec2{3840, 2160}}) {
    ImGui::GetIO().DisplaySize = size;
    for (const Page page : ViewerWindow::available_pages(workspace_)) {
      state_.page = page;
      frames(3);
      EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 0);
    }
  }
}

TEST_F(WindowTest, SleepsWhenNothingChanges) {
  open("graphs/resnet50");
  frames(30);
  EXPECT_FALSE(window_->is_animating());
}

}  // namespace
}  // namespace opscope::viewer
