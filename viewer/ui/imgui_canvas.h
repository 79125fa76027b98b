// Draws into an ImGui draw list: the window, and PNGs.
#pragma once

#include "ui/canvas.h"
#include "ui/fonts.h"

struct ImDrawList;

namespace opscope::viewer {

class ImGuiCanvas final : public Canvas {
 public:
  // Both must outlive the canvas, which lives for one frame.
  ImGuiCanvas(ImDrawList& list, const Fonts& fonts) : list_(list), fonts_(fonts) {}

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

 private:
  void dashed(std::span<const Pos> points, const Stroke& stroke);

  ImDrawList& list_;
  const Fonts& fonts_;
};

}  // namespace opscope::viewer
