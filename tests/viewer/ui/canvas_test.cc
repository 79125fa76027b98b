#include "ui/canvas.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ui/svg_canvas.h"
#include "ui/text_metrics.h"
#include "ui/theme.h"

namespace opscope::viewer {
namespace {

// WCAG's contrast of two colours, 1 to 21.
double contrast(Color a, Color b) {
  const auto linear = [](std::uint8_t channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  const auto light = [&](Color c) {
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
  };
  const double first = light(a);
  const double second = light(b);
  const auto [low, high] = std::minmax(first, second);
  return (high + 0.05) / (low + 0.05);
}

TEST(FitText, KeepsWhatFits) {
  const TextMetrics metrics;
  SvgCanvas canvas(10, 10, metrics);
  EXPECT_EQ(fit_text(canvas, "MatMul", TextFont::regular, 13, 200), "MatMul");
}

TEST(FitText, CutsInTheMiddleWhereNamesDifferLeast) {
  const TextMetrics metrics;
  SvgCanvas canvas(10, 10, metrics);
  const std::string cut =
      fit_text(canvas, "conv2_block1_1_conv_and_more", TextFont::regular, 13, 90);
  EXPECT_EQ(cut.substr(0, 4), "conv");
  EXPECT_EQ(cut.substr(cut.size() - 4), "more");
  EXPECT_LE(canvas.text_width(cut, TextFont::regular, 13), 90);
}

TEST(FitText, NeverCutsInsideACharacter) {
  const TextMetrics metrics;
  SvgCanvas canvas(10, 10, metrics);
  const std::string cut = fit_text(canvas, "ääääääääääääääää", TextFont::regular, 13, 40);
  for (std::size_t i = 0; i < cut.size();) EXPECT_NE(next_code_point(cut, i), 0xFFFDU);
}

TEST(FitText, GivesUpWhenThereIsNoRoom) {
  const TextMetrics metrics;
  SvgCanvas canvas(10, 10, metrics);
  EXPECT_EQ(fit_text(canvas, "something", TextFont::regular, 13, 8), "");
}

TEST(Theme, TextCanBeReadOnEverySurface) {
  for (const ThemeName name : {ThemeName::dark, ThemeName::light}) {
    const Theme& colors = theme(name);
    for (const Color surface : {colors.page, colors.panel, colors.raised}) {
      EXPECT_GE(contrast(colors.text, surface), 7);
      EXPECT_GE(contrast(colors.muted, surface), 4.5);
    }
    for (const Color data : colors.data) EXPECT_GE(contrast(data, colors.page), 3);
  }
}

TEST(Theme, ColourOfANameIsStable) {
  const Theme& colors = theme(ThemeName::dark);
  EXPECT_EQ(stable_data_color(colors, "MatMul"), stable_data_color(colors, "MatMul"));
}

}  // namespace
}  // namespace opscope::viewer
