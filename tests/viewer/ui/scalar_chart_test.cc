#include "ui/scalar_chart.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <memory>

#include "ui/scalars_page.h"
#include "ui/svg_canvas.h"

namespace opscope::viewer {
namespace {

using ::testing::HasSubstr;

// Inside a test, Run is a member of ::testing::Test.
using LoggedRun = Run;

Run run_with(const std::string& name, const std::vector<double>& values) {
  auto tag = std::make_shared<Tag>();
  tag->name = "loss";
  tag->plugin = "scalars";
  tag->data_class = DataClass::scalar;
  for (std::size_t i = 0; i < values.size(); ++i) {
    tag->scalars.steps.push_back(static_cast<std::int64_t>(i));
    tag->scalars.wall_times.push_back(1000.0 + static_cast<double>(i));
    tag->scalars.values.push_back(values[i]);
  }
  Run run;
  run.name = name;
  run.tags.push_back(tag);
  return run;
}

TEST(ScalarChart, OverlaysRunsAndLeavesOutThoseWithoutTheTag) {
  const LoggedRun a = run_with("a", {1, 2, 3});
  const LoggedRun b = run_with("b", {3, 2, 1});
  LoggedRun empty;
  empty.name = "empty";
  const ScalarChart chart = build_scalar_chart("loss", {{&a, {}}, {&b, {}}, {&empty, {}}}, {}, 300);
  ASSERT_EQ(chart.series.size(), 2U);
  EXPECT_EQ(chart.point_count, 6U);
  EXPECT_EQ(chart_note(chart), "");
}

TEST(ScalarChart, SaysHowManyPointsAreDrawnAndHowManyAreOffTheAxis) {
  std::vector<double> values(10000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<double>(i));
  values[17] = 1e6;
  values[18] = std::numeric_limits<double>::quiet_NaN();
  const LoggedRun run = run_with("a", values);
  ScalarOptions options;
  options.ignore_outliers = true;
  const ScalarChart chart = build_scalar_chart("loss", {{&run, {}}}, options, 100);
  EXPECT_LE(chart.drawn_count, 402U);
  EXPECT_GE(chart.off_axis_count, 1U);
  EXPECT_THAT(chart_note(chart), HasSubstr("of 10,000 points"));
  EXPECT_THAT(chart_note(chart), HasSubstr("off the axis"));
  EXPECT_THAT(chart_note(chart), HasSubstr("1 NaN or infinite"));
}

TEST(ScalarChart, LogarithmicAxisCountsWhatItCannotShow) {
  const LoggedRun run = run_with("a", {-1, 0, 1, 10});
  ScalarOptions options;
  options.log_y = true;
  const ScalarChart chart = build_scalar_chart("loss", {{&run, {}}}, options, 100);
  EXPECT_THAT(chart_note(chart), HasSubstr("2 not positive or NaN"));
  EXPECT_GT(chart.y.min, 0);
}

TEST(ScalarChart, CursorReadsEveryRun) {
  const LoggedRun a = run_with("first run", {1, 2, 3});
  const LoggedRun b = run_with("second run", {3, 2, 1});
  ScalarOptions options;
  options.smoothing = 0;
  const ScalarChart chart = build_scalar_chart("loss", {{&a, {}}, {&b, {}}}, options, 300);
  const TextMetrics metrics;
  SvgCanvas canvas(600, 400, metrics);
  draw_scalar_chart(canvas, {0, 0, 600, 400}, chart, theme(ThemeName::dark), 2.1);
  const std::string svg = canvas.document("");
  EXPECT_THAT(svg, HasSubstr("first run   step 2   3<"));
  EXPECT_THAT(svg, HasSubstr("second run   step 2   1<"));
}

TEST(CardColumns, UseTheWidth) {
  EXPECT_EQ(card_columns(500, 8), 1);
  EXPECT_EQ(card_columns(1200, 8), 3);
  EXPECT_EQ(card_columns(1200, 1), 1);
}

}  // namespace
}  // namespace opscope::viewer
