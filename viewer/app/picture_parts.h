// What several kinds of pictures share.
#pragma once

#include <string>

#include "app/render_options.h"
#include "opscope/error.h"
#include "ui/canvas.h"
#include "ui/theme.h"

namespace opscope::viewer {

// The path, as filtered by the options, holds no `what`.
[[nodiscard]] Error nothing_of(const RenderOptions& options, const std::string& what);

// Fills the area and writes the title line; returns the area below it.
Area draw_title(Canvas& canvas, const Area& area, const std::string& title,
                const std::string& detail, const Theme& theme);

}  // namespace opscope::viewer
