// The column beside the graph: what colours mean, what the search found, the whole in small.
#pragma once

#include "ui/graph_page.h"

namespace opscope::viewer {

// Draws into `side`; the cursor of ImGui's window may be anywhere.
void draw_graph_side(UiContext& ui, GraphPage& page, const Area& side);

}  // namespace opscope::viewer
