// The whole window as a picture.
#pragma once

#include "app/png_file.h"
#include "app/render_options.h"
#include "opscope/result.h"

namespace opscope::viewer {

[[nodiscard]] Result<Pixels> render_window(const RenderOptions& options);

}  // namespace opscope::viewer
