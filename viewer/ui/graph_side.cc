#include "ui/graph_side.h"

#include <imgui.h>

#include <algorithm>
#include <vector>

#include "model/units.h"
#include "ui/graph_commands.h"
#include "ui/imgui_canvas.h"
#include "ui/imgui_style.h"

namespace opscope::viewer {

namespace {

struct LineKey {
  Stroke stroke;
  const char* label;
};

std::vector<LineKey> line_keys(const UiContext& ui, const GraphPage& page) {
  const GraphState& state = ui.state.graph;
  std::vector<LineKey> keys;
  if (page.marks.selected != kNoNode) {
    if (state.inputs_highlighted) {
      keys.push_back({{ui.theme.data[0], 2}, "inputs of the selected (I)"});
    }
    if (state.outputs_highlighted) keys.push_back({{ui.theme.data[1], 2}, "its outputs (O)"});
  }
  if (page.marks.trace) {
    const bool is_path = !state.path_end.empty();
    const bool is_lost = page.marks.trace->is_empty();
    const char* what = is_lost ? "there is no path" : is_path ? "the path" : "followed (L)";
    keys.push_back({{ui.theme.data[3], 2}, what});
  }
  keys.push_back({{ui.theme.faint, 2}, "tensors"});
  keys.push_back({{ui.theme.faint, 1, 4}, "control dependency"});
  return keys;
}

void draw_hits(UiContext& ui, GraphPage& page, const Area& area) {
  ImGui::SetCursorScreenPos({area.left, area.top});
  ImGui::BeginChild("hits", {area.width(), area.height()});
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(page.hits.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const auto index = static_cast<std::size_t>(i);
      const NodeId node = page.hits[index];
      ImGui::PushID(i);
      const std::string name = fit_text(canvas, page.model->node(node).name, TextFont::regular,
                                        Fonts::kBodySize, area.width() - 24);
      if (ImGui::Selectable(name.c_str(), page.marks.selected == node)) {
        page.hit = index;
        reveal_node(ui, page, node);
      }
      ImGui::PopID();
    }
  }
  ImGui::EndChild();
}

}  // namespace

void draw_graph_side(UiContext& ui, GraphPage& page, const Area& side) {
  constexpr float kLine = 20;
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  const bool has_map = ui.state.graph.minimap_shown;
  const float map_height = has_map ? std::min(side.width(), side.height() * 0.35F) : 0;
  const Area map{side.left, side.bottom - map_height, side.right, side.bottom};
  const std::vector<LineKey> lines = line_keys(ui, page);
  const float lines_top = map.top - kLine * static_cast<float>(lines.size() + 1);
  const bool has_hits = !page.hits.empty();
  const float split = side.top + (lines_top - side.top) * 0.45F;
  const Area keys{side.left, side.top, side.right, has_hits ? split : lines_top};
  float y = keys.top + draw_graph_legend(canvas, keys, page.coloring->legend(), ui.theme);
  const bool wants_times = ui.state.graph.colors == GraphColors::compute_time ||
                           ui.state.graph.colors == GraphColors::memory;
  if (wants_times && !page.model->has_stats()) {
    for (const char* line : {"This graph was recorded", "without step statistics."}) {
      canvas.text({keys.left, y + 8}, line, {TextFont::regular, 13, ui.theme.warning});
      y += 18;
    }
  }
  if (has_hits && lines_top - y > 60)
    draw_hits(ui, page, {side.left, y + 8, side.right, lines_top});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const float at = lines_top + kLine * (static_cast<float>(i) + 0.5F);
    canvas.line({side.left, at}, {side.left + 24, at}, lines[i].stroke);
    canvas.text({side.left + 32, at}, lines[i].label, {TextFont::regular, 12, ui.theme.muted});
  }
  if (has_map) {
    draw_graph_minimap(canvas, map, *page.layout, *page.coloring, page.camera, ui.theme);
  }
}

}  // namespace opscope::viewer
