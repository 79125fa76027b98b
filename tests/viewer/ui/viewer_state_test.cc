#include "ui/viewer_state.h"

#include <gtest/gtest.h>

namespace opscope::viewer {
namespace {

TEST(ViewerState, ComesBackFromItsText) {
  ViewerState state;
  state.page = Page::scalars;
  state.theme = ThemeName::light;
  state.hidden_runs = {"a b", "c"};
  state.graph.open_scopes = {"12 model/layer 1"};
  state.graph.zoom = 1.25F;
  state.timeline.view.range = {-5, 123456789012345};
  state.scalars.options.smoothing = 0.25F;
  state.scalars.options.axis = ScalarAxis::wall;
  const ViewerState read = read_state(write_state(state));
  EXPECT_EQ(read.page, Page::scalars);
  EXPECT_EQ(read.hidden_runs, state.hidden_runs);
  EXPECT_EQ(read.graph.open_scopes, state.graph.open_scopes);
  EXPECT_EQ(read.timeline.view.range.end_ps, 123456789012345);
  EXPECT_EQ(write_state(read), write_state(state));
}

TEST(ViewerState, KeepsWhatWasDoneToTheGraph) {
  ViewerState state;
  state.graph.removed = {"3 a/b", "4 c d"};
  state.graph.kept = {"5 e"};
  state.graph.only = "7 model/layer 2";
  state.graph.tracing = GraphTracing::outputs;
  state.graph.path_end = "loss";
  state.graph.is_input_at_bottom = false;
  state.graph.colors = GraphColors::gradient;
  state.graph.search = "conv.*";
  state.graph.search_in.is_regex = true;
  state.graph.search_in.match_shape = true;
  const ViewerState read = read_state(write_state(state));
  EXPECT_EQ(read.graph.removed, state.graph.removed);
  EXPECT_EQ(read.graph.kept, state.graph.kept);
  EXPECT_EQ(read.graph.only, state.graph.only);
  EXPECT_EQ(read.graph.tracing, GraphTracing::outputs);
  EXPECT_EQ(read.graph.path_end, "loss");
  EXPECT_FALSE(read.graph.is_input_at_bottom);
  EXPECT_EQ(read.graph.colors, GraphColors::gradient);
  EXPECT_EQ(read.graph.search, "conv.*");
  EXPECT_TRUE(read.graph.search_in.is_regex);
  EXPECT_TRUE(read.graph.search_in.match_shape);
}

TEST(ViewerState, PassesOverWhatItDoesNotUnderstand) {
  const ViewerState read = read_state("theme 77\nsmoothing many\nnonsense\n\nwhat ever\nlog_y 1\n");
  EXPECT_EQ(read.theme, ThemeName::dark);
  EXPECT_EQ(read.scalars.options.smoothing, ViewerState().scalars.options.smoothing);
  EXPECT_TRUE(read.scalars.options.log_y);
}

TEST(ViewerState, HasAFileForEachLogdir) {
  EXPECT_NE(state_file({"/logs/a"}), state_file({"/logs/b"}));
  EXPECT_EQ(state_file({"/logs/a"}), state_file({"/logs/../logs/a"}));
}

}  // namespace
}  // namespace opscope::viewer
