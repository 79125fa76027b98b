#include "ui/statistics_page.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "model/units.h"
#include "ui/imgui_canvas.h"
#include "ui/imgui_style.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

enum Column : int { kName, kCalls, kTotal, kSelf, kMean, kMedian, kMost, kShare, kColumnCount };

constexpr std::array<const char*, kColumnCount> kColumnNames{"Name", "Calls",  "Total",   "Self",
                                                             "Mean", "Median", "Longest", "Self %"};

bool is_less(const OpStatistics& a, const OpStatistics& b, int column) {
  switch (column) {
    case kName:
      return a.key < b.key;
    case kCalls:
      return a.calls < b.calls;
    case kTotal:
      return a.total_ps < b.total_ps;
    case kMean:
      return a.mean_ps < b.mean_ps;
    case kMedian:
      return a.p50_ps < b.p50_ps;
    case kMost:
      return a.max_ps < b.max_ps;
    default:
      return a.self_ps < b.self_ps;
  }
}

void right_aligned(const std::string& text) {
  const float width = ImGui::CalcTextSize(text.c_str()).x;
  const float room = ImGui::GetContentRegionAvail().x;
  if (room > width) ImGui::SetCursorPosX(ImGui::GetCursorPosX() + room - width);
  ImGui::TextUnformatted(text.c_str());
}

void draw_share(const UiContext& ui, double share) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const float height = ImGui::GetTextLineHeight();
  const Color bar = mix(ui.theme.panel, ui.theme.data[0], 0.5F);
  ImGui::GetWindowDrawList()->AddRectFilled(
      at, {at.x + width * static_cast<float>(share), at.y + height},
      ImGui::GetColorU32(to_vec4(bar)), 3);
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%", share * 100);
  right_aligned(text.data());
}

void draw_row(UiContext& ui, const OpStatistics& row, std::int64_t all_self) {
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  ImGui::PushID(row.key.c_str());
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  if (ImGui::Selectable("##row", operation_name(row.key) == ui.state.selection.operation,
                        ImGuiSelectableFlags_SpanAllColumns)) {
    select_operation(ui, operation_name(row.key));
  }
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    go_to_page(ui, Page::timeline);
    ui.requests.reveal_in_timeline = true;
  }
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  draw_fitted_text(canvas, {at.x, at.y + ImGui::GetTextLineHeight() / 2}, row.key,
                   {TextFont::regular, Fonts::kBodySize, ui.theme.text}, width);
  ImGui::PopID();
  const std::array<std::string, 6> cells{
      format_count(row.calls),         format_duration_ps(row.total_ps),
      format_duration_ps(row.self_ps), format_duration_ps(static_cast<std::int64_t>(row.mean_ps)),
      format_duration_ps(row.p50_ps),  format_duration_ps(row.max_ps)};
  for (const std::string& cell : cells) {
    ImGui::TableNextColumn();
    right_aligned(cell);
  }
  ImGui::TableNextColumn();
  draw_share(ui,
             all_self > 0 ? static_cast<double>(row.self_ps) / static_cast<double>(all_self) : 0);
}

std::vector<const OpStatistics*> visible_rows(const UiContext& ui,
                                              const std::vector<OpStatistics>& rows) {
  std::vector<const OpStatistics*> result;
  for (const OpStatistics& row : rows) {
    if (contains_text(row.key, ui.state.statistics.filter)) result.push_back(&row);
  }
  const ImGuiTableSortSpecs* specs = ImGui::TableGetSortSpecs();
  if (specs == nullptr || specs->SpecsCount == 0) return result;
  const int column = specs->Specs[0].ColumnIndex;
  const bool is_up = specs->Specs[0].SortDirection == ImGuiSortDirection_Ascending;
  std::stable_sort(result.begin(), result.end(), [&](const OpStatistics* a, const OpStatistics* b) {
    return is_up ? is_less(*a, *b, column) : is_less(*b, *a, column);
  });
  return result;
}

void set_up_columns(float width) {
  const bool is_narrow = width < 720;
  ImGui::TableSetupScrollFreeze(1, 1);
  for (int i = 0; i < kColumnCount; ++i) {
    ImGuiTableColumnFlags flags =
        i == kName ? ImGuiTableColumnFlags_WidthStretch : ImGuiTableColumnFlags_WidthFixed;
    if (i != kName) flags |= ImGuiTableColumnFlags_PreferSortDescending;
    if (i == kSelf) flags |= ImGuiTableColumnFlags_DefaultSort;
    if (is_narrow && (i == kMedian || i == kMost)) flags |= ImGuiTableColumnFlags_DefaultHide;
    const float fixed = i == kShare ? 110.0F : 74.0F;
    ImGui::TableSetupColumn(kColumnNames[static_cast<std::size_t>(i)], flags,
                            i == kName ? 0.0F : fixed);
  }
  ImGui::TableHeadersRow();
}

}  // namespace

void draw_statistics_table(UiContext& ui, const ProfileSession& session,
                           const StatisticsRequest& request) {
  const auto& document = ui.workspace.statistics(session, request);
  if (!document.value) {
    ImGui::TextDisabled("Counting…");
    return;
  }
  const ImGuiTableFlags flags = ImGuiTableFlags_Sortable | ImGuiTableFlags_ScrollY |
                                ImGuiTableFlags_RowBg | ImGuiTableFlags_Resizable |
                                ImGuiTableFlags_Hideable | ImGuiTableFlags_Reorderable |
                                ImGuiTableFlags_NoBordersInBody;
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (!ImGui::BeginTable("statistics", kColumnCount, flags, room)) return;
  set_up_columns(room.x);
  const std::int64_t all_self =
      std::accumulate(document.value->begin(), document.value->end(), std::int64_t{0},
                      [](std::int64_t sum, const OpStatistics& row) { return sum + row.self_ps; });
  const auto rows = visible_rows(ui, *document.value);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(rows.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      draw_row(ui, *rows[static_cast<std::size_t>(i)], all_self);
    }
  }
  ImGui::EndTable();
}

void draw_statistics_page(UiContext& ui) {
  const ProfileSession* session = shown_session(ui);
  if (session == nullptr) return;
  const Document<Profile>& document = ui.workspace.profile(*session);
  if (!document.value) {
    empty_page(ui, document.is_loading ? "Reading the profile…" : "This profile cannot be read",
               document.is_loading ? session_label(*session) : document.error);
    return;
  }
  constexpr std::array<const char*, 4> kBy{"By name", "By op type", "By thread", "By step"};
  for (std::size_t i = 0; i < kBy.size(); ++i) {
    if (i > 0) ImGui::SameLine(0, 4);
    if (toggle(ui, kBy[i], static_cast<std::size_t>(ui.state.statistics.by) == i)) {
      ui.state.statistics.by = static_cast<StatisticsKey>(i);
    }
  }
  ImGui::SameLine(0, 16);
  text_field("##filter", "Filter", ui.state.statistics.filter, 220);
  StatisticsRequest request;
  request.by = ui.state.statistics.by;
  request.range = ui.state.timeline.view.selected_range;
  if (request.range) {
    ImGui::SameLine(0, 16);
    const std::string length = format_duration_ps(request.range->end_ps - request.range->begin_ps);
    if (ImGui::Button(("Only the selected " + length + "  ×").c_str())) {
      ui.state.timeline.view.selected_range.reset();
    }
  }
  draw_statistics_table(ui, *session, request);
}

}  // namespace opscope::viewer
