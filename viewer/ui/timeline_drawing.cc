#include "ui/timeline_drawing.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/units.h"

namespace opscope::viewer {

namespace {

constexpr float kTextSize = 14;

class TimelineDrawing {
 public:
  TimelineDrawing(Canvas& canvas, const Area& area, const Profile& profile,
                  const TimelineRows& rows, const TimelineView& view, const Theme& theme)
      : canvas_(canvas),
        area_(area),
        profile_(profile),
        rows_(rows),
        view_(view),
        theme_(theme),
        geometry_(timeline_geometry(area, !profile.steps.empty())) {}

  void draw() {
    canvas_.fill_rect(area_, theme_.page, 0);
    draw_overview();
    draw_ruler();
    draw_steps();
    canvas_.push_clip({area_.left, geometry_.tracks.top, area_.right, area_.bottom});
    for (const TimelineRow& row : rows_.rows) draw_row(row);
    canvas_.pop_clip();
    draw_ranges();
    canvas_.line({geometry_.tracks.left - 0.5F, area_.top},
                 {geometry_.tracks.left - 0.5F, area_.bottom}, {theme_.border, 1});
  }

 private:
  float x(std::int64_t time) const { return x_from_time(geometry_.tracks, view_.range, time); }
  float clamped_x(std::int64_t time) const {
    return std::clamp(x(time), geometry_.tracks.left, geometry_.tracks.right);
  }
  int width_px() const { return std::max(1, static_cast<int>(geometry_.tracks.width())); }

  void draw_overview();
  void draw_ruler();
  void draw_steps();
  void draw_ranges();
  void draw_row(const TimelineRow& row);
  void draw_line(const TimelineRow& row, float top);
  void draw_slice(const ProfileLine& line, std::uint32_t line_index, const VisibleSlice& slice,
                  float top);
  void draw_counter(const ProfileCounter& counter, float top, float height);

  Canvas& canvas_;
  Area area_;
  const Profile& profile_;
  const TimelineRows& rows_;
  const TimelineView& view_;
  const Theme& theme_;
  TimelineGeometry geometry_;
};

// How busy the threads are over the whole capture, and which part of it is on screen.
void TimelineDrawing::draw_overview() {
  const Area strip = geometry_.overview;
  const TimeRange whole = whole_range(profile_);
  std::vector<float> busy(static_cast<std::size_t>(std::max(1, width_px())), 0.0F);
  for (const ProfileLine& line : profile_.lines) {
    if (line.depth_count() == 0) continue;
    for (const VisibleSlice& slice : visible_slices(line, 0, whole, width_px())) {
      const float from = x_from_time(strip, whole, slice.begin_ps) - strip.left;
      const float to = x_from_time(strip, whole, slice.end_ps) - strip.left;
      const auto first = static_cast<std::size_t>(std::max(0.0F, from));
      const auto last = std::min(busy.size(), static_cast<std::size_t>(std::max(0.0F, to)) + 1);
      for (std::size_t i = first; i < last; ++i) {
        const float cover =
            std::min(to, static_cast<float>(i + 1)) - std::max(from, static_cast<float>(i));
        busy[i] += slice.busy * std::clamp(cover, 0.0F, 1.0F);
      }
    }
  }
  const float most = std::max(1.0F, *std::max_element(busy.begin(), busy.end()));
  const Color bar = mix(theme_.page, theme_.data[0], 0.55F);
  const float room = strip.height() - 10;
  for (std::size_t i = 0; i < busy.size(); ++i) {
    if (busy[i] <= 0) continue;
    const float left = strip.left + static_cast<float>(i);
    const float height = std::max(1.0F, busy[i] / most * room);
    canvas_.fill_rect({left, strip.bottom - 4 - height, left + 1, strip.bottom - 4}, bar, 0);
  }
  const float left =
      std::clamp(x_from_time(strip, whole, view_.range.begin_ps), strip.left, strip.right);
  const float right =
      std::clamp(x_from_time(strip, whole, view_.range.end_ps), strip.left, strip.right);
  const Color veil = theme_.page.with_alpha(0.65F);
  canvas_.fill_rect({strip.left, strip.top, left, strip.bottom}, veil, 0);
  canvas_.fill_rect({right, strip.top, strip.right, strip.bottom}, veil, 0);
  if (right - left < strip.width() - 1) {
    canvas_.stroke_rect({left, strip.top + 2, std::max(right, left + 3), strip.bottom - 2},
                        {theme_.accent, 1.5F}, 3);
  }
  draw_fitted_text(canvas_, {area_.left + 10, strip.center().y}, "Whole capture",
                   {TextFont::regular, kTextSize, theme_.muted}, strip.left - area_.left - 16);
}

void TimelineDrawing::draw_ruler() {
  const Area ruler = geometry_.ruler;
  canvas_.fill_rect({area_.left, ruler.top, area_.right, ruler.bottom}, theme_.panel, 0);
  canvas_.push_clip(ruler);
  const TimeTicks ticks = time_ticks(view_.range, width_px(), 110);
  for (const std::int64_t time : ticks.times_ps) {
    const float at = std::round(x(time)) + 0.5F;
    canvas_.line({at, ruler.bottom - 6}, {at, ruler.bottom}, {theme_.faint, 1});
    canvas_.text({at + 4, ruler.center().y}, format_time_ps(time, ticks.step_ps),
                 {TextFont::regular, 13, theme_.muted});
  }
  canvas_.pop_clip();
  canvas_.push_clip(geometry_.tracks);
  for (const std::int64_t time : ticks.times_ps) {
    const float at = std::round(x(time)) + 0.5F;
    canvas_.line({at, geometry_.tracks.top}, {at, geometry_.tracks.bottom}, {theme_.grid, 1});
  }
  canvas_.pop_clip();
  const std::int64_t shown = view_.range.end_ps - view_.range.begin_ps;
  draw_fitted_text(canvas_, {area_.left + 10, ruler.center().y},
                   "Shows " + format_duration_ps(shown), {TextFont::regular, 13, theme_.muted},
                   ruler.left - area_.left - 16);
}

void TimelineDrawing::draw_steps() {
  if (profile_.steps.empty()) return;
  const Area band = geometry_.steps;
  draw_fitted_text(canvas_, {area_.left + 10, band.center().y}, "Steps",
                   {TextFont::medium, kTextSize, theme_.text}, band.left - area_.left - 16);
  canvas_.push_clip(band);
  for (std::size_t i = 0; i < profile_.steps.size(); ++i) {
    const ProfileStep& step = profile_.steps[i];
    const float left = clamped_x(step.start_ps);
    const float right = clamped_x(step.start_ps + step.duration_ps);
    if (right <= geometry_.tracks.left || left >= geometry_.tracks.right) continue;
    const Color fill = mix(theme_.page, theme_.accent, i % 2 == 0 ? 0.34F : 0.20F);
    canvas_.fill_rect({left, band.top + 2, std::max(left + 1, right - 1), band.bottom - 1}, fill,
                      3);
    const std::string label = step.name.empty() ? "step " + std::to_string(step.number) : step.name;
    const float room = right - left - 10;
    if (room < 14) continue;
    std::string text = label + "   " + format_duration_ps(step.duration_ps);
    if (canvas_.text_width(text, TextFont::regular, 13) > room) text = label;
    draw_fitted_text(canvas_, {left + 5, band.center().y}, text,
                     {TextFont::regular, 13, theme_.text}, room);
  }
  canvas_.pop_clip();
}

void TimelineDrawing::draw_ranges() {
  canvas_.push_clip({geometry_.tracks.left, geometry_.ruler.top, area_.right, area_.bottom});
  const auto draw = [&](const TimeRange& range, Color color, float fill) {
    const float left = x(range.begin_ps);
    const float right = x(range.end_ps);
    canvas_.fill_rect({left, geometry_.ruler.top, right, area_.bottom}, color.with_alpha(fill), 0);
    for (const float at : {left, right}) {
      canvas_.line({at, geometry_.ruler.top}, {at, area_.bottom}, {color, 1});
    }
    const Pos middle{(left + right) / 2, geometry_.ruler.center().y};
    const std::string label = format_duration_ps(range.end_ps - range.begin_ps);
    const float half = canvas_.text_width(label, TextFont::medium, 13) / 2 + 6;
    canvas_.fill_rect({middle.x - half, middle.y - 9, middle.x + half, middle.y + 9}, color, 4);
    canvas_.text(middle, label, {TextFont::medium, 13, text_on(color), TextAnchor::middle});
  };
  for (const TimeRange& mark : view_.marks) draw(mark, theme_.warning, 0.08F);
  if (view_.selected_range) draw(*view_.selected_range, theme_.accent, 0.12F);
  canvas_.pop_clip();
}

void TimelineDrawing::draw_row(const TimelineRow& row) {
  const float top = geometry_.tracks.top + row.top - view_.scroll;
  if (top > area_.bottom || top + row.height < geometry_.tracks.top) return;
  const float label_room = geometry_.labels.width() - 18;
  if (row.kind == TimelineRow::Kind::plane) {
    canvas_.fill_rect({area_.left, top, area_.right, top + row.height - 3}, theme_.panel, 0);
    canvas_.text({area_.left + 10, top + (row.height - 3) / 2}, row.label,
                 {TextFont::medium, kTextSize, theme_.text});
    return;
  }
  const float label_y =
      row.kind == TimelineRow::Kind::line ? top + kSliceHeight / 2 : top + row.height / 2;
  draw_fitted_text(canvas_, {area_.left + 10, label_y}, row.label,
                   {TextFont::regular, kTextSize, theme_.text}, label_room);
  canvas_.push_clip(geometry_.tracks);
  if (row.kind == TimelineRow::Kind::line) draw_line(row, top);
  if (row.kind == TimelineRow::Kind::counter) {
    draw_counter(profile_.counters[row.index], top, row.height);
  }
  canvas_.pop_clip();
  const float bottom = std::round(top + row.height) - 3.5F;
  canvas_.line({area_.left, bottom}, {area_.right, bottom}, {theme_.grid, 1});
}

void TimelineDrawing::draw_line(const TimelineRow& row, float top) {
  const ProfileLine& line = profile_.lines[row.index];
  for (std::size_t depth = 0; depth < std::min(row.depths, line.depth_count()); ++depth) {
    const float y = top + static_cast<float>(depth) * kSliceHeight;
    if (y > area_.bottom || y + kSliceHeight < geometry_.tracks.top) continue;
    for (const VisibleSlice& slice : visible_slices(line, depth, view_.range, width_px())) {
      draw_slice(line, row.index, slice, y);
    }
  }
}

void TimelineDrawing::draw_slice(const ProfileLine& line, std::uint32_t line_index,
                                 const VisibleSlice& slice, float top) {
  const ProfileName& name = profile_.names[line.name_id[slice.event]];
  const float left = clamped_x(slice.begin_ps);
  const float right = std::max(clamped_x(slice.end_ps), left + 1);
  const std::string& kind = name.op_type.empty() ? name.display : name.op_type;
  const bool is_dark = theme_.name == ThemeName::dark;
  Color fill = mix(theme_.page, stable_data_color(theme_, kind), is_dark ? 0.62F : 0.42F);
  const bool is_merged = slice.event_count > 1;
  if (is_merged) fill = mix(theme_.page, fill, 0.35F + 0.65F * std::clamp(slice.busy, 0.0F, 1.0F));
  const bool is_selected =
      view_.selected && *view_.selected == EventRef{line_index, slice.event} && !is_merged;
  const bool is_equal = is_of_operation(name.text, view_.selected_name);
  if (!view_.selected_name.empty() && !is_equal) fill = mix(fill, theme_.page, 0.35F);
  const float gap = right - left > 3 ? 0.5F : 0.0F;
  const Area area{left, top + 1, right - gap, top + kSliceHeight - 1};
  canvas_.fill_rect(area, fill, right - left > 6 ? 3.0F : 0.0F);
  if (is_equal) canvas_.stroke_rect(area, {theme_.accent, is_selected ? 2.5F : 1.0F}, 3);
  if (is_merged || right - left < 22) return;
  draw_fitted_text(canvas_, {left + 5, area.center().y}, name.display,
                   {TextFont::regular, 13, text_on(fill)}, right - left - 9);
}

void TimelineDrawing::draw_counter(const ProfileCounter& counter, float top, float height) {
  const auto columns = visible_counter(counter, view_.range, width_px());
  if (columns.empty()) return;
  double most = 0;
  for (const CounterColumn& column : columns) most = std::max(most, column.max);
  if (most <= 0) most = 1;
  const float base = top + height - 8;
  const float room = height - 16;
  const auto y = [&](double value) { return base - static_cast<float>(value / most) * room; };
  const Color fill = mix(theme_.page, theme_.data[2], 0.45F);
  for (const CounterColumn& column : columns) {
    const float left = clamped_x(column.begin_ps);
    const float right = std::max(clamped_x(column.end_ps), left + 1);
    canvas_.fill_rect({left, y(column.max), right, base}, fill, 0);
  }
  const std::string label =
      "max " + (counter.unit == "bytes" ? format_bytes(most) : format_value(most));
  canvas_.text({geometry_.tracks.left + 6, top + 9}, label, {TextFont::regular, 12, theme_.muted});
}

}  // namespace

void draw_timeline(Canvas& canvas, const Area& area, const Profile& profile,
                   const TimelineRows& rows, const TimelineView& view, const Theme& theme) {
  TimelineDrawing(canvas, area, profile, rows, view, theme).draw();
}

}  // namespace opscope::viewer
