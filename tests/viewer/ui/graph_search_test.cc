#include "ui/graph_commands.h"
#include "viewer/ui/graph_page_fixture.h"

namespace opscope::viewer {
namespace {

class GraphSearchTest : public GraphPageTest {
 protected:
  // As a person does it: the key, the words.
  void search(const std::string& query) {
    press_ctrl('F');
    type(query);
    frames(2);
  }
};

TEST_F(GraphSearchTest, ListsHitsAndStepsThroughThem) {
  search("conv2_block1_1_conv");
  ASSERT_EQ(state_.graph.search, "conv2_block1_1_conv");
  ASSERT_GT(page().hits.size(), 3U);
  for (const NodeId hit : page().hits) {
    EXPECT_NE(page().model->node(hit).name.find("conv2_block1_1_conv"), std::string_view::npos);
  }
  press(257);  // Enter goes to the first hit and leaves the field
  EXPECT_EQ(page().marks.selected, page().hits[0]);
  press('N');
  EXPECT_EQ(page().marks.selected, page().hits[1]);
  press_shift('N');
  EXPECT_EQ(page().marks.selected, page().hits[0]);
  press_shift('N');
  EXPECT_EQ(page().marks.selected, page().hits.back());
  const std::int32_t box = page().layout->box_of(*page().model, page().marks.selected);
  ASSERT_GE(box, 0);
}

TEST_F(GraphSearchTest, MarksTheScopesThatHoldHits) {
  search("conv2_block1_1_conv_1/convolution");
  const NodeId scope = page().model->find("resnet50_1");
  ASSERT_NE(scope, kNoNode);
  EXPECT_TRUE(page().marks.found.contains(static_cast<std::uint32_t>(scope)));
  press_ctrl('F');
  ImGui::GetIO().KeysDown[259] = true;  // Backspace on the selected text
  frames(1);
  ImGui::GetIO().KeysDown[259] = false;
}

TEST_F(GraphSearchTest, FindsOpsShapesAndAttributes) {
  state_.graph.search_in = {};
  state_.graph.search_in.match_name = false;
  state_.graph.search = "MaxPool";
  frames(2);
  ASSERT_FALSE(page().hits.empty());
  for (const NodeId hit : page().hits) {
    EXPECT_NE(page().model->node(hit).op.find("MaxPool"), std::string_view::npos);
  }
  state_.graph.search_in.match_op = false;
  state_.graph.search_in.match_attributes = true;
  state_.graph.search = "strides=";
  frames(2);
  ASSERT_FALSE(page().hits.empty());
  EXPECT_NE(page().hits.size(), page().model->size() - 1);
  state_.graph.search_in.match_attributes = false;
  state_.graph.search_in.match_shape = true;
  state_.graph.search = "2048";
  frames(2);
  for (const NodeId hit : page().hits) {
    bool has_shape = false;
    for (const std::uint32_t e : page().model->output_edges(hit)) {
      const std::string_view shape = page().model->shape_text(page().model->edges()[e].shape);
      has_shape = has_shape || shape.find("2048") != std::string_view::npos;
    }
    EXPECT_TRUE(has_shape);
  }
}

TEST_F(GraphSearchTest, SaysWhatIsWrongWithARegularExpression) {
  state_.graph.search_in.is_regex = true;
  search("conv[");
  EXPECT_TRUE(page().hits.empty());
  EXPECT_NE(page().search_error.find("conv["), std::string::npos);
  type("12]_block");
  EXPECT_TRUE(page().search_error.empty());
  EXPECT_FALSE(page().hits.empty());
}

}  // namespace
}  // namespace opscope::viewer
