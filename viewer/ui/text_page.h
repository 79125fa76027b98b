// Text summaries, newest first, as they were written.
#pragma once

#include "ui/ui_context.h"

namespace opscope::viewer {

void draw_text_page(UiContext& ui);

}  // namespace opscope::viewer
