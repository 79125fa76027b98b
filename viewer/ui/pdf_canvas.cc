#include "ui/pdf_canvas.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/pdf_document.h"

namespace opscope::viewer {

namespace {

constexpr float kPointsPerPixel = 0.75F;
// From the middle of a line down to its baseline, in line heights.
constexpr float kBaseline = 0.30F;
// Distance of a cubic's control points that makes a quarter of a circle of radius 1.
constexpr float kQuarter = 0.5523F;

}  // namespace

PdfCanvas::PdfCanvas(float width, float height, const TextMetrics& metrics)
    : width_(width), height_(height), metrics_(metrics) {
  // From here on y grows downwards and the unit is a pixel.
  body_ = pdf_number(kPointsPerPixel) + " 0 0 " + pdf_number(-kPointsPerPixel) + " 0 " +
          pdf_number(height * kPointsPerPixel) + " cm\n";
}

void PdfCanvas::point(Pos p) { body_ += pdf_number(p.x) + ' ' + pdf_number(p.y) + ' '; }

void PdfCanvas::set_alpha(Color color) {
  alphas_[color.a] = true;
  body_ += "/A" + std::to_string(color.a) + " gs\n";
}

void PdfCanvas::set_fill(Color color) {
  set_alpha(color);
  for (const unsigned channel : {color.r, color.g, color.b}) {
    body_ += pdf_number(static_cast<float>(channel) / 255.0F) + ' ';
  }
  body_ += "rg\n";
}

void PdfCanvas::set_stroke(const Stroke& stroke) {
  set_alpha(stroke.color);
  for (const unsigned channel : {stroke.color.r, stroke.color.g, stroke.color.b}) {
    body_ += pdf_number(static_cast<float>(channel) / 255.0F) + ' ';
  }
  body_ += "RG " + pdf_number(stroke.width) + " w ";
  body_ += stroke.dash > 0 ? "[" + pdf_number(stroke.dash) + "] 0 d\n" : std::string("[] 0 d\n");
}

void PdfCanvas::path(std::span<const Pos> points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    point(points[i]);
    body_ += i == 0 ? "m\n" : "l\n";
  }
}

void PdfCanvas::rect_path(const Area& area, float rounding) {
  const float width = std::fmax(0.0F, area.width());
  const float height = std::fmax(0.0F, area.height());
  const float r = std::min({rounding, width / 2, height / 2});
  if (r <= 0) {
    point({area.left, area.top});
    point({width, height});
    body_ += "re\n";
    return;
  }
  const float k = r * (1 - kQuarter);
  const auto corner = [this](Pos a, Pos b, Pos to) {
    point(a);
    point(b);
    point(to);
    body_ += "c\n";
  };
  const auto to = [this](float x, float y, const char* op) {
    point({x, y});
    body_ += op;
  };
  const auto [left, top, right, bottom] = area;
  to(left + r, top, "m\n");
  to(right - r, top, "l\n");
  corner({right - k, top}, {right, top + k}, {right, top + r});
  to(right, bottom - r, "l\n");
  corner({right, bottom - k}, {right - k, bottom}, {right - r, bottom});
  to(left + r, bottom, "l\n");
  corner({left + k, bottom}, {left, bottom - k}, {left, bottom - r});
  to(left, top + r, "l\n");
  corner({left, top + k}, {left + k, top}, {left + r, top});
  body_ += "h\n";
}

void PdfCanvas::fill_rect(const Area& area, Color color, float rounding) {
  set_fill(color);
  rect_path(area, rounding);
  body_ += "f\n";
}

void PdfCanvas::stroke_rect(const Area& area, const Stroke& stroke, float rounding) {
  set_stroke(stroke);
  rect_path(area, rounding);
  body_ += "S\n";
}

void PdfCanvas::line(Pos from, Pos to, const Stroke& stroke) {
  polyline(std::array<Pos, 2>{from, to}, stroke);
}

void PdfCanvas::polyline(std::span<const Pos> points, const Stroke& stroke) {
  if (points.size() < 2) return;
  set_stroke(stroke);
  path(points);
  body_ += "S\n";
}

void PdfCanvas::fill_polygon(std::span<const Pos> points, Color color) {
  if (points.size() < 3) return;
  set_fill(color);
  path(points);
  body_ += "h f\n";
}

void PdfCanvas::fill_circle(Pos center, float radius, Color color) {
  fill_rect({center.x - radius, center.y - radius, center.x + radius, center.y + radius}, color,
            radius);
}

void PdfCanvas::bezier(std::span<const Pos> points, const Stroke& stroke) {
  if (points.size() < 4) return;
  set_stroke(stroke);
  point(points[0]);
  body_ += "m\n";
  for (std::size_t i = 1; i + 2 < points.size(); i += 3) {
    for (std::size_t k = i; k < i + 3; ++k) point(points[k]);
    body_ += "c\n";
  }
  body_ += "S\n";
}

std::size_t PdfCanvas::glyph(char32_t code, TextFont font) {
  const auto [at, is_new] = glyph_numbers_.emplace(GlyphKey{font, code}, glyphs_.size());
  if (is_new) glyphs_.emplace_back(code, outlines_.outline(code, font));
  return at->second;
}

void PdfCanvas::text(Pos at, std::string_view text, const TextStyle& style) {
  const float width = text_width(text, style.font, style.size);
  if (style.anchor == TextAnchor::middle) at.x -= width / 2;
  if (style.anchor == TextAnchor::end) at.x -= width;
  set_fill(style.color);
  body_ += "BT 1 0 0 -1 ";
  point({at.x, at.y + style.size * kBaseline});
  body_ += "Tm\n";
  std::size_t current = static_cast<std::size_t>(-1);
  std::string codes;
  const auto show = [&] {
    if (!codes.empty()) body_ += "<" + codes + "> Tj\n";
    codes.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t number = glyph(next_code_point(text, i), style.font);
    if (number / kGlyphsPerFont != current) {
      show();
      current = number / kGlyphsPerFont;
      body_ += "/F" + std::to_string(current) + ' ' + pdf_number(style.size) + " Tf\n";
    }
    codes += pdf_hex(static_cast<unsigned>(number % kGlyphsPerFont) + 1, 2);
  }
  show();
  body_ += "ET\n";
}

float PdfCanvas::text_width(std::string_view text, TextFont font, float size) {
  return metrics_.width(text, font, size);
}

void PdfCanvas::push_clip(const Area& area) {
  body_ += "q ";
  rect_path(area, 0);
  body_ += "W n\n";
  ++open_clips_;
}

void PdfCanvas::pop_clip() {
  if (open_clips_ == 0) return;
  --open_clips_;
  body_ += "Q\n";
}

std::string PdfCanvas::document(std::string_view title) const {
  PdfDocument pdf;
  std::string fonts;
  for (std::size_t begin = 0; begin < glyphs_.size(); begin += kGlyphsPerFont) {
    const std::size_t count = std::min(kGlyphsPerFont, glyphs_.size() - begin);
    fonts += "/F" + std::to_string(begin / kGlyphsPerFont) + ' ' +
             pdf.add_font(std::span(glyphs_).subspan(begin, count)) + ' ';
  }
  std::string states;
  for (const auto& [alpha, unused] : alphas_) {
    const std::string value = pdf_number(static_cast<float>(alpha) / 255.0F);
    states += "/A" + std::to_string(alpha) + " <</ca " + value + " /CA " + value + ">> ";
  }
  std::string body = body_;
  for (int i = 0; i < open_clips_; ++i) body += "Q\n";
  return pdf.finish(width_ * kPointsPerPixel, height_ * kPointsPerPixel, body,
                    "<</Font <<" + fonts + ">> /ExtGState <<" + states + ">>>>", title);
}

}  // namespace opscope::viewer
