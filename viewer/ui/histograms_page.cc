#include "ui/histograms_page.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/imgui_canvas.h"
#include "ui/scalars_page.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

constexpr float kGap = 12;

void draw_toolbar(UiContext& ui) {
  constexpr std::array<const char*, 3> kModes{"Offset", "Overlay", "Distributions"};
  constexpr std::array<const char*, 3> kAxes{"Step", "Relative", "Wall time"};
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    if (i > 0) ImGui::SameLine(0, 4);
    if (toggle(ui, kModes[i], static_cast<std::size_t>(ui.state.histogram_mode) == i)) {
      ui.state.histogram_mode = static_cast<HistogramMode>(i);
    }
  }
  const auto next = [](float width) {
    ImGui::SameLine(0, 16);
    if (ImGui::GetContentRegionAvail().x < width) ImGui::NewLine();
  };
  if (ui.state.histogram_mode != HistogramMode::overlay) {
    next(220);
    ScalarAxis& axis = ui.state.scalars.options.axis;
    for (std::size_t i = 0; i < kAxes.size(); ++i) {
      if (i > 0) ImGui::SameLine(0, 4);
      if (toggle(ui, kAxes[i], static_cast<std::size_t>(axis) == i)) {
        axis = static_cast<ScalarAxis>(i);
      }
    }
  }
  next(160);
  text_field("##tags", "Filter tags", ui.state.scalars.tag_filter,
             std::min(220.0F, ImGui::GetContentRegionAvail().x));
}

void draw_card(UiContext& ui, HistogramsPage& page, const HistogramTag& tag, float width,
               float height) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (!ImGui::IsRectVisible(at, {at.x + width, at.y + height})) {
    ImGui::Dummy({width, height});
    return;
  }
  ImGui::PushID(tag.run->name.c_str());
  const DrawingItem item = drawing_item(tag.tag->name.c_str(), width, height);
  ImGui::PopID();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  const Color color = run_color(ui, tag.run->name);
  const auto series = ui.workspace.histograms(tag).value;
  if (!series || series->bins.empty()) {
    const std::string notice =
        !series ? "Loading…" : "Not one histogram can be read: " + series->error;
    draw_histogram_notice(canvas, item.area, tag, color, notice, ui.theme);
    return;
  }
  const HistogramChart chart = build_histogram_chart(
      tag, *series, color, {ui.state.histogram_mode, ui.state.scalars.options.axis});
  std::optional<HistogramHit> hit;
  if (item.is_hovered) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    hit = histogram_hit(chart, item.area, {mouse.x, mouse.y});
  }
  if (hit) page.hit = hit;
  draw_histogram_chart(canvas, item.area, chart, ui.theme, hit);
}

void draw_cards(UiContext& ui, HistogramsPage& page) {
  std::vector<const HistogramTag*> shown;
  bool has_shown_run = false;
  for (const HistogramTag& tag : page.tags) {
    if (!is_run_shown(ui, tag.run->name)) continue;
    has_shown_run = true;
    if (contains_text(tag.tag->name, ui.state.scalars.tag_filter)) shown.push_back(&tag);
  }
  if (!has_shown_run) {
    empty_page(ui, "No shown run has histograms", "Click a run under Sources to show it.");
    return;
  }
  if (shown.empty()) {
    empty_page(ui, "No tag matches the filter", "Clear the field “Filter tags” to see them all.");
    return;
  }
  const float width = ImGui::GetContentRegionAvail().x;
  const int columns = card_columns(width, shown.size());
  const float card = (width - kGap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const float height = std::clamp(card * 0.66F, 220.0F, 440.0F);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (i % static_cast<std::size_t>(columns) != 0) ImGui::SameLine(0, kGap);
    draw_card(ui, page, *shown[i], std::floor(card), height);
  }
}

}  // namespace

void draw_histograms_page(UiContext& ui, HistogramsPage& page) {
  const LogdirModel& model = ui.workspace.model();
  if (page.tags_generation != model.generation) {
    page.tags = histogram_tags(model);
    page.tags_generation = model.generation;
  }
  page.hit.reset();
  draw_toolbar(ui);
  ImGui::BeginChild("cards", {0, 0}, false, ImGuiWindowFlags_NavFlattened);
  draw_cards(ui, page);
  ImGui::EndChild();
}

std::vector<Area> card_areas(const Area& area, std::size_t count) {
  const int columns = card_columns(area.width(), count);
  const auto per_row = static_cast<std::size_t>(columns);
  const float width =
      (area.width() - kGap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const auto rows = static_cast<float>(std::max<std::size_t>(1, (count + per_row - 1) / per_row));
  const float height = std::clamp((area.height() - kGap * (rows - 1)) / rows, 200.0F,
                                  std::max(240.0F, width * 0.75F));
  std::vector<Area> areas;
  for (std::size_t i = 0; i < count; ++i) {
    const float left = area.left + static_cast<float>(i % per_row) * (width + kGap);
    const float top = area.top + static_cast<float>(i / per_row) * (height + kGap);
    if (top + height > area.bottom + 1) break;
    areas.push_back({left, top, left + width, top + height});
  }
  return areas;
}

}  // namespace opscope::viewer
