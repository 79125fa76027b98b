// The rows above the graph: what is shown and how, the search, and where one is.
#pragma once

#include "ui/graph_page.h"

namespace opscope::viewer {

void draw_graph_toolbar(UiContext& ui, GraphPage& page);

// The scopes around what is selected, or what alone is drawn, as links.
void draw_breadcrumbs(UiContext& ui, GraphPage& page);

// What can be done to GraphPage::menu_node, once open_node_menu() was called for it.
void open_node_menu(GraphPage& page, NodeId node);
void draw_node_menu(UiContext& ui, GraphPage& page);

}  // namespace opscope::viewer
