#include <gmock/gmock.h>

#include "model/profile_loader.h"
#include "ui/svg_canvas.h"
#include "ui/timeline_drawing.h"
#include "ui/timeline_page.h"
#include "ui/ui_context.h"

namespace opscope::viewer {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Profile tf_profile() {
  // A capture of three training steps by TensorFlow.
  const std::string folder = OPSCOPE_SHARED "/corpus/profiles/tf/plugins/profile/";
  return std::move(load_profile_file(folder + "2026_11_23_18_40_19/vm.xplane.pb").value());
}

TEST(TimelineRows, NameThreadsWithoutTheirLongIds) {
  const Profile profile = tf_profile();
  const TimelineRows rows = timeline_rows(profile, {});
  std::vector<std::string> labels;
  for (const TimelineRow& row : rows.rows) labels.push_back(row.label);
  EXPECT_THAT(labels, ::testing::Contains("tf_Compute #1"));
  EXPECT_THAT(labels, ::testing::Each(Not(HasSubstr("1423322123761124097"))));
}

TEST(TimelineRows, FoldedThreadShowsItsOutermostSlicesOnly) {
  const Profile profile = tf_profile();
  const TimelineRows all = timeline_rows(profile, {});
  TimelineView view;
  view.folded_lines.push_back(all.rows[1].index);
  EXPECT_LT(timeline_rows(profile, view).height, all.height);
}

TEST(TimelineView, ZoomKeepsTheAnchorAndStaysInside) {
  const Profile profile = tf_profile();
  const TimeRange whole = whole_range(profile);
  const std::int64_t anchor = profile.duration_ps / 4;
  const Area tracks{0, 0, 1000, 100};
  const float before = x_from_time(tracks, whole, anchor);
  const TimeRange closer = zoomed(profile, whole, anchor, 0.1);
  EXPECT_NEAR(x_from_time(tracks, closer, anchor), before, 0.01F);
  const TimeRange out = zoomed(profile, closer, anchor, 1000);
  EXPECT_EQ(out.begin_ps, whole.begin_ps);
  EXPECT_EQ(out.end_ps, whole.end_ps);
  EXPECT_EQ(panned(profile, closer, -100).begin_ps, whole.begin_ps);
}

TEST(TimelineView, DrawsOverviewStepsAndSlices) {
  const Profile profile = tf_profile();
  TimelineView view;
  view.range = whole_range(profile);
  const TextMetrics metrics;
  SvgCanvas canvas(1200, 600, metrics);
  draw_timeline(canvas, {0, 0, 1200, 600}, profile, timeline_rows(profile, view), view,
                theme(ThemeName::light));
  EXPECT_THAT(canvas.document(""), AllOf(HasSubstr("Whole capture"), HasSubstr("train 0"),
                                         HasSubstr("step_fn"), HasSubstr(">100 ms<")));
}

TEST(OperationName, LosesTheOpTypeOnly) {
  EXPECT_EQ(operation_name("model/dense/MatMul:MatMul"), "model/dense/MatMul");
  EXPECT_EQ(operation_name("ExecutorState::Process"), "ExecutorState::Process");
  EXPECT_EQ(operation_name("EagerLocalExecute: f"), "EagerLocalExecute: f");
  EXPECT_TRUE(is_of_operation("a/b:MatMul", "a/b"));
  EXPECT_FALSE(is_of_operation("a/bc:MatMul", "a/b"));
}

}  // namespace
}  // namespace opscope::viewer
