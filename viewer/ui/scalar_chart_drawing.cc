#include <algorithm>
#include <array>
#include <cmath>

#include "model/units.h"
#include "ui/scalar_chart.h"

namespace opscope::viewer {

namespace {

constexpr float kHeader = 26;
constexpr float kFooter = 22;
constexpr float kValueAxis = 56;
constexpr float kSmallText = 13;

std::string axis_label(ScalarAxis axis, double value) {
  if (axis == ScalarAxis::wall) return format_wall_time(value).substr(5, 11);
  if (axis == ScalarAxis::step) {
    const double whole = std::round(value);
    if (std::fabs(value - whole) > 1e-6) return {};
    return (whole < 0 ? "-" : "") + format_count(static_cast<std::uint64_t>(std::fabs(whole)));
  }
  if (value == 0) return "0";
  return format_duration_ps(static_cast<std::int64_t>(value * 1e12));
}

class ChartDrawing {
 public:
  ChartDrawing(Canvas& canvas, const Area& area, const ScalarChart& chart, const Theme& theme)
      : canvas_(canvas), area_(area), plot_(chart_plot(area)), chart_(chart), theme_(theme) {}

  void draw(std::optional<double> cursor_x) {
    canvas_.fill_rect(area_, theme_.name == ThemeName::dark ? theme_.panel : theme_.raised, 6);
    canvas_.stroke_rect(area_, {theme_.border, 1}, 6);
    draw_header();
    draw_value_axis();
    draw_x_axis();
    canvas_.push_clip(plot_.inset(-4));
    for (const ChartSeries& series : chart_.series) draw_series(series);
    canvas_.pop_clip();
    if (cursor_x) draw_cursor(*cursor_x);
  }

 private:
  float screen_x(double x) const {
    const double part = (x - chart_.x.min) / (chart_.x.max - chart_.x.min);
    return plot_.left + static_cast<float>(part) * plot_.width();
  }
  float screen_y(double y) const {
    double part = (y - chart_.y.min) / (chart_.y.max - chart_.y.min);
    if (chart_.options.log_y) {
      part = y <= 0 ? -1
                    : (std::log(y) - std::log(chart_.y.min)) /
                          (std::log(chart_.y.max) - std::log(chart_.y.min));
    }
    return plot_.bottom - static_cast<float>(std::clamp(part, -2.0, 3.0)) * plot_.height();
  }

  void draw_header();
  void draw_value_axis();
  void draw_x_axis();
  void draw_series(const ChartSeries& series);
  void draw_curve(const std::vector<double>& x, const std::vector<double>& y, const Stroke& stroke);
  void draw_cursor(double x);
  void draw_reading(const std::vector<std::pair<Color, std::string>>& lines, float x);

  Canvas& canvas_;
  Area area_;
  Area plot_;
  const ScalarChart& chart_;
  const Theme& theme_;
};

void ChartDrawing::draw_header() {
  const float y = area_.top + kHeader / 2 + 4;
  const std::string note = chart_note(chart_);
  const float note_width =
      note.empty() ? 0 : canvas_.text_width(note, TextFont::regular, kSmallText) + 12;
  draw_fitted_text(canvas_, {area_.left + 12, y}, chart_.title, {TextFont::medium, 15, theme_.text},
                   area_.width() - 24 - note_width);
  const bool is_hiding = chart_.off_axis_count + chart_.non_finite_count > 0;
  if (!note.empty()) {
    canvas_.text({area_.right - 12, y}, note,
                 {TextFont::regular, kSmallText, is_hiding ? theme_.warning : theme_.muted,
                  TextAnchor::end});
  }
}

void ChartDrawing::draw_value_axis() {
  const int count = std::max(2, static_cast<int>(plot_.height() / 38));
  const auto ticks =
      chart_.options.log_y ? log_axis_ticks(chart_.y, count) : axis_ticks(chart_.y, count);
  for (const double tick : ticks) {
    const float y = std::round(screen_y(tick)) + 0.5F;
    if (y < plot_.top - 1 || y > plot_.bottom + 1) continue;
    canvas_.line({plot_.left, y}, {plot_.right, y}, {theme_.grid, 1});
    canvas_.text({plot_.left - 8, y}, format_value(tick),
                 {TextFont::regular, kSmallText, theme_.muted, TextAnchor::end});
  }
}

void ChartDrawing::draw_x_axis() {
  canvas_.line({plot_.left, plot_.bottom + 0.5F}, {plot_.right, plot_.bottom + 0.5F},
               {theme_.border, 1});
  const int count = std::max(2, static_cast<int>(plot_.width() / 90));
  float last_right = area_.left;
  for (const double tick : axis_ticks(chart_.x, count)) {
    const std::string label = axis_label(chart_.options.axis, tick);
    if (label.empty()) continue;
    const float half = canvas_.text_width(label, TextFont::regular, kSmallText) / 2;
    const float x = screen_x(tick);
    const float at = std::clamp(x, plot_.left + half - 20, area_.right - half - 4);
    if (at - half < last_right + 8 || x < plot_.left - 1 || x > plot_.right + 1) continue;
    canvas_.line({x, plot_.bottom}, {x, plot_.bottom + 4}, {theme_.faint, 1});
    canvas_.text({at, plot_.bottom + kFooter / 2 + 2}, label,
                 {TextFont::regular, kSmallText, theme_.muted, TextAnchor::middle});
    last_right = at + half;
  }
}

void ChartDrawing::draw_curve(const std::vector<double>& x, const std::vector<double>& y,
                              const Stroke& stroke) {
  std::vector<Pos> piece;
  const auto flush = [&] {
    if (piece.size() == 1) canvas_.fill_circle(piece[0], stroke.width + 1.2F, stroke.color);
    if (piece.size() > 1) canvas_.polyline(piece, stroke);
    piece.clear();
  };
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(y[i]) || (chart_.options.log_y && y[i] <= 0)) {
      flush();
    } else {
      piece.push_back({screen_x(x[i]), screen_y(y[i])});
    }
  }
  flush();
}

void ChartDrawing::draw_series(const ChartSeries& series) {
  if (!series.ghost_x.empty()) {
    draw_curve(series.ghost_x, series.ghost_y, {series.color.with_alpha(0.45F), 1, 4});
  }
  const bool is_smooth = chart_.options.smoothing > 0 && series.raw.size() > 1;
  if (is_smooth) draw_curve(series.x, series.raw, {series.color.with_alpha(0.4F), 1.2F});
  draw_curve(series.x, is_smooth ? series.smooth : series.raw, {series.color, 2});
  constexpr std::size_t kFewPoints = 24;
  if (series.x.size() > kFewPoints) return;
  const auto& y = is_smooth ? series.smooth : series.raw;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!std::isfinite(y[i])) continue;
    canvas_.fill_circle({screen_x(series.x[i]), screen_y(y[i])}, 3, series.color);
  }
}

void ChartDrawing::draw_cursor(double x) {
  std::vector<std::pair<Color, std::string>> lines;
  for (const ChartSeries& series : chart_.series) {
    if (series.x.empty()) continue;
    const std::size_t i = nearest_point(series.x, x);
    const float px = screen_x(series.x[i]);
    const bool is_smooth = chart_.options.smoothing > 0;
    canvas_.line({px, plot_.top}, {px, plot_.bottom}, {theme_.faint, 1, 3});
    const double shown = is_smooth ? series.smooth[i] : series.raw[i];
    if (std::isfinite(shown)) canvas_.fill_circle({px, screen_y(shown)}, 4, series.color);
    std::string text = series.run + "   step " + std::to_string(series.steps[i]) + "   " +
                       format_value(series.raw[i], 5);
    if (is_smooth) text += "   smoothed " + format_value(series.smooth[i], 5);
    lines.emplace_back(series.color, std::move(text));
  }
  if (!lines.empty()) draw_reading(lines, screen_x(x));
}

void ChartDrawing::draw_reading(const std::vector<std::pair<Color, std::string>>& lines, float x) {
  constexpr std::size_t kMost = 10;
  constexpr float kLine = 18;
  const std::size_t shown = std::min(lines.size(), kMost);
  float width = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    width = std::max(width, canvas_.text_width(lines[i].second, TextFont::regular, 13));
  }
  width += 32;
  const float rows = static_cast<float>(shown + (lines.size() > kMost ? 1U : 0U));
  float left = x + 12;
  if (left + width > plot_.right) left = std::max(area_.left + 4, x - 12 - width);
  const Area box{left, plot_.top + 4, left + width, plot_.top + 12 + rows * kLine};
  canvas_.fill_rect(box, theme_.raised.with_alpha(0.96F), 4);
  canvas_.stroke_rect(box, {theme_.border, 1}, 4);
  float y = box.top + 4 + kLine / 2;
  for (std::size_t i = 0; i < shown; ++i, y += kLine) {
    canvas_.fill_circle({box.left + 12, y}, 4, lines[i].first);
    canvas_.text({box.left + 22, y}, lines[i].second, {TextFont::regular, 13, theme_.text});
  }
  if (lines.size() > kMost) {
    canvas_.text({box.left + 22, y}, "and " + std::to_string(lines.size() - kMost) + " more runs",
                 {TextFont::regular, 13, theme_.muted});
  }
}

}  // namespace

Area chart_plot(const Area& area) {
  return {area.left + kValueAxis, area.top + kHeader + 10, area.right - 14,
          area.bottom - kFooter - 4};
}

double chart_x_from_screen(const ScalarChart& chart, const Area& area, float x) {
  const Area plot = chart_plot(area);
  const double part = static_cast<double>((x - plot.left) / std::max(1.0F, plot.width()));
  return chart.x.min + std::clamp(part, 0.0, 1.0) * (chart.x.max - chart.x.min);
}

void draw_scalar_chart(Canvas& canvas, const Area& area, const ScalarChart& chart,
                       const Theme& theme, std::optional<double> cursor_x) {
  ChartDrawing(canvas, area, chart, theme).draw(cursor_x);
}

}  // namespace opscope::viewer
