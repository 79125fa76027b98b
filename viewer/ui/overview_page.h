// The page when there is no other: why there is nothing to draw, and what to do.
#pragma once

#include "ui/ui_context.h"

namespace opscope::viewer {

void draw_overview_page(UiContext& ui);

}  // namespace opscope::viewer
