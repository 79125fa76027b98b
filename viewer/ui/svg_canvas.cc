#include "ui/svg_canvas.h"

#include <array>
#include <charconv>
#include <cmath>

namespace opscope::viewer {

namespace {

// ImGui's font size is the height of a line; SVG's is that of an em.
constexpr float kEmPerLine = 0.853F;
// From the middle of a line down to its baseline, in line heights.
constexpr float kBaseline = 0.30F;

void append_number(std::string& out, float value) {
  if (!std::isfinite(value)) value = 0;
  const double rounded = std::round(static_cast<double>(value) * 100) / 100;
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                 rounded == 0 ? 0.0 : rounded, std::chars_format::fixed);
  out.append(buffer.data(), end.ptr);
}

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    const char32_t code = next_code_point(text, i);
    if (code == U'&') {
      out += "&amp;";
    } else if (code == U'<') {
      out += "&lt;";
    } else if (code == U'>') {
      out += "&gt;";
    } else if (code == U'"') {
      out += "&quot;";
    } else if (code == 0xFFFD || (code < 0x20 && code != U'\t' && code != U'\n')) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(begin, i - begin);
    }
  }
}

}  // namespace

SvgCanvas::SvgCanvas(float width, float height, const TextMetrics& metrics)
    : width_(width), height_(height), metrics_(metrics) {}

void SvgCanvas::number(float value) { append_number(body_, value); }

void SvgCanvas::attribute(std::string_view name, float value) {
  body_ += ' ';
  body_ += name;
  body_ += "=\"";
  number(value);
  body_ += '"';
}

void SvgCanvas::paint(std::string_view name, Color color) {
  constexpr std::string_view kHex = "0123456789abcdef";
  body_ += ' ';
  body_ += name;
  body_ += "=\"#";
  for (const unsigned channel : {color.r, color.g, color.b}) {
    body_ += kHex[channel >> 4U];
    body_ += kHex[channel & 15U];
  }
  body_ += '"';
  if (color.a != 255) {
    body_ += ' ';
    body_ += name;
    body_ += "-opacity=\"";
    number(static_cast<float>(color.a) / 255.0F);
    body_ += '"';
  }
}

void SvgCanvas::stroke_attributes(const Stroke& stroke) {
  body_ += " fill=\"none\"";
  paint("stroke", stroke.color);
  attribute("stroke-width", stroke.width);
  if (stroke.dash > 0) attribute("stroke-dasharray", stroke.dash);
}

void SvgCanvas::rect(const Area& area, float rounding) {
  body_ += "<rect";
  attribute("x", area.left);
  attribute("y", area.top);
  attribute("width", std::fmax(0.0F, area.width()));
  attribute("height", std::fmax(0.0F, area.height()));
  if (rounding > 0) attribute("rx", rounding);
}

void SvgCanvas::fill_rect(const Area& area, Color color, float rounding) {
  rect(area, rounding);
  paint("fill", color);
  body_ += "/>\n";
}

void SvgCanvas::stroke_rect(const Area& area, const Stroke& stroke, float rounding) {
  rect(area, rounding);
  stroke_attributes(stroke);
  body_ += "/>\n";
}

void SvgCanvas::line(Pos from, Pos to, const Stroke& stroke) {
  body_ += "<line";
  attribute("x1", from.x);
  attribute("y1", from.y);
  attribute("x2", to.x);
  attribute("y2", to.y);
  stroke_attributes(stroke);
  body_ += "/>\n";
}

void SvgCanvas::point_list(std::span<const Pos> points) {
  body_ += " points=\"";
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0) body_ += ' ';
    number(points[i].x);
    body_ += ',';
    number(points[i].y);
  }
  body_ += '"';
}

void SvgCanvas::polyline(std::span<const Pos> points, const Stroke& stroke) {
  if (points.size() < 2) return;
  body_ += "<polyline";
  point_list(points);
  stroke_attributes(stroke);
  body_ += " stroke-linejoin=\"round\"/>\n";
}

void SvgCanvas::fill_polygon(std::span<const Pos> points, Color color) {
  body_ += "<polygon";
  point_list(points);
  paint("fill", color);
  body_ += "/>\n";
}

void SvgCanvas::fill_circle(Pos center, float radius, Color color) {
  body_ += "<circle";
  attribute("cx", center.x);
  attribute("cy", center.y);
  attribute("r", radius);
  paint("fill", color);
  body_ += "/>\n";
}

void SvgCanvas::bezier(std::span<const Pos> points, const Stroke& stroke) {
  if (points.size() < 4) return;
  body_ += "<path d=\"M";
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i == 1) body_ += 'C';
    if (i > 1) body_ += ' ';
    number(points[i].x);
    body_ += ',';
    number(points[i].y);
  }
  body_ += '"';
  stroke_attributes(stroke);
  body_ += "/>\n";
}

void SvgCanvas::text(Pos at, std::string_view text, const TextStyle& style) {
  body_ += "<text";
  attribute("x", at.x);
  attribute("y", at.y + style.size * kBaseline);
  attribute("font-size", style.size * (style.font == TextFont::mono ? 0.859F : kEmPerLine));
  if (style.font == TextFont::mono) body_ += " class=\"m\"";
  if (style.font == TextFont::medium) body_ += " font-weight=\"500\"";
  if (style.anchor == TextAnchor::middle) body_ += " text-anchor=\"middle\"";
  if (style.anchor == TextAnchor::end) body_ += " text-anchor=\"end\"";
  paint("fill", style.color);
  body_ += '>';
  append_escaped(body_, text);
  body_ += "</text>\n";
}

float SvgCanvas::text_width(std::string_view text, TextFont font, float size) {
  return metrics_.width(text, font, size);
}

void SvgCanvas::push_clip(const Area& area) {
  const std::string id = "c" + std::to_string(++clip_count_);
  body_ += "<clipPath id=\"" + id + "\">";
  rect(area, 0);
  body_ += "/></clipPath>\n<g clip-path=\"url(#" + id + ")\">\n";
  ++open_clips_;
}

void SvgCanvas::pop_clip() {
  if (open_clips_ == 0) return;
  --open_clips_;
  body_ += "</g>\n";
}

std::string SvgCanvas::document(std::string_view title) const {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"";
  out += "http://www.w3.org/2000/svg\" width=\"";
  append_number(out, width_);
  out += "\" height=\"";
  append_number(out, height_);
  out += "\" viewBox=\"0 0 ";
  append_number(out, width_);
  out += ' ';
  append_number(out, height_);
  out += "\" font-family=\"Roboto, 'DejaVu Sans', sans-serif\">\n<title>";
  append_escaped(out, title);
  out +=
      "</title>\n<style>text{white-space:pre}"
      ".m{font-family:'Roboto Mono','DejaVu Sans Mono',monospace}</style>\n";
  out += body_;
  for (int i = 0; i < open_clips_; ++i) out += "</g>\n";
  out += "</svg>\n";
  return out;
}

}  // namespace opscope::viewer
