#include <algorithm>
#include <array>
#include <cstdio>

#include "model/units.h"
#include "ui/statistics_page.h"

namespace opscope::viewer {

namespace {

constexpr float kRow = 24;
constexpr std::array<const char*, 5> kTitles{"Calls", "Total", "Self", "Mean", "Self %"};
constexpr std::array<float, 5> kWidths{72, 84, 84, 84, 150};

}  // namespace

void draw_statistics(Canvas& canvas, const Area& area, const std::vector<OpStatistics>& rows,
                     const Theme& theme) {
  std::vector<const OpStatistics*> order;
  std::int64_t all_self = 0;
  for (const OpStatistics& row : rows) {
    order.push_back(&row);
    all_self += row.self_ps;
  }
  std::stable_sort(order.begin(), order.end(), [](const OpStatistics* a, const OpStatistics* b) {
    return a->self_ps > b->self_ps;
  });
  float numbers = area.right;
  for (const float width : kWidths) numbers -= width;
  const auto cell = [&](std::size_t column, float y, const std::string& text, Color color,
                        TextFont font) {
    float right = numbers;
    for (std::size_t i = 0; i <= column; ++i) right += kWidths[i];
    canvas.text({right - 10, y}, text, {font, 14, color, TextAnchor::end});
  };
  float y = area.top + kRow / 2;
  canvas.text({area.left + 10, y}, "Name", {TextFont::medium, 14, theme.muted});
  for (std::size_t i = 0; i < kTitles.size(); ++i) {
    cell(i, y, kTitles[i], theme.muted, TextFont::medium);
  }
  for (const OpStatistics* row : order) {
    y += kRow;
    if (y + kRow / 2 > area.bottom) break;
    canvas.line({area.left, y - kRow / 2}, {area.right, y - kRow / 2}, {theme.grid, 1});
    const double share =
        all_self > 0 ? static_cast<double>(row->self_ps) / static_cast<double>(all_self) : 0;
    const float left = area.right - kWidths.back() + 10;
    canvas.fill_rect({left, y - 8, left + (area.right - left) * static_cast<float>(share), y + 8},
                     mix(theme.page, theme.data[0], 0.5F), 3);
    draw_fitted_text(canvas, {area.left + 10, y}, row->key, {TextFont::regular, 14, theme.text},
                     numbers - area.left - 20);
    cell(0, y, format_count(row->calls), theme.text, TextFont::regular);
    cell(1, y, format_duration_ps(row->total_ps), theme.text, TextFont::regular);
    cell(2, y, format_duration_ps(row->self_ps), theme.text, TextFont::regular);
    cell(3, y, format_duration_ps(static_cast<std::int64_t>(row->mean_ps)), theme.text,
         TextFont::regular);
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%.1f %%", share * 100);
    cell(4, y, text.data(), theme.text, TextFont::regular);
  }
}

}  // namespace opscope::viewer
