#include <algorithm>
#include <array>
#include <cmath>

#include "model/units.h"
#include "ui/histogram_geometry.h"

namespace opscope::viewer {

namespace {

constexpr float kSmallText = 13;

std::string axis_label(ScalarAxis axis, double value) {
  if (axis == ScalarAxis::wall) return format_wall_time(value).substr(5, 11);
  if (axis == ScalarAxis::relative) {
    return value == 0 ? "0" : format_duration_ps(static_cast<std::int64_t>(value * 1e12));
  }
  const double whole = std::round(value);
  if (std::fabs(value - whole) > 1e-6) return {};
  return (whole < 0 ? "-" : "") + format_count(static_cast<std::uint64_t>(std::fabs(whole)));
}

Color card_color(const Theme& theme) {
  return theme.name == ThemeName::dark ? theme.panel : theme.raised;
}

void draw_frame(Canvas& canvas, const Area& area, const std::string& title, const std::string& run,
                Color color, const std::string& note, const Theme& theme) {
  canvas.fill_rect(area, card_color(theme), 6);
  canvas.stroke_rect(area, {theme.border, 1}, 6);
  const float note_width =
      note.empty() ? 0 : canvas.text_width(note, TextFont::regular, kSmallText) + 12;
  draw_fitted_text(canvas, {area.left + 12, area.top + 16}, title,
                   {TextFont::medium, 15, theme.text}, area.width() - 24 - note_width);
  if (!note.empty()) {
    canvas.text({area.right - 12, area.top + 16}, note,
                {TextFont::regular, kSmallText, theme.muted, TextAnchor::end});
  }
  canvas.fill_circle({area.left + 17, area.top + 34}, 4, color);
  draw_fitted_text(canvas, {area.left + 26, area.top + 34}, run,
                   {TextFont::regular, kSmallText, theme.muted}, area.width() - 40);
}

class HistogramDrawing {
 public:
  HistogramDrawing(Canvas& canvas, const Area& area, const HistogramChart& chart,
                   const Theme& theme)
      : canvas_(canvas),
        area_(area),
        chart_(chart),
        series_(*chart.series),
        theme_(theme),
        at_(chart, area) {}

  void draw(std::optional<HistogramHit> hit) {
    draw_frame(canvas_, area_, chart_.title, chart_.run, chart_.color, histogram_note(chart_),
               theme_);
    if (chart_.options.mode == HistogramMode::distribution) {
      draw_value_axis(chart_.values);
      draw_bands();
      draw_bottom_axis(true);
    } else {
      draw_bottom_axis(false);
      if (chart_.options.mode == HistogramMode::overlay) draw_value_axis({0, chart_.highest});
      if (chart_.options.mode == HistogramMode::offset) draw_step_axis();
      draw_steps();
    }
    if (hit && hit->step < chart_.axis.size()) draw_hit(*hit);
  }

 private:
  void draw_bottom_axis(bool is_time);
  void draw_value_axis(Domain domain);
  void draw_step_axis();
  void draw_steps();
  void draw_bands();
  void draw_hit(HistogramHit hit);
  void draw_reading(const std::vector<std::string>& lines, Pos point);

  std::vector<Pos> line_of(std::size_t step) const {
    std::vector<Pos> points{{at_.plot.left, at_.baseline(step)}};
    for (std::size_t bin = 0; bin < series_.bins[step].size(); ++bin) {
      points.push_back({at_.x_of_bin(bin), at_.y_of_count(step, series_.bins[step][bin])});
    }
    points.push_back({at_.plot.right, at_.baseline(step)});
    return points;
  }
  // 0 for the oldest step, 1 for the newest.
  float age(std::size_t step) const {
    if (chart_.axis.size() < 2) return 1;
    return static_cast<float>(step) / static_cast<float>(chart_.axis.size() - 1);
  }
  // Between two edges, left to right. Opaque fills overlap a little: no seam shows.
  void fill_between(Pos a_low, Pos a_high, Pos b_low, Pos b_high, Color color) {
    constexpr float kOverlap = 0.75F;
    const std::array<Pos, 4> corners{a_high, Pos{b_high.x + kOverlap, b_high.y},
                                     Pos{b_low.x + kOverlap, b_low.y}, a_low};
    canvas_.fill_polygon(corners, color);
  }

  Canvas& canvas_;
  Area area_;
  const HistogramChart& chart_;
  const HistogramSeries& series_;
  const Theme& theme_;
  HistogramGeometry at_;
};

void HistogramDrawing::draw_bottom_axis(bool is_time) {
  const Area& plot = at_.plot;
  canvas_.line({plot.left, plot.bottom + 0.5F}, {plot.right, plot.bottom + 0.5F},
               {theme_.border, 1});
  const Domain domain = is_time ? chart_.axis_domain : series_.x;
  float last_right = area_.left;
  const int count = std::max(2, static_cast<int>(plot.width() / 90));
  for (const double tick : axis_ticks(domain, count)) {
    const std::string label =
        is_time ? axis_label(chart_.options.axis, tick) : format_value(tick, 3);
    const auto part = static_cast<float>((tick - domain.min) / (domain.max - domain.min));
    const float x = plot.left + part * plot.width();
    const float half = canvas_.text_width(label, TextFont::regular, kSmallText) / 2;
    const float at = std::clamp(x, area_.left + half + 6, area_.right - half - 6);
    if (label.empty() || at - half < last_right + 8) continue;
    canvas_.line({x, plot.bottom}, {x, plot.bottom + 4}, {theme_.faint, 1});
    canvas_.text({at, plot.bottom + 14}, label,
                 {TextFont::regular, kSmallText, theme_.muted, TextAnchor::middle});
    last_right = at + half;
  }
}

void HistogramDrawing::draw_value_axis(Domain domain) {
  const Area& plot = at_.plot;
  for (const double tick : axis_ticks(domain, std::max(2, static_cast<int>(plot.height() / 38)))) {
    const auto part = static_cast<float>((tick - domain.min) / (domain.max - domain.min));
    const float y = std::round(plot.bottom - part * plot.height()) + 0.5F;
    canvas_.line({plot.left, y}, {plot.right, y}, {theme_.grid, 1});
    canvas_.text({plot.left - 8, y}, format_value(tick),
                 {TextFont::regular, kSmallText, theme_.muted, TextAnchor::end});
  }
}

// The steps beside their ridges, at the right.
void HistogramDrawing::draw_step_axis() {
  float last = -INFINITY;
  for (const std::size_t step : chart_.shown) {
    const float y = at_.baseline(step);
    if (y < last + 17) continue;
    canvas_.line({at_.plot.right, y}, {at_.plot.right + 4, y}, {theme_.faint, 1});
    draw_fitted_text(
        canvas_, {at_.plot.right + 8, y}, axis_label(chart_.options.axis, chart_.axis[step]),
        {TextFont::regular, kSmallText, theme_.muted}, area_.right - at_.plot.right - 12);
    last = y;
  }
}

void HistogramDrawing::draw_steps() {
  const bool is_offset = chart_.options.mode == HistogramMode::offset;
  const Color card = card_color(theme_);
  for (const std::size_t step : chart_.shown) {
    const std::vector<Pos> line = line_of(step);
    const float base = at_.baseline(step);
    if (!is_offset) {
      canvas_.polyline(line, {mix(card, chart_.color, 0.35F + 0.65F * age(step)), 1.4F});
      continue;
    }
    const Color fill = mix(card, chart_.color, 0.3F + 0.6F * age(step));
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      if (line[i].y == base && line[i + 1].y == base) continue;
      fill_between({line[i].x, base}, line[i], {line[i + 1].x, base}, line[i + 1], fill);
    }
    canvas_.polyline(line, {mix(card, theme_.text, 0.25F), 1});
  }
}

void HistogramDrawing::draw_bands() {
  constexpr std::array<float, 4> kStrength{0.18F, 0.32F, 0.5F, 0.7F};
  const Color card = card_color(theme_);
  const auto y = [this](std::size_t step, std::size_t point) {
    return at_.y_of_value(series_.percentiles[step][point]);
  };
  const std::size_t steps = series_.percentiles.size();
  for (std::size_t band = 0; band < kStrength.size(); ++band) {
    const Color color = mix(card, chart_.color, kStrength[band]);
    const std::size_t top = kDistributionPoints.size() - 1 - band;
    for (std::size_t step = 0; step + 1 < steps; ++step) {
      const float left = at_.x_of_step(step);
      const float right = at_.x_of_step(step + 1);
      fill_between({left, y(step, band)}, {left, y(step, top)}, {right, y(step + 1, band)},
                   {right, y(step + 1, top)}, color);
    }
    // One step has no width: a bar stands for it.
    if (steps == 1) {
      const float x = at_.x_of_step(0);
      canvas_.fill_rect({x - 12, y(0, top), x + 12, y(0, band)}, color, 0);
    }
  }
  std::vector<Pos> median;
  for (std::size_t step = 0; step < steps; ++step) {
    median.push_back({at_.x_of_step(step), y(step, 4)});
  }
  if (median.size() > 1) canvas_.polyline(median, {chart_.color, 2});
  if (median.size() == 1) canvas_.fill_circle(median.front(), 4, chart_.color);
}

void HistogramDrawing::draw_hit(HistogramHit hit) {
  const Pos point = histogram_point(chart_, area_, hit);
  if (chart_.options.mode == HistogramMode::distribution) {
    canvas_.line({point.x, at_.plot.top}, {point.x, at_.plot.bottom}, {theme_.faint, 1, 3});
  } else {
    canvas_.polyline(line_of(hit.step), {theme_.text, 1.8F});
  }
  canvas_.fill_circle(point, 4, theme_.text);
  draw_reading(histogram_reading(chart_, hit), point);
}

void HistogramDrawing::draw_reading(const std::vector<std::string>& lines, Pos point) {
  constexpr float kLine = 18;
  float width = 0;
  for (const std::string& line : lines) {
    width = std::max(width, canvas_.text_width(line, TextFont::regular, kSmallText));
  }
  width += 20;
  const float height = static_cast<float>(lines.size()) * kLine + 8;
  float left = point.x + 12;
  if (left + width > area_.right - 4) left = std::max(area_.left + 4, point.x - 12 - width);
  const float top = std::clamp(point.y - height - 8, area_.top + 4,
                               std::max(area_.top + 4, area_.bottom - height - 4));
  canvas_.fill_rect({left, top, left + width, top + height}, theme_.raised.with_alpha(0.96F), 4);
  canvas_.stroke_rect({left, top, left + width, top + height}, {theme_.border, 1}, 4);
  float y = top + 4 + kLine / 2;
  for (const std::string& line : lines) {
    canvas_.text({left + 10, y}, line, {TextFont::regular, kSmallText, theme_.text});
    y += kLine;
  }
}

}  // namespace

void draw_histogram_chart(Canvas& canvas, const Area& area, const HistogramChart& chart,
                          const Theme& theme, std::optional<HistogramHit> hit) {
  HistogramDrawing(canvas, area, chart, theme).draw(hit);
}

void draw_histogram_notice(Canvas& canvas, const Area& area, const HistogramTag& tag, Color color,
                           const std::string& notice, const Theme& theme) {
  draw_frame(canvas, area, tag.tag->name, tag.run->name == "." ? "(the logdir)" : tag.run->name,
             color, {}, theme);
  const std::string shown =
      fit_text(canvas, notice, TextFont::regular, kSmallText, area.width() - 32);
  canvas.text(area.center(), shown,
              {TextFont::regular, kSmallText, theme.muted, TextAnchor::middle});
}

}  // namespace opscope::viewer
