// The window on the screen: GLFW, its events, and a frame loop that sleeps while nothing changes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "opscope/result.h"
#include "ui/viewer_state.h"

namespace opscope::viewer {

struct ViewOptions {
  std::vector<std::string> paths;
  int width = 1440;
  int height = 900;
  int frames = 0;          // leave after so many frames with everything loaded; 0 stays
  std::string screenshot;  // PNG to write before leaving
};

// Opens the window and returns when it was closed. Fails when there is no display.
[[nodiscard]] Result<void> run_window(const ViewOptions& options);

}  // namespace opscope::viewer
