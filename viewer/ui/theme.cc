#include "ui/theme.h"

#include <algorithm>

namespace opscope::viewer {

namespace {

constexpr Color rgb(std::uint32_t hex) {
  return {static_cast<std::uint8_t>(hex >> 16U), static_cast<std::uint8_t>(hex >> 8U),
          static_cast<std::uint8_t>(hex), 255};
}

constexpr Theme kDark{
    .name = ThemeName::dark,
    .page = rgb(0x17191C),
    .panel = rgb(0x1E2124),
    .raised = rgb(0x2A2E32),
    .hovered = rgb(0x363B41),
    .border = rgb(0x353A40),
    .grid = rgb(0x272B30),
    .text = rgb(0xE6E8EA),
    .muted = rgb(0xA3A9B1),
    .faint = rgb(0x727982),
    .accent = rgb(0x8C9BFF),
    .on_accent = rgb(0x10131F),
    .warning = rgb(0xE9B44C),
    .error = rgb(0xF2786B),
    .data = {rgb(0x56B4E9), rgb(0xF0A030), rgb(0x2FC59A), rgb(0xE486BA), rgb(0xE8D84A),
             rgb(0xF0713C), rgb(0x7C93F0), rgb(0xA8D26D), rgb(0xC9A27C), rgb(0xA9B4C0)},
};

constexpr Theme kLight{
    .name = ThemeName::light,
    .page = rgb(0xFBFBFC),
    .panel = rgb(0xF1F2F4),
    .raised = rgb(0xFFFFFF),
    .hovered = rgb(0xE3E6EA),
    .border = rgb(0xD3D7DC),
    .grid = rgb(0xE8EAED),
    .text = rgb(0x1C1F23),
    .muted = rgb(0x586069),
    .faint = rgb(0x8B939C),
    .accent = rgb(0x4A57D0),
    .on_accent = rgb(0xFFFFFF),
    .warning = rgb(0x9A6700),
    .error = rgb(0xC2352B),
    .data = {rgb(0x0072B2), rgb(0xC27400), rgb(0x008F68), rgb(0xB8478F), rgb(0x8A7A00),
             rgb(0xD04A00), rgb(0x4053C8), rgb(0x5C8A1E), rgb(0x8A5A2B), rgb(0x5F6B78)},
};

}  // namespace

const Theme& theme(ThemeName name) noexcept { return name == ThemeName::dark ? kDark : kLight; }

Color stable_data_color(const Theme& theme, std::string_view text) noexcept {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  hash ^= hash >> 15U;
  return theme.data[hash % theme.data.size()];
}

Color heat_color(const Theme& theme, float value) noexcept {
  const float v = std::clamp(value, 0.0F, 1.0F);
  const Color strong = theme.name == ThemeName::dark ? rgb(0xFFB454) : rgb(0xC2410C);
  return mix(theme.raised, strong, v);
}

Color text_on(Color background) noexcept {
  return luminance(background) > 0.55F ? rgb(0x14161A) : rgb(0xFFFFFF);
}

Color tint(const Theme& theme, Color color, float strength) noexcept {
  return mix(theme.raised, color, strength);
}

}  // namespace opscope::viewer
