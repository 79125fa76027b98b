#include "ui/graph_page.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "model/units.h"
#include "ui/graph_input.h"
#include "ui/graph_layout_worker.h"
#include "ui/imgui_canvas.h"
#include "ui/imgui_style.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

const GraphSource* shown_source(const UiContext& ui) {
  const int index = shown_graph_index(ui);
  return index < 0 ? nullptr : &ui.workspace.graphs()[static_cast<std::size_t>(index)];
}

void take_model(UiContext& ui, GraphPage& page, const std::shared_ptr<const GraphModel>& model) {
  if (page.model == model) return;
  const bool is_first = page.model == nullptr;
  page.cancel.cancel();
  page.model = model;
  page.layout = nullptr;
  page.before = nullptr;
  page.worker = std::make_shared<LayoutWorker>();
  page.marks = {};
  page.searched.clear();
  page.hits.clear();
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

void run_search(GraphPage& page) {
  if (page.search == page.searched) return;
  page.searched = page.search;
  page.hits.clear();
  page.hit = 0;
  page.search_error.clear();
  page.marks.found.clear();
  if (page.search.empty()) return;
  auto found = page.model->search(page.search);
  if (!found) {
    page.search_error = found.error().what();
    return;
  }
  page.hits = std::move(*found);
  for (const NodeId hit : page.hits) {
    // A hit inside a closed scope marks the scope.
    for (NodeId id = hit; id != kRootNode && id != kNoNode; id = page.model->node(id).parent) {
      page.marks.found.insert(static_cast<std::uint32_t>(id));
    }
  }
}

void draw_search(UiContext& ui, GraphPage& page) {
  ImGui::SetNextItemWidth(200);
  text_field("##search", "Search this graph", page.search, 200);
  const bool entered = ImGui::IsItemDeactivated() && ImGui::IsKeyPressed(257);
  run_search(page);
  const auto step = [&](std::size_t by) {
    if (page.hits.empty()) return;
    page.hit = (page.hit + by) % page.hits.size();
    reveal_node(ui, page, page.hits[page.hit]);
  };
  if (entered && !page.hits.empty()) reveal_node(ui, page, page.hits[page.hit]);
  if (page.search.empty()) return;
  ImGui::SameLine(0, 6);
  if (ImGui::Button("‹")) step(page.hits.size() - 1);
  ImGui::SameLine(0, 4);
  if (ImGui::Button("›")) step(1);
  ImGui::SameLine(0, 6);
  ImGui::TextDisabled("%s found", format_count(page.hits.size()).c_str());
}

void draw_toolbar(UiContext& ui, GraphPage& page) {
  std::vector<std::string> sources;
  for (const GraphSource& source : ui.workspace.graphs()) sources.push_back(graph_label(source));
  const float room = ImGui::GetContentRegionAvail().x;
  int shown = shown_graph_index(ui);
  if (picker("##graph", shown, sources, std::clamp(room * 0.28F, 120.0F, 280.0F))) {
    ui.state.graph.source = shown;
  }
  if (!page.model) return;
  ImGui::SameLine();
  int colors = static_cast<int>(ui.state.graph.colors);
  if (picker("##colors", colors,
             {"Colour: structure", "Colour: device", "Colour: op type", "Colour: compute time",
              "Colour: memory"},
             176)) {
    ui.state.graph.colors = static_cast<GraphColors>(colors);
  }
  ImGui::SameLine();
  if (ImGui::Button("Fit")) page.wants_fit = true;
  ImGui::SameLine();
  if (ImGui::GetContentRegionAvail().x < 200) ImGui::NewLine();
  draw_search(ui, page);
  if (page.is_laying_out) {
    ImGui::SameLine();
    ImGui::TextDisabled("laying out…");
  }
}

void draw_side(UiContext& ui, GraphPage& page, const GraphColoring& coloring,
               const GraphLayout& layout, const Area& side) {
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  const float map_height = std::min(side.width(), side.height() * 0.35F);
  const Area map{side.left, side.bottom - map_height, side.right, side.bottom};
  const Area keys{side.left, side.top, side.right, map.top - 100};
  const GraphLegend legend = coloring.legend();
  float y = keys.top + draw_graph_legend(canvas, keys, legend, ui.theme);
  const bool wants_times = ui.state.graph.colors == GraphColors::compute_time ||
                           ui.state.graph.colors == GraphColors::memory;
  if (wants_times && !page.model->has_stats()) {
    for (const char* line : {"This graph was recorded", "without step statistics."}) {
      canvas.text({keys.left, y + 8}, line, {TextFont::regular, 13, ui.theme.warning});
      y += 18;
    }
  }
  const Color edge = ui.theme.faint;
  const auto line = [&](float at, const Stroke& stroke, const char* label) {
    canvas.line({side.left, at}, {side.left + 24, at}, stroke);
    canvas.text({side.left + 32, at}, label, {TextFont::regular, 12, ui.theme.muted});
  };
  if (page.marks.selected != kNoNode) {
    line(map.top - 80, {ui.theme.data[0], 2}, "inputs of the selected (I)");
    line(map.top - 60, {ui.theme.data[1], 2}, "its outputs (O)");
  }
  line(map.top - 40, {edge, 2}, "tensors");
  line(map.top - 20, {edge, 1, 4}, "control dependency");
  draw_graph_minimap(canvas, map, layout, coloring, page.camera, ui.theme);
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

void draw_drawing(UiContext& ui, GraphPage& page) {
  constexpr float kSide = 184;
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float side = room.x > 620 ? kSide + 16 : 0;
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
  page.camera.center = ui.state.graph.center;
  page.camera.zoom = ui.state.graph.zoom;
  std::shared_ptr<const GraphLayout> layout = page.layout;
  if (page.animation < 1 && page.before) {
    const float part = page.animation * page.animation * (3 - 2 * page.animation);
    layout = std::make_shared<GraphLayout>(between_layouts(*page.before, *page.layout, part));
  }
  const GraphColoring coloring(*page.model, *page.layout, ui.state.graph.colors, ui.theme);
  page.marks.inputs_highlighted = ui.state.graph.inputs_highlighted;
  page.marks.outputs_highlighted = ui.state.graph.outputs_highlighted;
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  draw_graph(canvas, page.camera, *page.model, *layout, coloring, page.marks, ui.theme);
  if (side > 0) {
    draw_side(ui, page, coloring, *page.layout,
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

std::shared_ptr<const GraphModel> shown_graph(UiContext& ui) {
  const GraphSource* source = shown_source(ui);
  return source == nullptr ? nullptr : ui.workspace.graph(*source).value;
}

std::string opened_key(const GraphModel& model, NodeId node) {
  return std::to_string(static_cast<std::uint32_t>(node)) + ' ' +
         std::string(model.node(node).name);
}

std::set<std::uint32_t> opened_from_keys(const GraphModel& model,
                                         const std::set<std::string>& keys) {
  std::set<std::uint32_t> opened;
  for (const std::string& key : keys) {
    const unsigned long id = std::strtoul(key.c_str(), nullptr, 10);
    if (id >= model.size()) continue;
    const NodeId node{static_cast<std::uint32_t>(id)};
    if (opened_key(model, node) == key) opened.insert(static_cast<std::uint32_t>(id));
  }
  return opened;
}

void toggle_node(UiContext& ui, GraphPage& page, NodeId node) {
  if (node == kNoNode || !page.model->node(node).has_children()) return;
  const auto id = static_cast<std::uint32_t>(node);
  if (page.opened.erase(id) == 0) page.opened.insert(id);
  ui.state.graph.open_scopes.clear();
  for (const std::uint32_t open : page.opened) {
    ui.state.graph.open_scopes.insert(opened_key(*page.model, NodeId{open}));
  }
  page.anchor = node;
  page.layout_is_stale = true;
}

void reveal_node(UiContext& ui, GraphPage& page, NodeId node) {
  if (!page.model || node == kNoNode) return;
  select_operation(ui, std::string(page.model->node(node).name));
  page.marks.selected = node;
  for (NodeId id = page.model->node(node).parent; id != kRootNode && id != kNoNode;
       id = page.model->node(id).parent) {
    if (page.opened.insert(static_cast<std::uint32_t>(id)).second) page.layout_is_stale = true;
  }
  page.reveal = node;
  if (page.layout_is_stale) page.is_laying_out = true;
}

void draw_graph_page(UiContext& ui, GraphPage& page) {
  const GraphSource* source = shown_source(ui);
  if (source == nullptr) return;
  const Document<GraphModel>& document = ui.workspace.graph(*source);
  if (document.value) take_model(ui, page, document.value);
  draw_toolbar(ui, page);
  if (!document.value) {
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
  if (!page.search_error.empty()) {
    ImGui::TextColored(to_vec4(ui.theme.error), "%s", page.search_error.c_str());
  }
  draw_drawing(ui, page);
}

}  // namespace opscope::viewer
