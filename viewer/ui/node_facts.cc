#include <imgui.h>

#include "model/units.h"
#include "ui/graph_commands.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

constexpr std::size_t kMostLinks = 50;

void section(const UiContext& ui, const std::string& title) {
  ImGui::Dummy({0, 4});
  ImGui::Separator();
  heading(ui, title);
}

std::string edge_facts(const GraphModel& model, const GraphEdge& edge) {
  if (edge.is_control) return "control";
  std::string text = edge.dtype == 0 ? std::string() : dtype_name(edge.dtype).substr(3);
  const std::string_view shape = model.shape_text(edge.shape);
  if (!shape.empty()) text += (text.empty() ? "" : " ") + std::string(shape);
  return text;
}

void draw_neighbours(UiContext& ui, GraphPage& page, const std::string& title,
                     std::span<const std::uint32_t> edges, bool are_inputs) {
  if (edges.empty()) return;
  const GraphModel& model = *page.model;
  section(ui, title + "  " + format_count(edges.size()));
  for (std::size_t i = 0; i < edges.size() && i < kMostLinks; ++i) {
    const GraphEdge& edge = model.edges()[edges[i]];
    const NodeId other = are_inputs ? edge.from : edge.to;
    ImGui::PushID(static_cast<int>(i));
    if (link(ui, std::string(model.node(other).name))) reveal_node(ui, page, other);
    const std::string facts = edge_facts(model, edge);
    if (!facts.empty()) ImGui::TextDisabled("    %s", facts.c_str());
    ImGui::PopID();
  }
  if (edges.size() > kMostLinks) {
    ImGui::TextDisabled("and %s more", format_count(edges.size() - kMostLinks).c_str());
  }
}

void draw_difference(const UiContext& ui, const GraphUnion& joined, NodeId id) {
  fact(ui, "Compared", diff_state_name(joined.states[index_of(id)]));
  const auto remarks = joined.remarks.find(static_cast<std::uint32_t>(id));
  if (remarks == joined.remarks.end()) return;
  ImGui::PushTextWrapPos(0);
  for (const std::string& remark : remarks->second) ImGui::TextUnformatted(remark.c_str());
  ImGui::PopTextWrapPos();
}

// What a scope exchanges with its siblings.
void draw_siblings(UiContext& ui, GraphPage& page, NodeId id, bool are_inputs) {
  const GraphModel& model = *page.model;
  std::size_t shown = 0;
  for (const ScopeEdge& edge : model.scope_edges(model.node(id).parent)) {
    if ((are_inputs ? edge.to : edge.from) != id) continue;
    if (shown == 0) section(ui, are_inputs ? "From" : "To");
    if (++shown > kMostLinks) break;
    const NodeId other = are_inputs ? edge.from : edge.to;
    ImGui::PushID(static_cast<int>(other));
    if (link(ui, model.label(other))) reveal_node(ui, page, other);
    ImGui::SameLine();
    const std::string what = edge.is_control() ? "control" : edge.count == 1 ? "tensor" : "tensors";
    ImGui::TextDisabled("%s %s", format_count(edge.count).c_str(), what.c_str());
    ImGui::PopID();
  }
}

}  // namespace

void draw_node_facts(UiContext& ui, GraphPage& page) {
  if (!page.model) return;
  NodeId id = page.marks.selected;
  if (id == kNoNode) id = page.model->find(ui.state.selection.operation);
  if (id == kNoNode) return;
  const GraphModel& model = *page.model;
  const GraphNode& node = model.node(id);
  section(ui, node.kind == NodeKind::op ? "Node" : "Scope");
  if (!node.op.empty()) fact(ui, "Op type", std::string(node.op));
  if (node.has_children()) fact(ui, "Holds", format_count(node.op_count) + " ops");
  if (!node.device.empty()) fact(ui, "Device", std::string(node.device));
  if (node.is_gradient) fact(ui, "Part of", "the gradient");
  const NodeStats stats = model.stats(id);
  if (stats.has_stats) {
    fact(ui, "Time", format_duration_ps(stats.duration_us * 1'000'000));
    fact(ui, "Memory", format_bytes(static_cast<double>(stats.memory_bytes)));
  }
  if (page.joined) draw_difference(ui, *page.joined, id);
  for (const FunctionCall& call : model.calls(id)) {
    fact(ui, call.attribute.c_str(), call.function);
  }
  const std::vector<GraphAttribute> attributes = model.attributes(id);
  if (!attributes.empty()) section(ui, "Attributes");
  for (const GraphAttribute& attribute : attributes) {
    fact(ui, attribute.name.c_str(), attribute.text + (attribute.is_cut ? " …" : ""));
  }
  if (node.kind != NodeKind::op && id != kRootNode) {
    draw_siblings(ui, page, id, true);
    draw_siblings(ui, page, id, false);
    return;
  }
  draw_neighbours(ui, page, "Inputs", model.input_edges(id), true);
  draw_neighbours(ui, page, "Outputs", model.output_edges(id), false);
}

}  // namespace opscope::viewer
