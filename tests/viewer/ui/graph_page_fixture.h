// The window on the graph of ResNet50's train step.
#pragma once

#include <string>

#include "viewer/ui/ui_fixture.h"

namespace opscope::viewer {

class GraphPageTest : public testing::UiFixture {
 protected:
  void SetUp() override {
    open("graphs/resnet50");
    ASSERT_EQ(state_.page, Page::graph);
    ASSERT_NE(page().layout, nullptr);
  }

  const GraphPage& page() const { return window_->graph_page(); }

  const LayoutBox* box_named(const std::string& label) const {
    for (const LayoutBox& box : page().layout->boxes) {
      if (box.label == label) return &box;
    }
    return nullptr;
  }

  Pos middle_of(const std::string& label) const {
    const LayoutBox* box = box_named(label);
    EXPECT_NE(box, nullptr) << label;
    return box == nullptr ? Pos{} : page().camera.screen_from_graph(box->rect).center();
  }
};

}  // namespace opscope::viewer
