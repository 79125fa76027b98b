// Dresses ImGui's own widgets in the viewer's theme.
#pragma once

#include "ui/theme.h"

struct ImGuiStyle;
struct ImVec4;

namespace opscope::viewer {

void apply_style(ImGuiStyle& style, const Theme& theme);

[[nodiscard]] ImVec4 to_vec4(Color color);

}  // namespace opscope::viewer
