#include "ui/graph_toolbar.h"

#include <imgui.h>

#include <algorithm>
#include <array>

#include "model/units.h"
#include "ui/graph_commands.h"
#include "ui/imgui_style.h"
#include "ui/keys.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

std::vector<std::string> color_names() {
  return {"Colour: structure", "Colour: device", "Colour: op type",  "Colour: compute time",
          "Colour: memory",    "Colour: dtype",  "Colour: gradient", "Colour: difference"};
}

void draw_view_popup(UiContext& ui, GraphPage& page) {
  if (!ImGui::BeginPopup("graph view")) return;
  GraphState& state = ui.state.graph;
  if (ImGui::MenuItem("Inputs at the bottom", nullptr, &state.is_input_at_bottom)) {
    page.layout_is_stale = true;
    page.wants_fit = true;
  }
  ImGui::MenuItem("Highlight inputs", "I", &state.inputs_highlighted);
  ImGui::MenuItem("Highlight outputs", "O", &state.outputs_highlighted);
  ImGui::MenuItem("Minimap", nullptr, &state.minimap_shown);
  ImGui::Separator();
  constexpr std::array<const char*, 4> kTracing{"Follow nothing", "Follow all inputs",
                                                "Follow all outputs", "Follow both"};
  for (int i = 0; i < kGraphTracingCount; ++i) {
    const auto tracing = static_cast<GraphTracing>(i);
    const bool is_on = state.tracing == tracing && state.path_end.empty();
    if (ImGui::MenuItem(kTracing[static_cast<std::size_t>(i)], i == 0 ? "L" : nullptr, is_on)) {
      state.tracing = tracing;
      state.path_end.clear();
    }
  }
  const std::size_t changed = state.removed.size() + state.kept.size();
  if (changed > 0) {
    ImGui::Separator();
    const std::string undo = "Undo " + format_count(changed) + " removals and returns";
    if (ImGui::MenuItem(undo.c_str())) return_all(ui, page);
  }
  ImGui::EndPopup();
}

void draw_save_popup(UiContext& ui, GraphPage& page) {
  if (!ImGui::BeginPopup("graph save")) return;
  if (page.save_name.empty()) page.save_name = "graph";
  text_field("##name", "File without its ending", page.save_name, 240);
  constexpr std::array<const char*, 5> kEndings{"PNG", "SVG", "PDF", "DOT", "pbtxt"};
  for (const char* ending : kEndings) {
    if (ending != kEndings[0]) ImGui::SameLine(0, 6);
    if (!ImGui::Button(ending)) continue;
    std::string lower = ending;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    ui.requests.save_graph = page.save_name + "." + lower;
    page.save_message.clear();
    ImGui::CloseCurrentPopup();
  }
  ImGui::TextDisabled("DOT and pbtxt hold the graph, the others the view.");
  ImGui::EndPopup();
}

// The graph to compare with; it is the older one of the two.
void draw_comparison(UiContext& ui, const GraphPage& page,
                     const std::vector<std::string>& sources) {
  std::vector<std::string> choices{"Compare with nothing"};
  for (const std::string& source : sources) choices.push_back("Compare with " + source);
  int choice = ui.state.graph.compared + 1;
  if (picker("##compared", choice, choices, 190)) {
    ui.state.graph.compared = choice - 1;
    ui.state.graph.colors = choice == 0 ? GraphColors::structure : GraphColors::difference;
  }
  ImGui::SameLine();
  if (!page.joined) return;
  const GraphUnion& joined = *page.joined;
  ImGui::TextDisabled("%s", ("+" + format_count(joined.added) + "  -" +
                             format_count(joined.removed) + "  ~" + format_count(joined.changed))
                                .c_str());
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("operations added, removed and changed");
  ImGui::SameLine();
}

void draw_choices(UiContext& ui, GraphPage& page) {
  std::vector<std::string> sources;
  for (const GraphSource& source : ui.workspace.graphs()) sources.push_back(graph_label(source));
  const float room = ImGui::GetContentRegionAvail().x;
  int shown = shown_graph_index(ui);
  if (picker("##graph", shown, sources, std::clamp(room * 0.3F, 120.0F, 320.0F))) {
    ui.state.graph.source = shown;
  }
  if (!page.model) return;
  ImGui::SameLine();
  int colors = static_cast<int>(ui.state.graph.colors);
  if (picker("##colors", colors, color_names(), 176)) {
    ui.state.graph.colors = static_cast<GraphColors>(colors);
  }
  ImGui::SameLine();
  if (sources.size() > 1) draw_comparison(ui, page, sources);
  if (ImGui::Button("Fit")) page.wants_fit = true;
  ImGui::SameLine();
  if (ImGui::Button("View")) ImGui::OpenPopup("graph view");
  ImGui::SameLine();
  if (ImGui::Button("Save")) ImGui::OpenPopup("graph save");
  draw_view_popup(ui, page);
  draw_save_popup(ui, page);
  if (page.is_laying_out) {
    ImGui::SameLine();
    ImGui::TextDisabled("laying out…");
  }
}

void draw_search_options(UiContext& ui) {
  struct Option {
    const char* label;
    const char* help;
    bool SearchOptions::*flag;
  };
  constexpr std::array<Option, 6> kOptions{
      {{".*", "A regular expression", &SearchOptions::is_regex},
       {"Aa", "Capital letters count", &SearchOptions::match_case},
       {"name", "Search in names", &SearchOptions::match_name},
       {"op", "Search in op types", &SearchOptions::match_op},
       {"attr", "Search in attributes, as name=value", &SearchOptions::match_attributes},
       {"shape", "Search in shapes of outputs, such as [?,128]", &SearchOptions::match_shape}}};
  SearchOptions& in = ui.state.graph.search_in;
  for (const Option& option : kOptions) {
    ImGui::SameLine(0, 4);
    if (toggle(ui, option.label, in.*option.flag)) in.*option.flag = !(in.*option.flag);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", option.help);
  }
}

void draw_search(UiContext& ui, GraphPage& page) {
  if (page.wants_search) ImGui::SetKeyboardFocusHere();
  page.wants_search = false;
  text_field("##search", "Search this graph   (Ctrl+F)", ui.state.graph.search, 220);
  const bool entered = ImGui::IsItemDeactivated() && ImGui::IsKeyPressed(kKeyEnter);
  draw_search_options(ui);
  if (entered) step_hit(ui, page, 1);
  if (ui.state.graph.search.empty()) return;
  ImGui::SameLine(0, 10);
  if (ImGui::Button("‹")) step_hit(ui, page, -1);
  ImGui::SameLine(0, 4);
  if (ImGui::Button("›")) step_hit(ui, page, 1);
  ImGui::SameLine(0, 8);
  if (page.is_searching) {
    ImGui::TextDisabled("searching…");
  } else if (page.hits.empty()) {
    ImGui::TextDisabled("nothing found");
  } else {
    ImGui::TextDisabled("%s of %s", format_count(page.hit + 1).c_str(),
                        format_count(page.hits.size()).c_str());
  }
}

}  // namespace

void draw_graph_toolbar(UiContext& ui, GraphPage& page) {
  draw_choices(ui, page);
  if (!page.model) return;
  draw_search(ui, page);
  if (!page.save_message.empty()) {
    const Color color = page.save_failed ? ui.theme.error : ui.theme.muted;
    ImGui::SameLine(0, 12);
    ImGui::TextColored(to_vec4(color), "%s", page.save_message.c_str());
  }
  if (!page.search_error.empty()) {
    ImGui::TextColored(to_vec4(ui.theme.error), "%s", page.search_error.c_str());
  }
}

void draw_breadcrumbs(UiContext& ui, GraphPage& page) {
  const GraphModel& model = *page.model;
  const NodeId root = drawn_root(model, ui.state.graph);
  NodeId last = page.marks.selected == kNoNode ? root : page.marks.selected;
  if (root != kRootNode && !model.is_ancestor(root, last)) last = root;
  std::vector<NodeId> chain;
  for (NodeId at = last; at != kRootNode && at != kNoNode; at = model.node(at).parent) {
    chain.push_back(at);
  }
  if (link(ui, "whole graph")) {
    select_node(ui, page, kNoNode);
    show_only(ui, page, kRootNode);
  }
  for (std::size_t i = chain.size(); i-- > 0;) {
    const NodeId node = chain[i];
    ImGui::SameLine(0, 6);
    ImGui::TextDisabled("›");
    ImGui::SameLine(0, 6);
    ImGui::PushID(static_cast<int>(node));
    if (i == 0) {
      ImGui::TextUnformatted(model.label(node).c_str());
    } else if (link(ui, model.label(node))) {
      reveal_node(ui, page, node);
    }
    ImGui::PopID();
  }
  if (root == kRootNode) return;
  ImGui::SameLine(0, 12);
  ImGui::TextDisabled("only %s is drawn", model.label(root).c_str());
}

void open_node_menu(GraphPage& page, NodeId node) {
  page.menu_node = node;
  if (node != kNoNode) ImGui::OpenPopup("node menu");
}

void draw_node_menu(UiContext& ui, GraphPage& page) {
  if (!ImGui::BeginPopup("node menu")) return;
  const NodeId node = page.menu_node;
  if (node == kNoNode || index_of(node) >= page.model->size()) {
    ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
    return;
  }
  const bool has_children = page.model->node(node).has_children();
  const bool is_open = page.opened.count(static_cast<std::uint32_t>(node)) != 0;
  GraphState& state = ui.state.graph;
  if (ImGui::MenuItem(is_open ? "Close" : "Open", "Enter", false, has_children)) {
    toggle_node(ui, page, node);
  }
  if (ImGui::MenuItem("Draw only this", "G", false, has_children)) show_only(ui, page, node);
  if (is_beside_users(page, node)) {
    if (ImGui::MenuItem("Return to the graph", "X")) return_to_graph(ui, page, node);
  } else if (ImGui::MenuItem("Remove from the graph", "X")) {
    remove_from_graph(ui, page, node);
  }
  ImGui::Separator();
  const auto follow = [&](GraphTracing tracing) {
    select_node(ui, page, node);
    state.tracing = tracing;
    state.path_end.clear();
  };
  if (ImGui::MenuItem("Follow all inputs")) follow(GraphTracing::inputs);
  if (ImGui::MenuItem("Follow all outputs")) follow(GraphTracing::outputs);
  const bool has_other = page.marks.selected != kNoNode && page.marks.selected != node;
  if (ImGui::MenuItem("Path from the selected node", "Shift+click", false, has_other)) {
    state.path_end = std::string(page.model->node(node).name);
  }
  ImGui::Separator();
  if (ImGui::MenuItem("Copy the name", "Ctrl+C")) copy_name(page, node);
  ImGui::EndPopup();
}

}  // namespace opscope::viewer
