// The line at the bottom: what is loading, what is damaged, whether the log still grows.
#pragma once

#include <string>

#include "ui/canvas.h"
#include "ui/ui_context.h"

namespace opscope::viewer {

void draw_status_line(UiContext& ui, const Area& area);

// "3 damaged records in 2 files", "" when all could be read.
[[nodiscard]] std::string damage_summary(const LogdirModel& model);

}  // namespace opscope::viewer
