#include "ui/scalars_page.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/imgui_canvas.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

constexpr float kGap = 12;

std::vector<ScalarRun> shown_runs(UiContext& ui) {
  std::vector<ScalarRun> runs;
  for (const auto& run : ui.workspace.model().runs) {
    if (is_run_shown(ui, run->name)) runs.push_back({run.get(), run_color(ui, run->name)});
  }
  return runs;
}

std::string chart_key(const UiContext& ui, const std::vector<ScalarRun>& runs, int width_px) {
  const ScalarOptions& options = ui.state.scalars.options;
  std::string key =
      std::to_string(ui.workspace.model().generation) + ' ' + std::to_string(options.smoothing) +
      ' ' + std::to_string(static_cast<int>(options.axis)) + ' ' +
      std::to_string(static_cast<int>(options.log_y)) +
      std::to_string(static_cast<int>(options.ignore_outliers)) + ' ' + std::to_string(width_px) +
      ' ' + std::to_string(static_cast<int>(ui.theme.name));
  for (const ScalarRun& run : runs) key += '\n' + run.run->name;
  return key;
}

// Tags that are alone in their group share one, so that they do not each take a row.
std::vector<TagGroup> card_groups(const LogdirModel& model) {
  std::vector<TagGroup> groups;
  TagGroup alone{"Other tags", {}};
  for (TagGroup& group : scalar_tag_groups(model)) {
    if (group.tags.size() == 1) {
      alone.tags.push_back(std::move(group.tags.front()));
    } else {
      groups.push_back(std::move(group));
    }
  }
  if (!alone.tags.empty()) groups.push_back(std::move(alone));
  return groups;
}

void draw_toolbar(UiContext& ui) {
  ScalarsState& scalars = ui.state.scalars;
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted("Smoothing");
  ImGui::SameLine();
  ImGui::SetNextItemWidth(140);
  ImGui::SliderFloat("##smoothing", &scalars.options.smoothing, 0, 0.999F, "%.2f",
                     ImGuiSliderFlags_AlwaysClamp);
  constexpr std::array<const char*, 3> kAxes{"Step", "Relative", "Wall time"};
  ImGui::SameLine(0, 16);
  for (std::size_t i = 0; i < kAxes.size(); ++i) {
    if (i > 0) ImGui::SameLine(0, 4);
    if (toggle(ui, kAxes[i], static_cast<std::size_t>(scalars.options.axis) == i)) {
      scalars.options.axis = static_cast<ScalarAxis>(i);
    }
  }
  const auto next = [](float width) {
    ImGui::SameLine(0, 16);
    if (ImGui::GetContentRegionAvail().x < width) ImGui::NewLine();
  };
  next(80);
  if (toggle(ui, "Log y", scalars.options.log_y)) scalars.options.log_y = !scalars.options.log_y;
  next(120);
  if (toggle(ui, "Ignore outliers", scalars.options.ignore_outliers)) {
    scalars.options.ignore_outliers = !scalars.options.ignore_outliers;
  }
  next(160);
  text_field("##tags", "Filter tags", scalars.tag_filter,
             std::min(220.0F, ImGui::GetContentRegionAvail().x));
}

void draw_card(UiContext& ui, ScalarsPage& page, const std::string& tag,
               const std::vector<ScalarRun>& runs, float width, float height,
               std::optional<double>& hovered_x) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (!ImGui::IsRectVisible(at, {at.x + width, at.y + height})) {
    ImGui::Dummy({width, height});
    return;
  }
  ScalarsPage::CachedChart& cached = page.charts[tag];
  const std::string key = chart_key(ui, runs, static_cast<int>(width));
  if (cached.key != key) {
    cached = {key,
              build_scalar_chart(tag, runs, ui.state.scalars.options, static_cast<int>(width))};
  }
  const DrawingItem item = drawing_item(tag.c_str(), width, height);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  if (item.is_hovered) {
    hovered_x = chart_x_from_screen(cached.chart, item.area, ImGui::GetIO().MousePos.x);
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) ui.state.selection.scalar_tag = tag;
  }
  draw_scalar_chart(canvas, item.area, cached.chart, ui.theme,
                    item.is_hovered ? hovered_x : page.cursor_x);
  if (ui.state.selection.scalar_tag == tag) {
    canvas.stroke_rect(item.area, {ui.theme.accent, 1.5F}, 6);
  }
}

std::vector<std::string> filtered(const TagGroup& group, const std::string& filter) {
  std::vector<std::string> tags;
  for (const std::string& tag : group.tags) {
    if (contains_text(tag, filter)) tags.push_back(tag);
  }
  return tags;
}

bool draw_group_header(UiContext& ui, const TagGroup& group, std::size_t count) {
  auto& folded = ui.state.scalars.folded_groups;
  const bool is_folded = folded.count(group.name) != 0;
  ImGui::PushID(group.name.c_str());
  const std::string label = (is_folded ? "▸  " : "▾  ") + group.name;
  heading(ui, label);
  if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  if (ImGui::IsItemClicked()) {
    if (is_folded) {
      folded.erase(group.name);
    } else {
      folded.insert(group.name);
    }
  }
  ImGui::SameLine();
  ImGui::TextDisabled("%zu", count);
  ImGui::PopID();
  return !is_folded;
}

void draw_groups(UiContext& ui, ScalarsPage& page) {
  const std::vector<ScalarRun> runs = shown_runs(ui);
  const float width = ImGui::GetContentRegionAvail().x;
  std::size_t total = 0;
  for (const TagGroup& group : page.groups) {
    total += filtered(group, ui.state.scalars.tag_filter).size();
  }
  if (total == 0) {
    empty_page(ui, "No tag matches the filter", "Clear the field “Filter tags” to see them all.");
    return;
  }
  const int columns = card_columns(width, total);
  const float card = (width - kGap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const float height = std::clamp(card * 0.56F, 200.0F, 420.0F);
  std::optional<double> hovered_x;
  for (const TagGroup& group : page.groups) {
    const std::vector<std::string> tags = filtered(group, ui.state.scalars.tag_filter);
    if (tags.empty()) continue;
    if (page.groups.size() > 1 && !draw_group_header(ui, group, tags.size())) continue;
    for (std::size_t i = 0; i < tags.size(); ++i) {
      if (i % static_cast<std::size_t>(columns) != 0) ImGui::SameLine(0, kGap);
      if (ui.requests.scroll_to_tag == tags[i]) {
        ImGui::SetScrollHereY(0.3F);
        ui.requests.scroll_to_tag.clear();
      }
      draw_card(ui, page, tags[i], runs, std::floor(card), height, hovered_x);
    }
  }
  page.cursor_x = hovered_x;
}

}  // namespace

int card_columns(float width, std::size_t cards) {
  constexpr float kNarrowest = 380;
  const int most = std::max(1, static_cast<int>((width + kGap) / (kNarrowest + kGap)));
  return std::min(most, std::max(1, static_cast<int>(cards)));
}

void draw_scalars_page(UiContext& ui, ScalarsPage& page) {
  const LogdirModel& model = ui.workspace.model();
  if (page.groups_generation != model.generation) {
    page.groups = card_groups(model);
    page.groups_generation = model.generation;
  }
  draw_toolbar(ui);
  ImGui::BeginChild("cards", {0, 0}, false, ImGuiWindowFlags_NavFlattened);
  draw_groups(ui, page);
  ImGui::EndChild();
}

std::size_t draw_scalar_cards(Canvas& canvas, const Area& area, const LogdirModel& model,
                              const std::vector<ScalarRun>& runs, const ScalarOptions& options,
                              const std::string& tag_filter, const Theme& theme) {
  std::vector<std::string> tags;
  for (const TagGroup& group : scalar_tag_groups(model)) {
    for (const std::string& tag : filtered(group, tag_filter)) tags.push_back(tag);
  }
  const int columns = card_columns(area.width(), tags.size());
  const float width =
      (area.width() - kGap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const auto per_row = static_cast<std::size_t>(columns);
  const std::size_t rows = std::max<std::size_t>(1, (tags.size() + per_row - 1) / per_row);
  const float row_count = static_cast<float>(rows);
  const float height = std::clamp((area.height() - kGap * (row_count - 1)) / row_count, 200.0F,
                                  std::max(220.0F, width * 0.75F));
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const float left = area.left + static_cast<float>(i % per_row) * (width + kGap);
    const float top = area.top + static_cast<float>(i / per_row) * (height + kGap);
    if (top + height > area.bottom + 1) return tags.size() - i;
    const ScalarChart chart = build_scalar_chart(tags[i], runs, options, static_cast<int>(width));
    draw_scalar_chart(canvas, {left, top, left + width, top + height}, chart, theme, std::nullopt);
  }
  return 0;
}

}  // namespace opscope::viewer
