// A page as a picture: the same drawings as in the window, filling the picture, with a title line
// and a legend.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/render_options.h"
#include "opscope/result.h"
#include "ui/canvas.h"

namespace opscope::viewer {

struct Picture {
  std::string title;
  std::function<void(Canvas&, const Area&)> draw;
};

// Reads options.path and makes ready what options.what names. Fails when the path cannot be read or
// holds nothing of the kind.
[[nodiscard]] Result<Picture> make_picture(const RenderOptions& options);

}  // namespace opscope::viewer
