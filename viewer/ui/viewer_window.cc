#include "ui/viewer_window.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <utility>

#include "ui/help.h"
#include "ui/imgui_canvas.h"
#include "ui/imgui_style.h"
#include "ui/inspector_pane.h"
#include "ui/keys.h"
#include "ui/overview_page.h"
#include "ui/sources_pane.h"
#include "ui/statistics_page.h"
#include "ui/status_line.h"
#include "ui/text_page.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

constexpr float kStatusHeight = 28;

bool has_plugin(const LogdirModel& model, const char* plugin) {
  for (const auto& run : model.runs) {
    for (const auto& tag : run->tags) {
      if (tag->plugin == plugin && !tag->values.empty()) return true;
    }
  }
  return false;
}

// A child window with padding, for panes and pages.
bool begin_pane(const char* id, float width, float height) {
  return ImGui::BeginChild(id, {width, height}, false,
                           ImGuiWindowFlags_AlwaysUseWindowPadding | ImGuiWindowFlags_NavFlattened);
}

}  // namespace

ViewerWindow::ViewerWindow(Workspace& workspace, ViewerState& state, Fonts& fonts)
    : workspace_(workspace), state_(state), fonts_(fonts) {}

std::vector<Page> ViewerWindow::available_pages(const Workspace& workspace) {
  const LogdirModel& model = workspace.model();
  std::vector<Page> pages;
  if (!workspace.graphs().empty()) pages.push_back(Page::graph);
  if (!model.profiles.empty()) {
    pages.push_back(Page::timeline);
    pages.push_back(Page::statistics);
  }
  if (!scalar_tag_groups(model).empty()) pages.push_back(Page::scalars);
  if (has_plugin(model, "histograms")) pages.push_back(Page::histograms);
  if (has_plugin(model, "text")) pages.push_back(Page::text);
  if (pages.empty()) pages.push_back(Page::overview);
  return pages;
}

void ViewerWindow::need_characters() {
  if (seen_generation_ == workspace_.model().generation) return;
  seen_generation_ = workspace_.model().generation;
  for (const auto& run : workspace_.model().runs) {
    fonts_.need(run->name);
    for (const auto& tag : run->tags) {
      fonts_.need(tag->name);
      fonts_.need(tag->display_name);
    }
  }
}

void ViewerWindow::draw() {
  need_characters();
  is_animating_ = false;
  UiContext ui{workspace_, state_,      theme(state_.theme), fonts_,
               requests_,  run_colors_, is_animating_};
  for (const auto& run : workspace_.model().runs) static_cast<void>(run_color(ui, run->name));
  apply_style(ImGui::GetStyle(), ui.theme);
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(io.DisplaySize);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  // The menu bar takes its height from the padding at Begin().
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {8, 10});
  ImGui::Begin("opscope", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_MenuBar |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus);
  ImGui::PopStyleVar(2);
  draw_menu(ui);
  draw_rooms(ui);
  ImGui::End();
  if (help_shown_) draw_help(ui);
}

void ViewerWindow::draw_view_menu(UiContext& ui) {
  ImGui::MenuItem("Sources", "Ctrl+B", &state_.sources_shown);
  ImGui::MenuItem("Inspector", "Ctrl+I", &state_.inspector_shown);
  ImGui::Separator();
  if (ImGui::MenuItem("Dark theme", nullptr, state_.theme == ThemeName::dark)) {
    state_.theme = ThemeName::dark;
  }
  if (ImGui::MenuItem("Light theme", nullptr, state_.theme == ThemeName::light)) {
    state_.theme = ThemeName::light;
  }
  ImGui::Separator();
  if (ImGui::MenuItem("Fit", "F")) ui.requests.fit = true;
}

void ViewerWindow::draw_menu(UiContext& ui) {
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {8, 10});
  const bool is_open = ImGui::BeginMenuBar();
  ImGui::PopStyleVar();
  if (!is_open) return;
  if (ImGui::BeginMenu("File")) {
    if (ImGui::MenuItem("Look for new data", "Ctrl+R")) workspace_.refresh();
    if (ImGui::MenuItem("Copy this view as text")) {
      ImGui::SetClipboardText(write_state(state_).c_str());
    }
    const char* clipboard = ImGui::GetClipboardText();
    const bool has_view =
        clipboard != nullptr && std::string(clipboard).find("theme ") != std::string::npos;
    if (ImGui::MenuItem("Paste a view", nullptr, false, has_view)) state_ = read_state(clipboard);
    ImGui::Separator();
    if (ImGui::MenuItem("Quit", "Ctrl+Q")) requests_.quit = true;
    ImGui::EndMenu();
  }
  if (ImGui::BeginMenu("View")) {
    draw_view_menu(ui);
    ImGui::EndMenu();
  }
  if (ImGui::BeginMenu("Go")) {
    int number = 1;
    for (const Page page : available_pages(workspace_)) {
      const std::string keys = "Ctrl+" + std::to_string(number++);
      if (ImGui::MenuItem(page_title(page), keys.c_str())) go_to_page(ui, page);
    }
    ImGui::Separator();
    if (ImGui::MenuItem("Find anything", "/")) requests_.focus_omnibox = true;
    ImGui::EndMenu();
  }
  if (ImGui::BeginMenu("Help")) {
    if (ImGui::MenuItem("Keys", "?")) help_shown_ = true;
    ImGui::EndMenu();
  }
  const float room = ImGui::GetContentRegionAvail().x - 16;
  const float width = std::clamp(room * 0.62F, 140.0F, 560.0F);
  ImGui::SameLine(ImGui::GetCursorPosX() + std::max(8.0F, (room - width) * 0.72F));
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + 6);
  draw_omnibox(ui, omnibox_, width);
  ImGui::EndMenuBar();
}

void ViewerWindow::draw_rooms(UiContext& ui) {
  const std::vector<Page> pages = available_pages(workspace_);
  const bool is_there =
      state_.page && std::find(pages.begin(), pages.end(), *state_.page) != pages.end();
  // While loading, the wish for a page outlives its absence.
  if (!is_there && !workspace_.is_loading()) state_.page = pages.front();
  handle_shortcuts(ui, pages);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float height = room.y - kStatusHeight;
  const bool has_sources = state_.sources_shown && room.x > 640;
  const bool has_inspector = state_.inspector_shown && room.x > 900;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  if (has_sources) {
    state_.sources_width = std::clamp(state_.sources_width, 140.0F, room.x * 0.35F);
    begin_pane("sources", state_.sources_width, height);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 6});
    draw_sources_pane(ui);
    ImGui::PopStyleVar();
    ImGui::EndChild();
    ImGui::SameLine();
    ImGui::BeginGroup();
    ImGui::BeginChild("sources edge", {5, height});
    splitter("edge", state_.sources_width, 140, room.x * 0.35F, true);
    ImGui::EndChild();
    ImGui::EndGroup();
    ImGui::SameLine();
  }
  if (has_inspector) {
    state_.inspector_width = std::clamp(state_.inspector_width, 200.0F, room.x * 0.4F);
  }
  const float right = has_inspector ? state_.inspector_width + 5 : 0;
  ImGui::PushStyleColor(ImGuiCol_ChildBg, to_vec4(ui.theme.page));
  begin_pane("page", ImGui::GetContentRegionAvail().x - right, height);
  ImGui::PopStyleColor();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 8});
  draw_tabs(ui, pages);
  draw_page(ui, is_there || !workspace_.is_loading() ? *state_.page : Page::overview);
  ImGui::PopStyleVar();
  ImGui::EndChild();
  if (has_inspector) {
    ImGui::SameLine();
    ImGui::BeginChild("inspector edge", {5, height});
    splitter("edge", state_.inspector_width, 200, room.x * 0.4F, false);
    ImGui::EndChild();
    ImGui::SameLine();
    begin_pane("inspector", 0, height);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 5});
    draw_inspector_pane(ui, graph_);
    ImGui::PopStyleVar();
    ImGui::EndChild();
  }
  draw_status_line(ui, {ImGui::GetWindowPos().x, ImGui::GetIO().DisplaySize.y - kStatusHeight,
                        ImGui::GetIO().DisplaySize.x, ImGui::GetIO().DisplaySize.y});
  ImGui::PopStyleVar();
}

void ViewerWindow::draw_tabs(UiContext& ui, const std::vector<Page>& pages) {
  constexpr float kHeight = 30;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {2, 8});
  const ImVec2 begin = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  canvas.line({begin.x, begin.y + kHeight - 0.5F}, {begin.x + width, begin.y + kHeight - 0.5F},
              {ui.theme.border, 1});
  for (const Page page : pages) {
    const bool is_current = state_.page == page;
    const TextFont font = is_current ? TextFont::medium : TextFont::regular;
    const float tab_width =
        canvas.text_width(page_title(page), TextFont::medium, Fonts::kBodySize) + 24;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton(page_title(page), {tab_width, kHeight})) go_to_page(ui, page);
    const bool is_hovered = ImGui::IsItemHovered() || ImGui::IsItemFocused();
    canvas.text({at.x + tab_width / 2, at.y + kHeight / 2 - 1}, page_title(page),
                {font, Fonts::kBodySize, is_current || is_hovered ? ui.theme.text : ui.theme.muted,
                 TextAnchor::middle});
    if (is_current) {
      canvas.fill_rect({at.x + 6, at.y + kHeight - 3, at.x + tab_width - 6, at.y + kHeight},
                       ui.theme.accent, 1.5F);
    }
    ImGui::SameLine();
  }
  ImGui::NewLine();
  ImGui::PopStyleVar();
}

void ViewerWindow::draw_page(UiContext& ui, Page page) {
  ImGui::PushID(page_title(page));
  switch (page) {
    case Page::graph:
      draw_graph_page(ui, graph_);
      break;
    case Page::timeline:
      draw_timeline_page(ui, timeline_);
      break;
    case Page::statistics:
      draw_statistics_page(ui);
      break;
    case Page::scalars:
      draw_scalars_page(ui, scalars_);
      break;
    case Page::histograms:
      draw_histograms_page(ui, histograms_);
      break;
    case Page::text:
      draw_text_page(ui);
      break;
    default:
      draw_overview_page(ui);
      break;
  }
  ImGui::PopID();
}

void ViewerWindow::handle_shortcuts(UiContext& ui, const std::vector<Page>& pages) {
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (is_shortcut_pressed('1' + static_cast<int>(i))) go_to_page(ui, pages[i]);
  }
  if (is_shortcut_pressed('Q')) requests_.quit = true;
  if (is_shortcut_pressed('R')) workspace_.refresh();
  if (is_shortcut_pressed('B')) state_.sources_shown = !state_.sources_shown;
  if (is_shortcut_pressed('I')) state_.inspector_shown = !state_.inspector_shown;
  if (is_shortcut_pressed('P') || is_shortcut_pressed('K')) requests_.focus_omnibox = true;
  if (is_key_pressed('T')) {
    state_.theme = state_.theme == ThemeName::dark ? ThemeName::light : ThemeName::dark;
  }
  if (ImGui::GetIO().WantTextInput) return;
  for (const ImWchar character : ImGui::GetIO().InputQueueCharacters) {
    if (character == '?') help_shown_ = !help_shown_;
    if (character == '/') requests_.focus_omnibox = true;
  }
  if (is_key_pressed(kKeyF1)) help_shown_ = !help_shown_;
  if (is_key_pressed(kKeyEscape)) help_shown_ = false;
}

std::string ViewerWindow::take_save_request() {
  constexpr int kFramesOfAMenu = 3;
  if (requests_.save_graph.empty()) return {};
  if (frames_to_save_ == 0) frames_to_save_ = kFramesOfAMenu;
  is_animating_ = true;
  if (--frames_to_save_ > 0) return {};
  return std::exchange(requests_.save_graph, {});
}

void ViewerWindow::tell_saved(const std::string& path, const std::string& error) {
  graph_.save_failed = !error.empty();
  graph_.save_message = error.empty() ? path + " written" : error;
}

void ViewerWindow::draw_help(UiContext& ui) { draw_key_list(ui, help_shown_); }

}  // namespace opscope::viewer
