#include "ui/canvas.h"

#include <array>
#include <cmath>

namespace opscope::viewer {

namespace {

// The first byte of the code point that contains `index`.
std::size_t code_point_begin(std::string_view text, std::size_t index) {
  while (index > 0 && index < text.size() &&
         (static_cast<unsigned char>(text[index]) & 0xC0U) == 0x80U) {
    --index;
  }
  return index;
}

}  // namespace

Color mix(Color a, Color b, float weight) noexcept {
  const auto channel = [weight](std::uint8_t from, std::uint8_t to) {
    const float value = static_cast<float>(from) * (1 - weight) + static_cast<float>(to) * weight;
    return static_cast<std::uint8_t>(value + 0.5F);
  };
  return {channel(a.r, b.r), channel(a.g, b.g), channel(a.b, b.b), channel(a.a, b.a)};
}

float luminance(Color color) noexcept {
  return (0.299F * static_cast<float>(color.r) + 0.587F * static_cast<float>(color.g) +
          0.114F * static_cast<float>(color.b)) /
         255.0F;
}

void draw_arrow_head(Canvas& canvas, Pos from, Pos tip, float length, Color color) {
  const float dx = tip.x - from.x;
  const float dy = tip.y - from.y;
  const float norm = std::sqrt(dx * dx + dy * dy);
  if (norm < 1e-3F) return;
  const Pos along{dx / norm * length, dy / norm * length};
  const Pos side{-along.y * 0.45F, along.x * 0.45F};
  const std::array<Pos, 3> triangle{tip, Pos{tip.x - along.x + side.x, tip.y - along.y + side.y},
                                    Pos{tip.x - along.x - side.x, tip.y - along.y - side.y}};
  canvas.fill_polygon(triangle, color);
}

std::string fit_text(Canvas& canvas, std::string_view text, TextFont font, float size,
                     float max_width) {
  if (canvas.text_width(text, font, size) <= max_width) return std::string(text);
  const auto cut = [&text](std::size_t keep) {
    const std::size_t head = code_point_begin(text, (keep + 1) / 2);
    const std::size_t tail = code_point_begin(text, text.size() - keep / 2);
    std::string result(text.substr(0, head));
    result += "…";
    result += text.substr(tail);
    return result;
  };
  std::size_t low = 0;  // cut(low) fits or low is 0
  std::size_t high = text.size();
  while (low + 1 < high) {
    const std::size_t middle = (low + high) / 2;
    (canvas.text_width(cut(middle), font, size) <= max_width ? low : high) = middle;
  }
  return low < 3 ? std::string() : cut(low);
}

void draw_fitted_text(Canvas& canvas, Pos at, std::string_view text, const TextStyle& style,
                      float max_width) {
  const std::string fitted = fit_text(canvas, text, style.font, style.size, max_width);
  if (!fitted.empty()) canvas.text(at, fitted, style);
}

}  // namespace opscope::viewer
