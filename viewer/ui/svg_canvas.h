// Draws into an SVG document: own writer, real text elements, the same bytes for the same calls.
#pragma once

#include <string>

#include "ui/canvas.h"
#include "ui/text_metrics.h"

namespace opscope::viewer {

class SvgCanvas final : public Canvas {
 public:
  // `metrics` must outlive the canvas.
  SvgCanvas(float width, float height, const TextMetrics& metrics);

  void fill_rect(const Area& area, Color color, float rounding) override;
  void stroke_rect(const Area& area, const Stroke& stroke, float rounding) override;
  void line(Pos from, Pos to, const Stroke& stroke) override;
  void polyline(std::span<const Pos> points, const Stroke& stroke) override;
  void fill_polygon(std::span<const Pos> points, Color color) override;
  void fill_circle(Pos center, float radius, Color color) override;
  void bezier(std::span<const Pos> points, const Stroke& stroke) override;
  void text(Pos at, std::string_view text, const TextStyle& style) override;
  [[nodiscard]] float text_width(std::string_view text, TextFont font, float size) override;
  void push_clip(const Area& area) override;
  void pop_clip() override;

  // The whole document; clips that are still open are closed in it. `title` is its <title>.
  [[nodiscard]] std::string document(std::string_view title) const;

 private:
  void number(float value);
  void attribute(std::string_view name, float value);
  void paint(std::string_view name, Color color);
  void stroke_attributes(const Stroke& stroke);
  void rect(const Area& area, float rounding);
  void point_list(std::span<const Pos> points);

  float width_;
  float height_;
  const TextMetrics& metrics_;
  std::string body_;
  int clip_count_ = 0;
  int open_clips_ = 0;
};

}  // namespace opscope::viewer
