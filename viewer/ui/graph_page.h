// The graph in the window: opens and closes scopes, moves, searches, follows edges. Layout, search
// and tracing run on the executor and are cancelled, or ignored, when the wish changes.
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
  std::shared_ptr<const GraphModel> model;   // of the shown graph
  std::shared_ptr<const GraphUnion> joined;  // that `model` is part of when two are compared
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
  std::shared_ptr<const GraphColoring> coloring;  // of `layout`
  std::string searched;                           // that `hits` answers, or will
  std::string traced;                             // that `marks.trace` answers, or will
  std::vector<NodeId> hits;
  std::size_t hit = 0;
  bool is_searching = false;
  std::string search_error;
  bool wants_fit = false;
  bool wants_search = false;  // the search field takes the keyboard
  NodeId menu_node = kNoNode;
  std::string save_name;
  std::string save_message;  // how the last file went
  bool save_failed = false;
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

}  // namespace opscope::viewer
