#include "ui/imgui_canvas.h"

#include <imgui.h>

#include <array>
#include <cmath>
#include <vector>

namespace opscope::viewer {

namespace {

ImU32 packed(Color c) { return IM_COL32(c.r, c.g, c.b, c.a); }
ImVec2 vec(Pos p) { return {p.x, p.y}; }

std::vector<ImVec2> vectors(std::span<const Pos> points) {
  std::vector<ImVec2> result;
  result.reserve(points.size());
  for (const Pos& p : points) result.push_back(vec(p));
  return result;
}

Pos bezier_point(std::span<const Pos> p, float t) {
  const float u = 1 - t;
  const float a = u * u * u;
  const float b = 3 * u * u * t;
  const float c = 3 * u * t * t;
  const float d = t * t * t;
  return {a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x,
          a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
}

// Whether a path by way of `b` turns by more than 90 degrees there.
bool turns_sharply(ImVec2 a, ImVec2 b, ImVec2 c) {
  return (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y) < 0;
}

}  // namespace

void ImGuiCanvas::fill_rect(const Area& area, Color color, float rounding) {
  list_.AddRectFilled({area.left, area.top}, {area.right, area.bottom}, packed(color), rounding);
}

void ImGuiCanvas::stroke_rect(const Area& area, const Stroke& stroke, float rounding) {
  if (stroke.dash > 0) {
    const std::array<Pos, 5> corners{Pos{area.left, area.top}, Pos{area.right, area.top},
                                     Pos{area.right, area.bottom}, Pos{area.left, area.bottom},
                                     Pos{area.left, area.top}};
    dashed(corners, stroke);
    return;
  }
  list_.AddRect({area.left, area.top}, {area.right, area.bottom}, packed(stroke.color), rounding, 0,
                stroke.width);
}

void ImGuiCanvas::line(Pos from, Pos to, const Stroke& stroke) {
  if (stroke.dash > 0) {
    dashed(std::array<Pos, 2>{from, to}, stroke);
    return;
  }
  list_.AddLine(vec(from), vec(to), packed(stroke.color), stroke.width);
}

void ImGuiCanvas::dashed(std::span<const Pos> points, const Stroke& stroke) {
  float left = stroke.dash;  // of the dash or gap under the pen
  bool is_down = true;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const float dx = points[i + 1].x - points[i].x;
    const float dy = points[i + 1].y - points[i].y;
    const float length = std::sqrt(dx * dx + dy * dy);
    for (float done = 0; done < length;) {
      const float step = std::fmin(left, length - done);
      const ImVec2 a{points[i].x + dx * done / length, points[i].y + dy * done / length};
      done += step;
      const ImVec2 b{points[i].x + dx * done / length, points[i].y + dy * done / length};
      if (is_down) list_.AddLine(a, b, packed(stroke.color), stroke.width);
      left -= step;
      if (left <= 1e-3F) {
        left = stroke.dash;
        is_down = !is_down;
      }
    }
  }
}

void ImGuiCanvas::polyline(std::span<const Pos> points, const Stroke& stroke) {
  if (stroke.dash > 0) {
    dashed(points, stroke);
    return;
  }
  const std::vector<ImVec2> list = vectors(points);
  // Drawn in pieces that end where the line turns sharply: the miter of such a corner would reach
  // beyond the points.
  std::size_t begin = 0;
  for (std::size_t i = 1; i < list.size(); ++i) {
    const bool ends = i + 1 == list.size() || turns_sharply(list[i - 1], list[i], list[i + 1]);
    if (!ends) continue;
    list_.AddPolyline(list.data() + begin, static_cast<int>(i + 1 - begin), packed(stroke.color), 0,
                      stroke.width);
    begin = i;
  }
}

void ImGuiCanvas::fill_polygon(std::span<const Pos> points, Color color) {
  const std::vector<ImVec2> list = vectors(points);
  list_.AddConvexPolyFilled(list.data(), static_cast<int>(list.size()), packed(color));
}

void ImGuiCanvas::fill_circle(Pos center, float radius, Color color) {
  list_.AddCircleFilled(vec(center), radius, packed(color));
}

void ImGuiCanvas::bezier(std::span<const Pos> points, const Stroke& stroke) {
  if (points.size() < 4) return;
  if (stroke.dash > 0) {
    constexpr int kPieces = 16;
    std::vector<Pos> flat{points[0]};
    for (std::size_t i = 0; i + 3 < points.size(); i += 3) {
      for (int k = 1; k <= kPieces; ++k) {
        flat.push_back(bezier_point(points.subspan(i, 4),
                                    static_cast<float>(k) / static_cast<float>(kPieces)));
      }
    }
    dashed(flat, stroke);
    return;
  }
  list_.PathLineTo(vec(points[0]));
  for (std::size_t i = 0; i + 3 < points.size(); i += 3) {
    list_.PathBezierCubicCurveTo(vec(points[i + 1]), vec(points[i + 2]), vec(points[i + 3]));
  }
  list_.PathStroke(packed(stroke.color), 0, stroke.width);
}

void ImGuiCanvas::text(Pos at, std::string_view text, const TextStyle& style) {
  const Fonts::Sized sized = fonts_.sized(style.font, style.size);
  const char* begin = text.data();
  const char* end = begin + text.size();
  const ImVec2 size = sized.font->CalcTextSizeA(sized.size, 1e9F, 0, begin, end);
  const float shift = style.anchor == TextAnchor::start    ? 0
                      : style.anchor == TextAnchor::middle ? size.x / 2
                                                           : size.x;
  list_.AddText(sized.font, sized.size, {at.x - shift, at.y - sized.size / 2}, packed(style.color),
                begin, end);
}

float ImGuiCanvas::text_width(std::string_view text, TextFont font, float size) {
  const Fonts::Sized sized = fonts_.sized(font, size);
  return sized.font->CalcTextSizeA(sized.size, 1e9F, 0, text.data(), text.data() + text.size()).x;
}

void ImGuiCanvas::push_clip(const Area& area) {
  list_.PushClipRect({area.left, area.top}, {area.right, area.bottom}, true);
}

void ImGuiCanvas::pop_clip() { list_.PopClipRect(); }

}  // namespace opscope::viewer
