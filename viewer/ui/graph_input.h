// What mouse and keys do on the graph page.
#pragma once

#include "ui/graph_page.h"
#include "ui/widgets.h"

namespace opscope::viewer {

// Changes camera, selection and opened nodes; shows the card of what the pointer is on. Only while
// there is a layout.
void handle_graph_input(UiContext& ui, GraphPage& page, const DrawingItem& item);

}  // namespace opscope::viewer
