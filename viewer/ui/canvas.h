// What every drawing of the viewer is made of. Two implementations: ImGuiCanvas (window, PNG) and
// SvgCanvas (files), so that both show the same by the same code. Units are logical pixels, y grows
// downwards. Not thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace opscope::viewer {

struct Pos {
  float x = 0;
  float y = 0;

  friend bool operator==(const Pos&, const Pos&) = default;
};

struct Area {
  float left = 0;
  float top = 0;
  float right = 0;
  float bottom = 0;

  [[nodiscard]] float width() const noexcept { return right - left; }
  [[nodiscard]] float height() const noexcept { return bottom - top; }
  [[nodiscard]] Pos center() const noexcept { return {(left + right) / 2, (top + bottom) / 2}; }
  [[nodiscard]] bool contains(Pos p) const noexcept {
    return p.x >= left && p.x < right && p.y >= top && p.y < bottom;
  }
  [[nodiscard]] bool overlaps(const Area& other) const noexcept {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
  [[nodiscard]] Area inset(float by) const noexcept {
    return {left + by, top + by, right - by, bottom - by};
  }
};

struct Color {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  std::uint8_t a = 255;

  [[nodiscard]] Color with_alpha(float alpha) const noexcept {
    return {r, g, b, static_cast<std::uint8_t>(alpha * 255.0F)};
  }
  friend bool operator==(const Color&, const Color&) = default;
};

// `weight` of 0 gives `a`, 1 gives `b`; the result is opaque where both are.
[[nodiscard]] Color mix(Color a, Color b, float weight) noexcept;

// 0 for black to 1 for white, as the eye weighs it.
[[nodiscard]] float luminance(Color color) noexcept;

enum class TextFont : std::uint8_t { regular, medium, mono };
enum class TextAnchor : std::uint8_t { start, middle, end };

struct TextStyle {
  TextFont font = TextFont::regular;
  float size = 13;
  Color color;
  TextAnchor anchor = TextAnchor::start;
};

struct Stroke {
  Color color;
  float width = 1;
  float dash = 0;  // length of a dash and of the gap after it; 0 draws a solid line
};

class Canvas {
 public:
  virtual ~Canvas() = default;

  virtual void fill_rect(const Area& area, Color color, float rounding = 0) = 0;
  virtual void stroke_rect(const Area& area, const Stroke& stroke, float rounding = 0) = 0;
  virtual void line(Pos from, Pos to, const Stroke& stroke) = 0;
  virtual void polyline(std::span<const Pos> points, const Stroke& stroke) = 0;
  // A convex polygon.
  virtual void fill_polygon(std::span<const Pos> points, Color color) = 0;
  virtual void fill_circle(Pos center, float radius, Color color) = 0;
  // Cubic Béziers joined end to end: points[0], then two controls and an end for each piece.
  virtual void bezier(std::span<const Pos> points, const Stroke& stroke) = 0;
  // One line of text. `at.y` is the middle of the line, `at.x` its start, middle or end.
  virtual void text(Pos at, std::string_view text, const TextStyle& style) = 0;
  [[nodiscard]] virtual float text_width(std::string_view text, TextFont font, float size) = 0;
  // Everything until the matching pop_clip() stays inside `area` and the clips around it.
  virtual void push_clip(const Area& area) = 0;
  virtual void pop_clip() = 0;
};

// A solid triangle with its tip at `tip`, pointing away from `from`.
void draw_arrow_head(Canvas& canvas, Pos from, Pos tip, float length, Color color);

// `text` as it is when it fits, else cut in its middle with "…", where names differ least; empty
// when not even three characters fit.
[[nodiscard]] std::string fit_text(Canvas& canvas, std::string_view text, TextFont font, float size,
                                   float max_width);

// Draws `text` cut to `max_width`.
void draw_fitted_text(Canvas& canvas, Pos at, std::string_view text, const TextStyle& style,
                      float max_width);

}  // namespace opscope::viewer
