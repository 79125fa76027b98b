#include "ui/histogram_chart.h"

#include <gmock/gmock.h>

#include "ui/histograms_page.h"
#include "ui/svg_canvas.h"
#include "viewer/ui/ui_fixture.h"

namespace opscope::viewer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

HistogramTag tag_named(const std::string& name) {
  auto tag = std::make_shared<Tag>();
  tag->name = name;
  auto run = std::make_shared<Run>();
  run->name = "train";
  return {run, tag};
}

// Three steps; the counts of step k stand in bin k alone.
HistogramSeries three_steps() {
  HistogramSeries series;
  series.x = {0, 40};
  series.value_count = 3;
  for (std::size_t i = 0; i < 3; ++i) {
    series.times.steps.push_back(static_cast<std::int64_t>(i) * 10);
    series.times.wall_times.push_back(100.0 + static_cast<double>(i));
    series.times.values.push_back(8);
    std::vector<double> bins(kHistogramBins, 0.0);
    bins[i] = 8;
    series.bins.push_back(bins);
    series.percentiles.push_back({0, 1, 2, 3, 4, 5, 6, 7, 8});
  }
  return series;
}

constexpr Area kCard{0, 0, 600, 400};

HistogramChart chart_of(const HistogramSeries& series, HistogramMode mode) {
  return build_histogram_chart(tag_named("weights"), series, {}, {mode, ScalarAxis::step});
}

TEST(HistogramChart, NewerStepsAreInFrontAndLower) {
  const HistogramSeries series = three_steps();
  const HistogramChart chart = chart_of(series, HistogramMode::offset);
  const float oldest = histogram_point(chart, kCard, {0, 20}).y;
  const float newest = histogram_point(chart, kCard, {2, 20}).y;
  EXPECT_LT(oldest, newest);
  EXPECT_GE(histogram_point(chart, kCard, {0, 0}).y, 46);  // the fullest bin stays below the title
}

TEST(HistogramChart, ReadsTheStepAndBucketUnderThePointer) {
  const HistogramSeries series = three_steps();
  for (const HistogramMode mode : {HistogramMode::offset, HistogramMode::overlay}) {
    const HistogramChart chart = chart_of(series, mode);
    const Pos peak = histogram_point(chart, kCard, {1, 1});
    const auto hit = histogram_hit(chart, kCard, {peak.x, peak.y + 1});
    ASSERT_EQ(hit, (HistogramHit{1, 1}));
    EXPECT_THAT(histogram_reading(chart, *hit), ElementsAre("step 10", "1 to 2", "count 8 of 8"));
    EXPECT_FALSE(histogram_hit(chart, kCard, {peak.x, 10}).has_value());
  }
}

TEST(HistogramChart, DistributionsReadPercentiles) {
  const HistogramSeries series = three_steps();
  const HistogramChart chart = chart_of(series, HistogramMode::distribution);
  const Pos median = histogram_point(chart, kCard, {2, 0});
  const auto hit = histogram_hit(chart, kCard, {median.x - 3, 200});
  ASSERT_TRUE(hit.has_value());
  EXPECT_THAT(histogram_reading(chart, *hit),
              ElementsAre("step 20", "max   8", "93.3 %   7", "84.1 %   6", "69.2 %   5",
                          "median   4", "30.9 %   3", "15.9 %   2", "6.7 %   1", "min   0"));
}

TEST(HistogramChart, SaysWhatIsNotShown) {
  HistogramSeries series = three_steps();
  EXPECT_EQ(histogram_note(chart_of(series, HistogramMode::offset)), "");
  series.value_count = 4000;
  series.unreadable_count = 1;
  EXPECT_EQ(histogram_note(chart_of(series, HistogramMode::overlay)),
            "3 of 4,000 steps · 1 unreadable");
}

TEST(HistogramChart, DrawsNoMoreRidgesThanCanBeTold) {
  HistogramSeries series;
  series.x = {0, 40};
  series.value_count = 90;
  for (int step = 0; step < 90; ++step) {
    series.times.steps.push_back(step);
    series.times.wall_times.push_back(step);
    series.times.values.push_back(40);
    series.bins.emplace_back(kHistogramBins, 1.0);
    series.percentiles.emplace_back();
  }
  const HistogramChart ridges = chart_of(series, HistogramMode::offset);
  EXPECT_LE(ridges.shown.size(), 24U);
  EXPECT_EQ(ridges.shown.front(), 0U);
  EXPECT_EQ(ridges.shown.back(), 89U);
  EXPECT_EQ(histogram_note(ridges), std::to_string(ridges.shown.size()) + " of 90 steps");
  EXPECT_EQ(chart_of(series, HistogramMode::distribution).shown.size(), 90U);
}

TEST(HistogramChart, DrawsTitleRunAndReadingInEveryMode) {
  const HistogramSeries series = three_steps();
  const TextMetrics metrics;
  for (const auto mode :
       {HistogramMode::offset, HistogramMode::overlay, HistogramMode::distribution}) {
    SvgCanvas canvas(600, 400, metrics);
    draw_histogram_chart(canvas, kCard, chart_of(series, mode), theme(ThemeName::light),
                         HistogramHit{1, 1});
    const std::string svg = canvas.document("");
    EXPECT_THAT(svg, HasSubstr(">weights<"));
    EXPECT_THAT(svg, HasSubstr(">train<"));
    EXPECT_THAT(svg, HasSubstr(">step 10<"));
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
  }
}

TEST(CardAreas, FillThePictureAndLeaveOutWhatDoesNotFit) {
  EXPECT_EQ(card_areas({0, 0, 1200, 800}, 3).size(), 3U);
  const auto areas = card_areas({0, 0, 400, 800}, 9);
  ASSERT_EQ(areas.size(), 3U);
  EXPECT_LE(areas.back().bottom, 801);
}

class HistogramsWindowTest : public testing::UiFixture {
 protected:
  void show(const std::string& folder) {
    open(folder);
    state_.page = Page::histograms;
    frames(3);
  }
};

TEST_F(HistogramsWindowTest, HasATabWhereThereAreHistograms) {
  show("tf_small/kinds");
  EXPECT_EQ(state_.page, Page::histograms);
}

TEST_F(HistogramsWindowTest, HoverReadsACard) {
  show("tf_small/kinds");
  EXPECT_FALSE(window_->histograms_page().hit.has_value());
  move_to({400, 250});
  EXPECT_TRUE(window_->histograms_page().hit.has_value());
  state_.scalars.tag_filter = "no such tag";
  frames(2);
  EXPECT_FALSE(window_->histograms_page().hit.has_value());
}

TEST_F(HistogramsWindowTest, ButtonsChooseTheMode) {
  show("tf_small/kinds");
  click({340, 97});
  EXPECT_EQ(state_.histogram_mode, HistogramMode::overlay);
  EXPECT_EQ(read_state(write_state(state_)).histogram_mode, HistogramMode::overlay);
}

TEST_F(HistogramsWindowTest, HiddenRunsHaveNoCards) {
  show("tf_small/kinds");
  for (const auto& run : workspace_.model().runs) state_.hidden_runs.insert(run->name);
  frames(2);
  move_to({400, 250});
  EXPECT_FALSE(window_->histograms_page().hit.has_value());
}

}  // namespace
}  // namespace opscope::viewer
