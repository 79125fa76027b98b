#include "ui/graph_commands.h"

#include <imgui.h>

#include <algorithm>
#include <cstdlib>

namespace opscope::viewer {

namespace {

std::vector<NodeId> ids_of(const std::set<std::uint32_t>& nodes) {
  std::vector<NodeId> ids;
  for (const std::uint32_t node : nodes) ids.push_back(NodeId{node});
  return ids;
}

void save_opened(UiContext& ui, const GraphPage& page) {
  ui.state.graph.open_scopes.clear();
  for (const std::uint32_t open : page.opened) {
    ui.state.graph.open_scopes.insert(opened_key(*page.model, NodeId{open}));
  }
}

}  // namespace

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

NodeId drawn_root(const GraphModel& model, const GraphState& state) {
  if (state.only.empty()) return kRootNode;
  const std::set<std::uint32_t> found = opened_from_keys(model, {state.only});
  return found.empty() ? kRootNode : NodeId{*found.begin()};
}

GraphLayoutRequest layout_request(const GraphModel& model, const GraphState& state,
                                  const std::set<std::uint32_t>& opened, double aspect) {
  GraphLayoutRequest request;
  request.model = &model;
  request.opened = ids_of(opened);
  request.root = drawn_root(model, state);
  request.removed = ids_of(opened_from_keys(model, state.removed));
  request.kept = ids_of(opened_from_keys(model, state.kept));
  request.is_input_at_bottom = state.is_input_at_bottom;
  request.metrics.text_width = graph_text_width;
  request.aspect = aspect;
  return request;
}

void select_node(UiContext& ui, GraphPage& page, NodeId node) {
  page.marks.selected = node;
  select_operation(ui, node == kNoNode ? std::string() : std::string(page.model->node(node).name));
}

void toggle_node(UiContext& ui, GraphPage& page, NodeId node) {
  if (node == kNoNode || !page.model->node(node).has_children()) return;
  const auto id = static_cast<std::uint32_t>(node);
  if (page.opened.erase(id) == 0) page.opened.insert(id);
  save_opened(ui, page);
  page.anchor = node;
  page.layout_is_stale = true;
}

void reveal_node(UiContext& ui, GraphPage& page, NodeId node) {
  if (!page.model || node == kNoNode) return;
  select_node(ui, page, node);
  const NodeId root = drawn_root(*page.model, ui.state.graph);
  if (root != kRootNode && !page.model->is_ancestor(root, node)) {
    ui.state.graph.only.clear();
    page.layout_is_stale = true;
  }
  for (NodeId id = page.model->node(node).parent; id != kRootNode && id != kNoNode;
       id = page.model->node(id).parent) {
    if (page.opened.insert(static_cast<std::uint32_t>(id)).second) page.layout_is_stale = true;
  }
  save_opened(ui, page);
  page.reveal = node;
  if (page.layout_is_stale) page.is_laying_out = true;
}

bool is_beside_users(const GraphPage& page, NodeId node) {
  if (!page.layout || !page.model || node == kNoNode || node == kRootNode) return false;
  const std::int32_t box = page.layout->box_of(*page.model, node);
  if (box < 0) return page.model->node(node).parent == kRootNode;
  const LayoutBox& nearest = page.layout->boxes[static_cast<std::size_t>(box)];
  return nearest.node != node && nearest.is_open;
}

void remove_from_graph(UiContext& ui, GraphPage& page, NodeId node) {
  if (node == kNoNode || node == kRootNode) return;
  const std::string key = opened_key(*page.model, node);
  ui.state.graph.kept.erase(key);
  ui.state.graph.removed.insert(key);
  page.layout_is_stale = true;
}

void return_to_graph(UiContext& ui, GraphPage& page, NodeId node) {
  if (node == kNoNode || node == kRootNode) return;
  const std::string key = opened_key(*page.model, node);
  // What a rule took out needs a word against the rule.
  if (ui.state.graph.removed.erase(key) == 0) ui.state.graph.kept.insert(key);
  page.layout_is_stale = true;
}

void return_all(UiContext& ui, GraphPage& page) {
  ui.state.graph.removed.clear();
  ui.state.graph.kept.clear();
  page.layout_is_stale = true;
}

void show_only(UiContext& ui, GraphPage& page, NodeId node) {
  const bool is_all = node == kRootNode || node == kNoNode;
  if (!is_all && !page.model->node(node).has_children()) return;
  ui.state.graph.only = is_all ? std::string() : opened_key(*page.model, node);
  page.layout_is_stale = true;
  page.wants_fit = true;
}

void copy_name(const GraphPage& page, NodeId node) {
  if (node == kNoNode) return;
  ImGui::SetClipboardText(std::string(page.model->node(node).name).c_str());
}

void step_hit(UiContext& ui, GraphPage& page, int by) {
  if (page.hits.empty()) return;
  const auto count = static_cast<std::ptrdiff_t>(page.hits.size());
  // The first step goes to the first hit.
  const bool is_there = page.hit < page.hits.size() && page.marks.selected == page.hits[page.hit];
  const std::ptrdiff_t next = static_cast<std::ptrdiff_t>(page.hit) + (is_there ? by : 0);
  page.hit = static_cast<std::size_t>((next % count + count) % count);
  reveal_node(ui, page, page.hits[page.hit]);
}

}  // namespace opscope::viewer
