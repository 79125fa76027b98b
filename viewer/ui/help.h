// The list of keys.
#pragma once

#include "ui/ui_context.h"

namespace opscope::viewer {

// A window over the others; sets `is_shown` to false when it is closed.
void draw_key_list(UiContext& ui, bool& is_shown);

}  // namespace opscope::viewer
