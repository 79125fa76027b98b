// The left pane: runs with their colours and check boxes, and what else the paths hold.
#pragma once

#include "ui/ui_context.h"

namespace opscope::viewer {

void draw_sources_pane(UiContext& ui);

}  // namespace opscope::viewer
