#include "ui/sources_pane.h"

#include <imgui.h>

#include <algorithm>

#include "model/units.h"
#include "ui/graph_page.h"
#include "ui/imgui_canvas.h"
#include "ui/imgui_style.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

std::string run_title(const std::string& name) { return name == "." ? "(the logdir)" : name; }

void show_only(UiContext& ui, const std::string& run) {
  auto& hidden = ui.state.hidden_runs;
  hidden.clear();
  for (const auto& other : ui.workspace.model().runs) {
    if (other->name != run) hidden.insert(other->name);
  }
}

void draw_run_menu(UiContext& ui, const Run& run) {
  if (!ImGui::BeginPopupContextItem("run")) return;
  if (ImGui::MenuItem("Only this run")) show_only(ui, run.name);
  if (ImGui::MenuItem("All runs")) ui.state.hidden_runs.clear();
  if (ImGui::MenuItem("Copy name")) ImGui::SetClipboardText(run.name.c_str());
  ImGui::EndPopup();
}

void draw_run(UiContext& ui, const Run& run) {
  constexpr float kHeight = 26;
  const bool is_shown = ui.state.hidden_runs.count(run.name) == 0;
  const Color color = run_color(ui, run.name);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  ImGui::PushID(run.name.c_str());
  const bool clicked = ImGui::Selectable("##run", false, 0, {width, kHeight});
  if (clicked && is_shown) ui.state.hidden_runs.insert(run.name);
  if (clicked && !is_shown) ui.state.hidden_runs.erase(run.name);
  if (ImGui::IsItemHovered()) {
    ImGui::SetTooltip("%s\n%s records, %zu tags", run_title(run.name).c_str(),
                      format_count(run.records).c_str(), run.tags.size());
  }
  draw_run_menu(ui, run);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  const float middle = at.y + kHeight / 2;
  const Area box{at.x + 2, middle - 7, at.x + 16, middle + 7};
  if (is_shown) {
    canvas.fill_rect(box, color, 3);
  } else {
    canvas.stroke_rect(box.inset(0.5F), {color, 1.5F}, 3);
  }
  draw_fitted_text(canvas, {at.x + 26, middle}, run_title(run.name),
                   {TextFont::regular, 15, is_shown ? ui.theme.text : ui.theme.muted}, width - 30);
  ImGui::PopID();
}

void draw_runs(UiContext& ui) {
  const auto& runs = ui.workspace.model().runs;
  if (runs.empty()) return;
  heading(ui, "Runs");
  ImGui::SameLine();
  ImGui::TextDisabled("%zu", runs.size());
  if (runs.size() > 1) text_field("##runs", "Filter runs", ui.state.run_filter, -1);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
  for (const auto& run : runs) {
    if (contains_text(run->name, ui.state.run_filter)) draw_run(ui, *run);
  }
  ImGui::PopStyleVar();
  if (!ui.state.hidden_runs.empty() && ImGui::SmallButton("Show all runs")) {
    ui.state.hidden_runs.clear();
  }
  ImGui::Dummy({0, 8});
}

// One line of a list that opens a page.
bool entry(UiContext& ui, const std::string& label, bool is_current) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  ImGui::PushID(label.c_str());
  const bool clicked = ImGui::Selectable("##entry", is_current, 0, {width, 24});
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", label.c_str());
  ImGui::PopID();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  draw_fitted_text(canvas, {at.x + 4, at.y + 12}, label, {TextFont::regular, 15, ui.theme.text},
                   width - 8);
  return clicked;
}

void draw_graphs(UiContext& ui) {
  const auto& graphs = ui.workspace.graphs();
  if (graphs.empty()) return;
  heading(ui, "Graphs");
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    const bool is_current =
        ui.state.page == Page::graph && shown_graph_index(ui) == static_cast<int>(i);
    if (entry(ui, graph_label(graphs[i]), is_current)) {
      ui.state.graph.source = static_cast<int>(i);
      go_to_page(ui, Page::graph);
    }
    ImGui::PopID();
  }
  ImGui::PopStyleVar();
  ImGui::Dummy({0, 8});
}

void draw_profiles(UiContext& ui) {
  const auto& profiles = ui.workspace.model().profiles;
  if (profiles.empty()) return;
  heading(ui, "Profiles");
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    const bool is_current =
        ui.state.page == Page::timeline && ui.state.timeline.session == static_cast<int>(i);
    if (entry(ui, session_label(profiles[i]), is_current)) {
      if (ui.state.timeline.session != static_cast<int>(i)) ui.state.timeline.view = {};
      ui.state.timeline.session = static_cast<int>(i);
      go_to_page(ui, Page::timeline);
    }
    ImGui::PopID();
  }
  ImGui::PopStyleVar();
}

}  // namespace

void draw_sources_pane(UiContext& ui) {
  draw_runs(ui);
  draw_graphs(ui);
  draw_profiles(ui);
  for (const auto& path : ui.workspace.paths()) {
    if (path->error.empty()) continue;
    ImGui::PushTextWrapPos(0);
    ImGui::TextColored(to_vec4(ui.theme.error), "%s", path->error.c_str());
    ImGui::PopTextWrapPos();
  }
}

}  // namespace opscope::viewer
