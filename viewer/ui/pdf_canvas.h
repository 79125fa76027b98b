// Draws into a PDF document of one page (PDF 1.4, ISO 32000-1): own writer, glyphs of the viewer's
// fonts as a Type 3 font inside, so that text looks everywhere as on screen and can be copied. The
// same bytes for the same calls.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ui/canvas.h"
#include "ui/glyph_outlines.h"
#include "ui/text_metrics.h"

namespace opscope::viewer {

class PdfCanvas final : public Canvas {
 public:
  // `metrics` must outlive the canvas. A pixel becomes 3/4 point.
  PdfCanvas(float width, float height, const TextMetrics& metrics);

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

  // The whole document; clips that are still open are closed in it. `title` is its title.
  [[nodiscard]] std::string document(std::string_view title) const;

 private:
  // A glyph is known by its font and character; its number gives Type 3 font and code.
  using GlyphKey = std::pair<TextFont, char32_t>;
  static constexpr std::size_t kGlyphsPerFont = 255;  // codes 1 to 255

  void point(Pos p);
  void set_alpha(Color color);
  void set_fill(Color color);
  void set_stroke(const Stroke& stroke);
  void path(std::span<const Pos> points);
  void rect_path(const Area& area, float rounding);
  std::size_t glyph(char32_t code, TextFont font);

  float width_;
  float height_;
  const TextMetrics& metrics_;
  GlyphOutlines outlines_;
  std::string body_;
  int open_clips_ = 0;
  std::map<int, bool> alphas_;  // used ones, 0 to 255
  std::map<GlyphKey, std::size_t> glyph_numbers_;
  std::vector<std::pair<char32_t, GlyphOutline>> glyphs_;
};

}  // namespace opscope::viewer
