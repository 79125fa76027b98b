// The right pane: every fact of what is selected, with links to its other pages.
#pragma once

#include "ui/graph_page.h"
#include "ui/ui_context.h"

namespace opscope::viewer {

void draw_inspector_pane(UiContext& ui, GraphPage& graph);

}  // namespace opscope::viewer
