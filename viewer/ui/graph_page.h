// The graph in the window: opens and closes scopes, moves, searches. Layout runs on the executor
// and is cancelled when the wish changes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/graph_layout.h"
#include "model/graph_model.h"
#include "ui/graph_drawing.h"
#include "ui/ui_context.h"

namespace opscope::viewer {

struct LayoutWorker;

// What the page remembers between frames and does not save.
struct GraphPage {
  std::shared_ptr<const GraphModel> model;  // of the shown graph
  std::shared_ptr<const GraphLayout> layout;
  std::shared_ptr<const GraphLayout> before;  // that the picture is on its way from
  float animation = 1;                        // 0 shows `before`, 1 `layout`
  std::set<std::uint32_t> opened;
  bool layout_is_stale = true;
  bool is_laying_out = false;
  CancelToken cancel;  // of the layout that runs
  std::shared_ptr<LayoutWorker> worker;
  NodeId anchor = kNoNode;  // stays in place when the next layout comes
  NodeId reveal = kNoNode;  // comes to the middle when the next layout comes
  GraphMarks marks;
  std::string search;
  std::string searched;  // that `hits` answers
  std::vector<NodeId> hits;
  std::size_t hit = 0;
  std::string search_error;
  bool wants_fit = false;
  GraphCamera camera;  // of the last frame
};

void draw_graph_page(UiContext& ui, GraphPage& page);

// Every fact of the selected node, with links to its inputs and outputs; nothing when the
// selection is no node.
void draw_node_facts(UiContext& ui, GraphPage& page);

// The index into Workspace::graphs() of the graph that the page shows; -1 when there is none.
[[nodiscard]] int shown_graph_index(const UiContext& ui);

// The model of the graph that the page shows; null while it is not loaded.
[[nodiscard]] std::shared_ptr<const GraphModel> shown_graph(UiContext& ui);

// How ViewerState names an opened node: its id and, as a check, its name.
[[nodiscard]] std::string opened_key(const GraphModel& model, NodeId node);

// The nodes that keys of opened_key() name in `model`; keys of another graph are passed over.
[[nodiscard]] std::set<std::uint32_t> opened_from_keys(const GraphModel& model,
                                                       const std::set<std::string>& keys);

// Opens a closed node and closes an open one; leaves without children alone.
void toggle_node(UiContext& ui, GraphPage& page, NodeId node);

// Selects `node`, opens what is around it and brings it to the middle.
void reveal_node(UiContext& ui, GraphPage& page, NodeId node);

}  // namespace opscope::viewer
