#include "ui/imgui_style.h"

#include <imgui.h>

namespace opscope::viewer {

ImVec4 to_vec4(Color color) {
  return {static_cast<float>(color.r) / 255.0F, static_cast<float>(color.g) / 255.0F,
          static_cast<float>(color.b) / 255.0F, static_cast<float>(color.a) / 255.0F};
}

namespace {

void apply_sizes(ImGuiStyle& style) {
  style.WindowPadding = {12, 12};
  style.FramePadding = {8, 4};
  style.CellPadding = {8, 4};
  style.ItemSpacing = {8, 8};
  style.ItemInnerSpacing = {8, 4};
  style.IndentSpacing = 16;
  style.ScrollbarSize = 12;
  style.GrabMinSize = 12;
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 0;
  style.PopupBorderSize = 1;
  style.FrameBorderSize = 0;
  style.TabBorderSize = 0;
  style.WindowRounding = 0;
  style.ChildRounding = 0;
  style.FrameRounding = 4;
  style.PopupRounding = 4;
  style.ScrollbarRounding = 6;
  style.GrabRounding = 4;
  style.TabRounding = 4;
  style.WindowTitleAlign = {0, 0.5F};
  style.DisplaySafeAreaPadding = {4, 4};
}

}  // namespace

void apply_style(ImGuiStyle& style, const Theme& theme) {
  apply_sizes(style);
  for (ImVec4& color : style.Colors) color = to_vec4(theme.raised);
  const auto set = [&style](ImGuiCol index, Color color) { style.Colors[index] = to_vec4(color); };
  const Color clear{0, 0, 0, 0};
  const Color selected = mix(theme.raised, theme.accent, 0.30F);
  set(ImGuiCol_Text, theme.text);
  set(ImGuiCol_TextDisabled, theme.muted);
  set(ImGuiCol_WindowBg, theme.panel);
  set(ImGuiCol_ChildBg, clear);
  set(ImGuiCol_PopupBg, theme.raised);
  set(ImGuiCol_Border, theme.border);
  set(ImGuiCol_BorderShadow, clear);
  set(ImGuiCol_FrameBg, theme.name == ThemeName::dark ? theme.raised : theme.hovered);
  set(ImGuiCol_FrameBgHovered, theme.hovered);
  set(ImGuiCol_FrameBgActive, theme.hovered);
  set(ImGuiCol_MenuBarBg, theme.panel);
  set(ImGuiCol_ScrollbarBg, clear);
  set(ImGuiCol_ScrollbarGrab, theme.border);
  set(ImGuiCol_ScrollbarGrabHovered, theme.faint);
  set(ImGuiCol_ScrollbarGrabActive, theme.faint);
  set(ImGuiCol_CheckMark, theme.accent);
  set(ImGuiCol_SliderGrab, theme.accent);
  set(ImGuiCol_SliderGrabActive, theme.accent);
  set(ImGuiCol_Button, theme.name == ThemeName::dark ? theme.raised : theme.hovered);
  set(ImGuiCol_ButtonHovered, theme.hovered);
  set(ImGuiCol_ButtonActive, selected);
  set(ImGuiCol_Header, selected);
  set(ImGuiCol_HeaderHovered, theme.hovered);
  set(ImGuiCol_HeaderActive, selected);
  set(ImGuiCol_Separator, theme.border);
  set(ImGuiCol_SeparatorHovered, theme.accent);
  set(ImGuiCol_SeparatorActive, theme.accent);
  set(ImGuiCol_ResizeGrip, clear);
  set(ImGuiCol_TableHeaderBg, theme.panel);
  set(ImGuiCol_TableBorderStrong, theme.border);
  set(ImGuiCol_TableBorderLight, theme.grid);
  set(ImGuiCol_TableRowBg, clear);
  set(ImGuiCol_TableRowBgAlt, theme.text.with_alpha(0.025F));
  set(ImGuiCol_TextSelectedBg, theme.accent.with_alpha(0.35F));
  set(ImGuiCol_PlotHistogram, theme.accent);
  set(ImGuiCol_NavHighlight, theme.accent);
  set(ImGuiCol_ModalWindowDimBg, Color{0, 0, 0, 110});
}

}  // namespace opscope::viewer
