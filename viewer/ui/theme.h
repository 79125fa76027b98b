// Colours of the viewer: dark and light, calm greys, one accent, and a palette for data that people
// with colour-blindness can tell apart (after Okabe and Ito, adjusted to each background).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "ui/canvas.h"

namespace opscope::viewer {

enum class ThemeName : std::uint8_t { dark, light };

struct Theme {
  ThemeName name = ThemeName::dark;
  Color page;     // behind drawings
  Color panel;    // panes and bars
  Color raised;   // fields, buttons, cards
  Color hovered;  // what the pointer is on
  Color border;   // lines between panes, frames of cards
  Color grid;     // lines behind data
  Color text;
  Color muted;      // secondary text; at least 4.5:1 on `page`
  Color faint;      // edges and hints that are no text
  Color accent;     // selection, active tab, focus
  Color on_accent;  // text on `accent`
  Color warning;
  Color error;
  std::array<Color, 10> data;  // series and categories, in order of use
};

[[nodiscard]] const Theme& theme(ThemeName name) noexcept;

// A colour of `theme.data` that is always the same for the same text.
[[nodiscard]] Color stable_data_color(const Theme& theme, std::string_view text) noexcept;

// From `theme`'s surface (0) to its strongest tone (1): a scale for times and sizes that is
// ordered in lightness, so that it reads without colour.
[[nodiscard]] Color heat_color(const Theme& theme, float value) noexcept;

// Black or white, whichever reads better on `background`.
[[nodiscard]] Color text_on(Color background) noexcept;

// A fill that keeps text readable: `color` laid thinly over the theme's raised surface.
[[nodiscard]] Color tint(const Theme& theme, Color color, float strength) noexcept;

}  // namespace opscope::viewer
