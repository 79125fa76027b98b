#include "app/gl_frame.h"

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "app/offscreen.h"

namespace opscope::viewer {

namespace {

// A texture to draw into, bound while the object lives.
class Framebuffer {
 public:
  Framebuffer(int width_px, int height_px) {
    glGenTextures(1, &texture_);
    glBindTexture(GL_TEXTURE_2D, texture_);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width_px, height_px, 0, GL_RGBA, GL_UNSIGNED_BYTE,
                 nullptr);
    glGenFramebuffers(1, &framebuffer_);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_, 0);
  }
  ~Framebuffer() {
    glDeleteFramebuffers(1, &framebuffer_);
    glDeleteTextures(1, &texture_);
  }
  Framebuffer(const Framebuffer&) = delete;
  Framebuffer& operator=(const Framebuffer&) = delete;

  [[nodiscard]] static bool is_complete() {
    return glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
  }

 private:
  GLuint texture_ = 0;
  GLuint framebuffer_ = 0;
};

}  // namespace

GlRenderer::GlRenderer() { ImGui_ImplOpenGL3_Init("#version 150"); }
GlRenderer::~GlRenderer() { ImGui_ImplOpenGL3_Shutdown(); }

void GlRenderer::begin_frame(Fonts& fonts, float density) {
  if (fonts.update(density)) {
    ImGui::GetIO().FontDefault = fonts.body();
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
  }
  ImGui_ImplOpenGL3_NewFrame();
}

void GlRenderer::draw_frame(int width_px, int height_px, Color background) {
  glViewport(0, 0, width_px, height_px);
  const auto channel = [](std::uint8_t value) { return static_cast<float>(value) / 255.0F; };
  glClearColor(channel(background.r), channel(background.g), channel(background.b), 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

Pixels read_pixels(int width_px, int height_px) {
  Pixels pixels{width_px, height_px, {}};
  const std::size_t row = static_cast<std::size_t>(width_px) * 4;
  pixels.rgba.resize(row * static_cast<std::size_t>(height_px));
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width_px, height_px, GL_RGBA, GL_UNSIGNED_BYTE, pixels.rgba.data());
  // OpenGL's rows go upwards.
  for (std::size_t top = 0, bottom = static_cast<std::size_t>(height_px) - 1; top < bottom;
       ++top, --bottom) {
    std::swap_ranges(pixels.rgba.begin() + static_cast<std::ptrdiff_t>(top * row),
                     pixels.rgba.begin() + static_cast<std::ptrdiff_t>((top + 1) * row),
                     pixels.rgba.begin() + static_cast<std::ptrdiff_t>(bottom * row));
  }
  for (std::size_t i = 3; i < pixels.rgba.size(); i += 4) pixels.rgba[i] = 255;
  return pixels;
}

Result<Pixels> draw_offscreen(int width, int height, float density, int frames, Color background,
                              const std::function<void(ImGuiSession&)>& draw) {
  const Result<Offscreen> context = Offscreen::create();
  if (!context) return context.error();
  const int width_px = static_cast<int>(std::lround(static_cast<float>(width) * density));
  const int height_px = static_cast<int>(std::lround(static_cast<float>(height) * density));
  ImGuiSession session(density);
  GlRenderer renderer;
  const Framebuffer target(width_px, height_px);
  if (!Framebuffer::is_complete()) {
    return Error(ErrorCode::resource_exhausted,
                 "no memory for a picture of this size, choose a smaller --size");
  }
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
  io.DisplayFramebufferScale = {density, density};
  for (int i = 0; i < frames; ++i) {
    io.DeltaTime = 1.0F;  // animations end at once
    renderer.begin_frame(session.fonts(), density);
    ImGui::NewFrame();
    draw(session);
    ImGui::Render();
    renderer.draw_frame(width_px, height_px, background);
  }
  return read_pixels(width_px, height_px);
}

}  // namespace opscope::viewer
