#include "app/offscreen.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>

#include <array>
#include <string>
#include <utility>

namespace opscope::viewer {

struct Offscreen::State {
  EGLDisplay display = EGL_NO_DISPLAY;
  EGLContext context = EGL_NO_CONTEXT;

  ~State() {
    if (display == EGL_NO_DISPLAY) return;
    eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (context != EGL_NO_CONTEXT) eglDestroyContext(display, context);
    eglTerminate(display);
  }
};

namespace {

Error egl_error(const std::string& what) {
  return {ErrorCode::unavailable,
          what + ": EGL error " + std::to_string(eglGetError()) +
              "; install Mesa's EGL (Debian: libegl1 libgl1-mesa-dri), or write an SVG, which "
              "needs no OpenGL"};
}

EGLDisplay surfaceless_display() {
  // EGL hands extension functions out as a generic function pointer.
  const auto get_platform_display = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(  // NOLINT
      eglGetProcAddress("eglGetPlatformDisplayEXT"));
  if (get_platform_display == nullptr) return EGL_NO_DISPLAY;
  return get_platform_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
}

}  // namespace

Offscreen::Offscreen(std::unique_ptr<State> state) : state_(std::move(state)) {}
Offscreen::Offscreen(Offscreen&&) noexcept = default;
Offscreen& Offscreen::operator=(Offscreen&&) noexcept = default;
Offscreen::~Offscreen() = default;

Result<Offscreen> Offscreen::create() {
  auto state = std::make_unique<State>();
  state->display = surfaceless_display();
  if (state->display == EGL_NO_DISPLAY ||
      eglInitialize(state->display, nullptr, nullptr) == EGL_FALSE) {
    return egl_error("no way to draw without a display");
  }
  if (eglBindAPI(EGL_OPENGL_API) == EGL_FALSE) return egl_error("no OpenGL");
  constexpr std::array<EGLint, 5> kConfig{EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_SURFACE_TYPE,
                                          EGL_DONT_CARE, EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  if (eglChooseConfig(state->display, kConfig.data(), &config, 1, &count) == EGL_FALSE) count = 0;
  constexpr std::array<EGLint, 7> kContext{EGL_CONTEXT_MAJOR_VERSION,
                                           3,
                                           EGL_CONTEXT_MINOR_VERSION,
                                           3,
                                           EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                           EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                                           EGL_NONE};
  state->context = eglCreateContext(state->display, count > 0 ? config : EGL_NO_CONFIG_KHR,
                                    EGL_NO_CONTEXT, kContext.data());
  if (state->context == EGL_NO_CONTEXT) return egl_error("no OpenGL 3.3 context");
  if (eglMakeCurrent(state->display, EGL_NO_SURFACE, EGL_NO_SURFACE, state->context) == EGL_FALSE) {
    return egl_error("no OpenGL without a surface");
  }
  return Offscreen(std::move(state));
}

}  // namespace opscope::viewer
