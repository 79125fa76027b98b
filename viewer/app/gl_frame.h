// Frames of ImGui through OpenGL: to the current framebuffer, or to pixels.
#pragma once

#include <functional>

#include "app/png_file.h"
#include "opscope/result.h"
#include "ui/canvas.h"
#include "ui/imgui_session.h"

namespace opscope::viewer {

// ImGui's OpenGL renderer for the context that is current; destroyed before both.
class GlRenderer {
 public:
  GlRenderer();
  ~GlRenderer();
  GlRenderer(const GlRenderer&) = delete;
  GlRenderer& operator=(const GlRenderer&) = delete;

  // Before ImGui::NewFrame(): brings the font texture up to date.
  void begin_frame(Fonts& fonts, float density);
  // After ImGui::Render(): draws over `background`.
  void draw_frame(int width_px, int height_px, Color background);
};

// What the current framebuffer shows.
[[nodiscard]] Pixels read_pixels(int width_px, int height_px);

// Draws `frames` frames of `draw` without a display and returns the last one. Sizes are logical;
// the picture is `density` times as large. `draw` is called between NewFrame and Render.
[[nodiscard]] Result<Pixels> draw_offscreen(int width, int height, float density, int frames,
                                            Color background,
                                            const std::function<void(ImGuiSession&)>& draw);

}  // namespace opscope::viewer
