#include "ui/widgets.h"

#include <imgui.h>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "ui/imgui_style.h"

namespace opscope::viewer {

namespace {

ImU32 packed(Color c) { return IM_COL32(c.r, c.g, c.b, c.a); }

}  // namespace

void splitter(const char* id, float& width, float lowest, float highest, bool pane_is_left) {
  constexpr float kGrip = 5;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetContentRegionAvail().y;
  ImGui::InvisibleButton(id, {kGrip, std::max(1.0F, height)});
  const bool is_lit = ImGui::IsItemHovered() || ImGui::IsItemActive();
  if (is_lit) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  if (ImGui::IsItemActive()) {
    const float moved = ImGui::GetIO().MouseDelta.x;
    width = std::clamp(width + (pane_is_left ? moved : -moved), lowest, highest);
  }
  const float x = at.x + kGrip / 2;
  ImGui::GetWindowDrawList()->AddLine(
      {x, at.y}, {x, at.y + height},
      ImGui::GetColorU32(is_lit ? ImGuiCol_SeparatorHovered : ImGuiCol_Separator), is_lit ? 2 : 1);
}

DrawingItem drawing_item(const char* id, float width, float height) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(id, {std::max(1.0F, width), std::max(1.0F, height)},
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight |
                             ImGuiButtonFlags_MouseButtonMiddle);
  return {{at.x, at.y, at.x + width, at.y + height}, ImGui::IsItemHovered(), ImGui::IsItemActive()};
}

bool picker(const char* id, int& index, const std::vector<std::string>& items, float width) {
  if (items.empty()) return false;
  const int last = static_cast<int>(items.size()) - 1;
  const int shown = std::clamp(index, 0, last);
  bool changed = false;
  ImGui::SetNextItemWidth(width);
  if (!ImGui::BeginCombo(id, items[static_cast<std::size_t>(shown)].c_str(),
                         ImGuiComboFlags_HeightLarge)) {
    return false;
  }
  for (int i = 0; i <= last; ++i) {
    ImGui::PushID(i);
    if (ImGui::Selectable(items[static_cast<std::size_t>(i)].c_str(), i == shown)) {
      changed = i != index;
      index = i;
    }
    ImGui::PopID();
  }
  ImGui::EndCombo();
  return changed;
}

bool text_field(const char* id, const char* hint, std::string& text, float width) {
  ImGui::SetNextItemWidth(width);
  return ImGui::InputTextWithHint(id, hint, &text);
}

void fact(const UiContext& ui, const char* name, const std::string& value) {
  constexpr float kNameWidth = 92;
  constexpr float kTooltipWidth = 420;
  const float left = ImGui::GetCursorPosX();
  ImGui::PushStyleColor(ImGuiCol_Text, to_vec4(ui.theme.muted));
  ImGui::TextUnformatted(name);
  ImGui::PopStyleColor();
  ImGui::SameLine(left + kNameWidth);
  // A tooltip is as wide as its content: there, the window's edge is no place to wrap at.
  const bool is_tooltip = (ImGui::GetCurrentWindow()->Flags & ImGuiWindowFlags_Tooltip) != 0;
  ImGui::PushTextWrapPos(is_tooltip ? kTooltipWidth : 0);
  ImGui::TextUnformatted(value.c_str());
  ImGui::PopTextWrapPos();
  if (ImGui::BeginPopupContextItem((std::string("copy ") + name).c_str())) {
    if (ImGui::MenuItem("Copy")) ImGui::SetClipboardText(value.c_str());
    ImGui::EndPopup();
  }
}

bool link(const UiContext& ui, const std::string& text) {
  ImGui::PushStyleColor(ImGuiCol_Text, to_vec4(ui.theme.accent));
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  if (ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    const ImVec2 low = ImGui::GetItemRectMin();
    const ImVec2 high = ImGui::GetItemRectMax();
    ImGui::GetWindowDrawList()->AddLine({low.x, high.y}, high, packed(ui.theme.accent));
  }
  return ImGui::IsItemClicked();
}

void empty_page(const UiContext& ui, const std::string& title, const std::string& advice) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float width = std::min(room.x - 32, 520.0F);
  const float left = ImGui::GetCursorPosX() + std::max(0.0F, (room.x - width) / 2);
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + std::max(0.0F, room.y * 0.36F));
  ImGui::SetCursorPosX(left);
  ImGui::PushTextWrapPos(left + width);
  ImGui::PushFont(ui.fonts.sized(TextFont::medium, 20).font);
  ImGui::TextUnformatted(title.c_str());
  ImGui::PopFont();
  ImGui::SetCursorPosX(left);
  ImGui::PushStyleColor(ImGuiCol_Text, to_vec4(ui.theme.muted));
  ImGui::TextUnformatted(advice.c_str());
  ImGui::PopStyleColor();
  ImGui::PopTextWrapPos();
}

void heading(const UiContext& ui, const std::string& text) {
  ImGui::PushFont(ui.fonts.heading());
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopFont();
}

bool toggle(const UiContext& ui, const char* label, bool is_on) {
  if (is_on) {
    ImGui::PushStyleColor(ImGuiCol_Button, to_vec4(tint(ui.theme, ui.theme.accent, 0.35F)));
  }
  const bool clicked = ImGui::Button(label);
  if (is_on) ImGui::PopStyleColor();
  return clicked;
}

}  // namespace opscope::viewer
