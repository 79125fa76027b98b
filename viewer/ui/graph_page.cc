#include "ui/graph_page.h"

#include <imgui.h>

#include <algorithm>

#include "ui/graph_commands.h"
#include "ui/graph_input.h"
#include "ui/graph_layout_worker.h"
#include "ui/graph_queries.h"
#include "ui/graph_side.h"
#include "ui/graph_toolbar.h"
#include "ui/imgui_canvas.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

const GraphSource* shown_source(const UiContext& ui) {
  const int index = shown_graph_index(ui);
  return index < 0 ? nullptr : &ui.workspace.graphs()[static_cast<std::size_t>(index)];
}

// What the page shows: a graph, or two in one.
struct ShownGraph {
  std::shared_ptr<const GraphModel> model;
  std::shared_ptr<const GraphUnion> joined;
  bool is_loading = false;
  std::string error;
};

ShownGraph shown(UiContext& ui) {
  const GraphSource* source = shown_source(ui);
  if (source == nullptr) return {};
  const auto& graphs = ui.workspace.graphs();
  const int compared = ui.state.graph.compared;
  if (compared < 0 || compared >= static_cast<int>(graphs.size())) {
    const Document<GraphModel>& one = ui.workspace.graph(*source);
    return {one.value, nullptr, one.is_loading, one.error};
  }
  const Document<GraphUnion>& both =
      ui.workspace.graph_union(graphs[static_cast<std::size_t>(compared)], *source);
  const GraphModel* model = both.value ? &both.value->model : nullptr;
  return {std::shared_ptr<const GraphModel>(both.value, model), both.value, both.is_loading,
          both.error};
}

void take_model(UiContext& ui, GraphPage& page, const std::shared_ptr<const GraphModel>& model) {
  if (page.model == model) return;
  const bool is_first = page.model == nullptr;
  page.cancel.cancel();
  page.model = model;
  page.layout = nullptr;
  page.before = nullptr;
  page.coloring = nullptr;
  page.worker = std::make_shared<LayoutWorker>();
  page.marks = {};
  page.searched.clear();
  page.traced.clear();
  page.hits.clear();
  page.menu_node = kNoNode;
  page.opened = opened_from_keys(*model, ui.state.graph.open_scopes);
  if (page.opened.empty() || !is_first) {
    page.opened.clear();
    for (const NodeId id : model->first_opened()) {
      page.opened.insert(static_cast<std::uint32_t>(id));
    }
    ui.state.graph.zoom = 0;
  }
  page.layout_is_stale = true;
}

void update_camera(UiContext& ui, GraphPage& page, const Area& area) {
  GraphState& state = ui.state.graph;
  page.camera.area = area;
  if (page.layout && (state.zoom <= 0 || page.wants_fit || ui.requests.fit)) {
    const GraphCamera fitted = fitted_camera(area, *page.layout);
    state.zoom = fitted.zoom;
    state.center = fitted.center;
    page.wants_fit = false;
    ui.requests.fit = false;
  }
  if (page.layout && page.reveal != kNoNode && !page.is_laying_out) {
    const std::int32_t box = page.layout->box_of(*page.model, page.reveal);
    if (box >= 0) {
      const LayoutRect& rect = page.layout->boxes[static_cast<std::size_t>(box)].rect;
      state.center = {rect.x + rect.width / 2, rect.y + rect.height / 2};
      state.zoom = std::max(state.zoom, 0.8F);
    }
    page.reveal = kNoNode;
  }
  page.camera.center = state.center;
  page.camera.zoom = std::clamp(state.zoom, 0.005F, 8.0F);
}

void draw_animated(UiContext& ui, GraphPage& page) {
  std::shared_ptr<const GraphLayout> layout = page.layout;
  if (page.animation < 1 && page.before) {
    const float part = page.animation * page.animation * (3 - 2 * page.animation);
    layout = std::make_shared<GraphLayout>(between_layouts(*page.before, *page.layout, part));
  }
  if (!page.coloring || !page.coloring->is_of(*page.layout, ui.state.graph.colors, ui.theme)) {
    page.coloring = std::make_shared<const GraphColoring>(
        *page.model, *page.layout, ui.state.graph.colors, ui.theme, page.joined.get());
  }
  page.marks.inputs_highlighted = ui.state.graph.inputs_highlighted;
  page.marks.outputs_highlighted = ui.state.graph.outputs_highlighted;
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  draw_graph(canvas, page.camera, *page.model, *layout, *page.coloring, page.marks, ui.theme);
}

void draw_drawing(UiContext& ui, GraphPage& page) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float side = room.x <= 620 ? 0 : page.hits.empty() ? 200.0F : 280.0F;
  const DrawingItem item = drawing_item("graph", room.x - side, room.y);
  update_camera(ui, page, item.area);
  if (page.layout_is_stale) start_layout(ui, page);
  if (!page.layout) return;
  if (page.layout->boxes.empty()) {
    ImGui::SetCursorScreenPos({item.area.left, item.area.top});
    empty_page(ui, "This graph has no nodes",
               "Choose another one above, or in the list of graphs.");
    return;
  }
  if (page.animation < 1) {
    constexpr float kSeconds = 0.18F;
    page.animation = std::min(1.0F, page.animation + ImGui::GetIO().DeltaTime / kSeconds);
    ui.is_animating = true;
  }
  handle_graph_input(ui, page, item);
  draw_node_menu(ui, page);
  page.camera.center = ui.state.graph.center;
  page.camera.zoom = ui.state.graph.zoom;
  draw_animated(ui, page);
  if (side > 0) {
    draw_graph_side(
        ui, page,
        {item.area.right + 16, item.area.top + 4, item.area.right + side, item.area.bottom});
  }
}

}  // namespace

int shown_graph_index(const UiContext& ui) {
  const auto& graphs = ui.workspace.graphs();
  const int wanted = ui.state.graph.source;
  if (wanted >= 0 && wanted < static_cast<int>(graphs.size())) return wanted;
  return preferred_graph(graphs, {}, {});
}

std::shared_ptr<const GraphModel> shown_graph(UiContext& ui) { return shown(ui).model; }

void draw_graph_page(UiContext& ui, GraphPage& page) {
  const GraphSource* source = shown_source(ui);
  if (source == nullptr) return;
  const ShownGraph document = shown(ui);
  if (document.model) take_model(ui, page, document.model);
  page.joined = document.joined;
  draw_graph_toolbar(ui, page);
  if (!document.model) {
    empty_page(ui, document.is_loading ? "Reading the graph…" : "This graph cannot be read",
               document.is_loading ? source->file : document.error);
    return;
  }
  const std::string& operation = ui.state.selection.operation;
  const bool is_same =
      page.marks.selected != kNoNode && page.model->node(page.marks.selected).name == operation;
  if (!is_same) page.marks.selected = operation.empty() ? kNoNode : page.model->find(operation);
  if (ui.requests.reveal_in_graph) {
    reveal_node(ui, page, page.marks.selected);
    ui.requests.reveal_in_graph = false;
  }
  update_queries(ui, page);
  draw_breadcrumbs(ui, page);
  draw_drawing(ui, page);
}

}  // namespace opscope::viewer
