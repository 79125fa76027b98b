#include "ui/ui_context.h"

#include <imgui.h>

#include <algorithm>
#include <cctype>

#include "ui/keys.h"

namespace opscope::viewer {

bool is_key_pressed(int key) {
  const ImGuiIO& io = ImGui::GetIO();
  return !io.WantTextInput && !io.KeyCtrl && !io.KeyAlt && ImGui::IsKeyPressed(key);
}

bool is_shortcut_pressed(int key) {
  return ImGui::GetIO().KeyCtrl && ImGui::IsKeyPressed(key, false);
}

bool is_key_held(int key) {
  const ImGuiIO& io = ImGui::GetIO();
  return !io.WantTextInput && !io.KeyCtrl && !io.KeyAlt && ImGui::IsKeyDown(key);
}

Color run_color(UiContext& ui, const std::string& run) {
  const auto [found, is_new] = ui.run_colors.try_emplace(run, 0);
  if (is_new) found->second = static_cast<int>(ui.run_colors.size()) - 1;
  return ui.theme.data[static_cast<std::size_t>(found->second) % ui.theme.data.size()];
}

bool is_run_shown(const UiContext& ui, const std::string& run) {
  return ui.state.hidden_runs.count(run) == 0 && contains_text(run, ui.state.run_filter);
}

bool contains_text(const std::string& text, const std::string& part) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

const ProfileSession* shown_session(const UiContext& ui) {
  const auto& sessions = ui.workspace.model().profiles;
  if (sessions.empty()) return nullptr;
  const int last = static_cast<int>(sessions.size()) - 1;
  return &sessions[static_cast<std::size_t>(std::clamp(ui.state.timeline.session, 0, last))];
}

std::shared_ptr<const Profile> shown_profile(UiContext& ui) {
  const ProfileSession* session = shown_session(ui);
  return session == nullptr ? nullptr : ui.workspace.profile(*session).value;
}

std::string operation_name(const std::string& event_text) {
  const std::size_t colon = event_text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == event_text.size()) return event_text;
  const auto is_type_character = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  const bool is_type = event_text[colon - 1] != ':' &&
                       std::all_of(event_text.begin() + static_cast<std::ptrdiff_t>(colon) + 1,
                                   event_text.end(), is_type_character);
  return is_type ? event_text.substr(0, colon) : event_text;
}

void go_to_page(UiContext& ui, Page page) { ui.state.page = page; }

void select_operation(UiContext& ui, const std::string& operation) {
  if (ui.state.selection.operation == operation) return;
  ui.state.selection.operation = operation;
  ui.state.selection.event.reset();
  ui.state.timeline.view.selected.reset();
  ui.state.timeline.view.selected_name = operation;
}

}  // namespace opscope::viewer
