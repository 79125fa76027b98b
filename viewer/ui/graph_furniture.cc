#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "model/units.h"
#include "ui/graph_drawing.h"
#include "ui/text_metrics.h"

namespace opscope::viewer {

float graph_text_width(std::string_view text) {
  // Layout threads ask for widths by a plain function; the metrics are immutable once made.
  static const TextMetrics metrics;
  return metrics.width(text, TextFont::medium, kGraphLabelSize);
}

namespace {

constexpr float kMargin = 20;

// A view of that width and height around `center` shows no more air than it must.
float kept_inside(float center, float half, float begin, float end) {
  if (end - begin <= 2 * half) return (begin + end) / 2;
  return std::clamp(center, begin + half, end - half);
}

}  // namespace

GraphCamera whole_camera(const Area& area, const LayoutRect& rect) {
  constexpr float kLargest = 1.35F;
  const float across = std::max(1.0F, area.width() - 2 * kMargin) / std::max(1.0F, rect.width);
  const float down = std::max(1.0F, area.height() - 2 * kMargin) / std::max(1.0F, rect.height);
  GraphCamera camera;
  camera.area = area;
  camera.zoom = std::min({across, down, kLargest});
  camera.center = {rect.x + rect.width / 2, rect.y + rect.height / 2};
  return camera;
}

GraphCamera fitted_camera(const Area& area, const GraphLayout& layout) {
  return fitted_camera(area, layout, layout.bounds);
}

GraphCamera fitted_camera(const Area& area, const GraphLayout& layout, const LayoutRect& bounds) {
  constexpr float kLegible = 0.75F;
  GraphCamera camera = whole_camera(area, bounds);
  if (camera.zoom >= kLegible) return camera;
  camera.zoom = kLegible;
  const LayoutBox* lowest = nullptr;
  const LayoutBox* largest = nullptr;  // of the opened ones: what the graph is about
  for (const LayoutBox& box : layout.boxes) {
    const LayoutRect& rect = box.rect;
    const bool is_main = box.is_open && box.parent < 0 && bounds == layout.bounds;
    const auto area_of = [](const LayoutRect& r) { return r.width * r.height; };
    if (is_main && (largest == nullptr || area_of(rect) > area_of(largest->rect))) largest = &box;
    const bool is_inside = rect.x >= bounds.x && rect.right() <= bounds.right() &&
                           rect.y >= bounds.y && rect.bottom() <= bounds.bottom() &&
                           rect.height < bounds.height;
    if (!is_inside) continue;
    if (lowest == nullptr || rect.bottom() > lowest->rect.bottom()) lowest = &box;
  }
  if (largest != nullptr) lowest = largest;
  if (lowest != nullptr) camera.center.x = lowest->rect.x + lowest->rect.width / 2;
  const float half_width = (area.width() / 2 - kMargin) / camera.zoom;
  const float half_height = (area.height() / 2 - kMargin) / camera.zoom;
  camera.center.x = kept_inside(camera.center.x, half_width, bounds.x, bounds.right());
  camera.center.y = kept_inside(bounds.bottom(), half_height, bounds.y, bounds.bottom());
  return camera;
}

float draw_graph_legend(Canvas& canvas, const Area& area, const GraphLegend& legend,
                        const Theme& theme) {
  constexpr float kLine = 21;
  float y = area.top + 10;
  canvas.text({area.left, y}, legend.title, {TextFont::medium, 14, theme.text});
  y += kLine;
  if (legend.entries.empty()) {
    const char* why = legend.is_scale ? "nothing was recorded" : "no two boxes are alike";
    canvas.text({area.left, y}, why, {TextFont::regular, 13, theme.muted});
    return y + kLine - area.top;
  }
  if (legend.is_scale) {
    constexpr int kSteps = 24;
    const float width = std::min(area.width(), 160.0F) / kSteps;
    for (int i = 0; i < kSteps; ++i) {
      const float left = area.left + static_cast<float>(i) * width;
      const float part = static_cast<float>(i) / (kSteps - 1);
      canvas.fill_rect({left, y - 7, left + width + 0.5F, y + 7},
                       mix(legend.entries[0].color, legend.entries[1].color, part), 0);
    }
    y += kLine;
    canvas.text({area.left, y}, legend.entries[0].label, {TextFont::regular, 12, theme.muted});
    canvas.text({area.left + width * kSteps, y}, legend.entries[1].label,
                {TextFont::regular, 12, theme.muted, TextAnchor::end});
    return y + kLine - area.top;
  }
  for (const LegendEntry& entry : legend.entries) {
    if (y + kLine > area.bottom) break;
    canvas.fill_rect({area.left, y - 7, area.left + 20, y + 7}, entry.color, 4);
    canvas.stroke_rect({area.left, y - 7, area.left + 20, y + 7},
                       {mix(entry.color, theme.text, 0.3F), 1}, 4);
    const std::string count = format_count(entry.count);
    const float count_width = canvas.text_width(count, TextFont::regular, 12);
    draw_fitted_text(canvas, {area.left + 28, y}, entry.label, {TextFont::regular, 13, theme.text},
                     area.width() - 36 - count_width);
    canvas.text({area.right, y}, count, {TextFont::regular, 12, theme.muted, TextAnchor::end});
    y += kLine;
  }
  return y - area.top;
}

void draw_graph_minimap(Canvas& canvas, const Area& area, const GraphLayout& layout,
                        const GraphColoring& coloring, const GraphCamera& camera,
                        const Theme& theme) {
  canvas.fill_rect(area, theme.page, 4);
  const LayoutRect& bounds = layout.bounds;
  GraphCamera small;
  small.area = area;
  small.zoom = std::min((area.width() - 8) / std::max(1.0F, bounds.width),
                        (area.height() - 8) / std::max(1.0F, bounds.height));
  small.center = {bounds.x + bounds.width / 2, bounds.y + bounds.height / 2};
  canvas.push_clip(area);
  for (const LayoutBox& box : layout.boxes) {
    Area at = small.screen_from_graph(box.rect);
    at.right = std::max(at.right, at.left + 1);
    at.bottom = std::max(at.bottom, at.top + 1);
    canvas.fill_rect(at, box.is_open ? theme.panel : mix(coloring.fill(box.node), theme.text, 0.2F),
                     0);
  }
  const Pos low = camera.graph_from_screen({camera.area.left, camera.area.top});
  const Pos high = camera.graph_from_screen({camera.area.right, camera.area.bottom});
  const Pos from = small.screen_from_graph(low);
  const Pos to = small.screen_from_graph(high);
  const Area view{std::max(from.x, area.left + 1), std::max(from.y, area.top + 1),
                  std::min(to.x, area.right - 1), std::min(to.y, area.bottom - 1)};
  canvas.stroke_rect(view, {theme.accent, 1.5F}, 2);
  canvas.pop_clip();
  canvas.stroke_rect(area, {theme.border, 1}, 4);
}

std::int32_t box_at(const GraphLayout& layout, Pos p) {
  std::int32_t best = -1;
  for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
    const LayoutRect& rect = layout.boxes[i].rect;
    const bool is_inside =
        p.x >= rect.x && p.x < rect.right() && p.y >= rect.y && p.y < rect.bottom();
    // Parents come first, so the last hit is the innermost.
    if (is_inside) best = static_cast<std::int32_t>(i);
  }
  return best;
}

GraphLayout between_layouts(const GraphLayout& before, const GraphLayout& after, float part) {
  std::unordered_map<std::uint32_t, const LayoutBox*> old;
  for (const LayoutBox& box : before.boxes) {
    old.emplace(static_cast<std::uint32_t>(box.node), &box);
  }
  GraphLayout result = after;
  for (std::size_t i = 0; i < result.boxes.size(); ++i) {
    LayoutBox& box = result.boxes[i];
    const auto found = old.find(static_cast<std::uint32_t>(box.node));
    // What is new grows out of the box it was in.
    LayoutRect from = box.rect;
    if (found != old.end()) {
      from = found->second->rect;
    } else if (box.parent >= 0) {
      const LayoutRect& target = after.boxes[static_cast<std::size_t>(box.parent)].rect;
      const LayoutRect& now = result.boxes[static_cast<std::size_t>(box.parent)].rect;
      const float sx = now.width / std::max(1.0F, target.width);
      const float sy = now.height / std::max(1.0F, target.height);
      box.rect = {now.x + (box.rect.x - target.x) * sx, now.y + (box.rect.y - target.y) * sy,
                  box.rect.width * sx, box.rect.height * sy};
      continue;
    }
    const auto lerp = [part](float a, float b) { return a + (b - a) * part; };
    box.rect = {lerp(from.x, box.rect.x), lerp(from.y, box.rect.y),
                lerp(from.width, box.rect.width), lerp(from.height, box.rect.height)};
  }
  return result;
}

}  // namespace opscope::viewer
