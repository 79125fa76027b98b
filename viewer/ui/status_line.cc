#include "ui/status_line.h"

#include <imgui.h>

#include <algorithm>

#include "model/units.h"
#include "ui/imgui_canvas.h"

namespace opscope::viewer {

namespace {

std::string plural(std::uint64_t count, const std::string& what) {
  return format_count(count) + " " + what + (count == 1 ? "" : "s");
}

std::string loading_text(const Progress& progress) {
  const std::uint64_t total = progress.bytes_total;
  std::string text = "Reading " + format_bytes(static_cast<double>(progress.bytes_done));
  if (total > 0) text += " of " + format_bytes(static_cast<double>(total));
  if (progress.files_total > 1) {
    text += ", file " + std::to_string(progress.files_done) + " of " +
            std::to_string(progress.files_total);
  }
  return text;
}

}  // namespace

std::string damage_summary(const LogdirModel& model) {
  std::uint64_t records = 0;
  std::uint64_t files = 0;
  std::uint64_t incomplete = 0;
  for (const auto& run : model.runs) {
    records += run->damaged_records;
    for (const EventFile& file : run->files) {
      files += file.damaged.empty() ? 0U : 1U;
      incomplete += file.is_incomplete ? 1U : 0U;
    }
  }
  std::string text;
  if (files > 0) text = plural(records, "damaged record") + " in " + plural(files, "file");
  if (incomplete > 0) {
    text += (text.empty() ? "" : ", ") + plural(incomplete, "file") + " with a cut last record";
  }
  if (!model.skipped.empty()) {
    text += (text.empty() ? "" : ", ") + plural(model.skipped.size(), "file") + " not readable";
  }
  return text;
}

void draw_status_line(UiContext& ui, const Area& area) {
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  canvas.fill_rect(area, ui.theme.panel, 0);
  canvas.line({area.left, area.top + 0.5F}, {area.right, area.top + 0.5F}, {ui.theme.border, 1});
  const float y = area.center().y + 0.5F;
  float x = area.left + 12;
  const auto put = [&](const std::string& text, Color color) {
    canvas.text({x, y}, text, {TextFont::regular, 13, color});
    x += canvas.text_width(text, TextFont::regular, 13) + 18;
  };
  for (const auto& path : ui.workspace.paths()) {
    if (!path->is_busy || path->logdir) continue;
    const Progress& progress = *path->progress;
    const double total = static_cast<double>(std::max<std::uint64_t>(1, progress.bytes_total));
    const auto part =
        static_cast<float>(std::min(1.0, static_cast<double>(progress.bytes_done) / total));
    canvas.fill_rect({x, y - 4, x + 120, y + 4}, ui.theme.raised, 4);
    canvas.fill_rect({x, y - 4, x + std::max(8.0F, 120 * part), y + 4}, ui.theme.accent, 4);
    x += 132;
    put(loading_text(progress), ui.theme.text);
    ui.is_animating = true;
  }
  const LogdirModel& model = ui.workspace.model();
  if (!ui.workspace.is_loading()) {
    if (ui.workspace.was_refreshed()) {
      canvas.fill_circle({x + 4, y}, 4, ui.theme.data[2]);
      x += 14;
      put("live", ui.theme.text);
    }
    if (ui.workspace.paths().size() == 1) put(ui.workspace.paths()[0]->path, ui.theme.muted);
  }
  const std::string damage = damage_summary(model);
  if (!damage.empty()) put(damage + "  (opscope check says where)", ui.theme.warning);
  const std::string hint = "? keys";
  canvas.text({area.right - 12, y}, hint, {TextFont::regular, 13, ui.theme.muted, TextAnchor::end});
}

}  // namespace opscope::viewer
