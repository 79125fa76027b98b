#include "app/app_window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <imgui.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/gl_frame.h"
#include "app/save_graph.h"
#include "app/thread_executor.h"
#include "ui/viewer_window.h"
#include "ui/workspace.h"

namespace opscope::viewer {

namespace {

// ImGui needs a few frames until hovering, popups and layouts have settled.
constexpr int kFramesAfterEvent = 3;
constexpr double kRefreshSeconds = 1.0;

// Set by the callbacks of GLFW, which take no context but the window's user pointer.
struct KeyEvent {
  int key = 0;
  int scancode = 0;
  int action = 0;
  int mods = 0;
};

struct Events {
  int frames_left = kFramesAfterEvent;
  std::deque<KeyEvent> keys;
  std::vector<std::string> dropped;
};

Events& events_of(GLFWwindow* window) {
  return *static_cast<Events*>(glfwGetWindowUserPointer(window));
}

void wake(GLFWwindow* window) { events_of(window).frames_left = kFramesAfterEvent; }

void watch_events(GLFWwindow* window) {
  glfwSetCursorPosCallback(window, [](GLFWwindow* w, double, double) { wake(w); });
  glfwSetCursorEnterCallback(window, [](GLFWwindow* w, int entered) {
    ImGui_ImplGlfw_CursorEnterCallback(w, entered);
    wake(w);
  });
  glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int button, int action, int mods) {
    ImGui_ImplGlfw_MouseButtonCallback(w, button, action, mods);
    wake(w);
  });
  glfwSetScrollCallback(window, [](GLFWwindow* w, double x, double y) {
    ImGui_ImplGlfw_ScrollCallback(w, x, y);
    wake(w);
  });
  glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int scancode, int action, int mods) {
    events_of(w).keys.push_back({key, scancode, action, mods});
    wake(w);
  });
  glfwSetCharCallback(window, [](GLFWwindow* w, unsigned code) {
    ImGui_ImplGlfw_CharCallback(w, code);
    wake(w);
  });
  glfwSetWindowFocusCallback(window, [](GLFWwindow* w, int focused) {
    ImGui_ImplGlfw_WindowFocusCallback(w, focused);
    wake(w);
  });
  glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { wake(w); });
  glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { wake(w); });
  glfwSetDropCallback(window, [](GLFWwindow* w, int count, const char** paths) {
    for (int i = 0; i < count; ++i) events_of(w).dropped.emplace_back(paths[i]);
    wake(w);
  });
}

// ImGui 1.86 sees keys once a frame: a key that goes down and up between two frames would be lost,
// so what follows its press waits for the next frame.
void deliver_keys(GLFWwindow* window, Events& events) {
  std::vector<int> pressed;
  while (!events.keys.empty()) {
    const KeyEvent event = events.keys.front();
    const bool is_release = event.action == GLFW_RELEASE;
    if (is_release && std::find(pressed.begin(), pressed.end(), event.key) != pressed.end()) break;
    if (!is_release) pressed.push_back(event.key);
    events.keys.pop_front();
    ImGui_ImplGlfw_KeyCallback(window, event.key, event.scancode, event.action, event.mods);
  }
  if (!events.keys.empty()) wake(window);
}

Error no_display() {
  const bool has_name =
      std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
  const char* reason = nullptr;
  glfwGetError(&reason);
  const std::string where = has_name ? std::string(reason == nullptr ? "GLFW" : reason)
                                     : "neither DISPLAY nor WAYLAND_DISPLAY is set";
  return {ErrorCode::unavailable,
          "no display to open a window on, " + where +
              ", draw into a file instead: opscope render graph PATH --out graph.png"};
}

class GlfwWindow {
 public:
  GlfwWindow() = default;
  ~GlfwWindow() {
    if (window_ != nullptr) glfwDestroyWindow(window_);
    if (is_initialized_) glfwTerminate();
  }
  GlfwWindow(const GlfwWindow&) = delete;
  GlfwWindow& operator=(const GlfwWindow&) = delete;

  [[nodiscard]] bool open(int width, int height, const std::string& title) {
    is_initialized_ = glfwInit() == GLFW_TRUE;
    if (!is_initialized_) return false;
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    window_ = glfwCreateWindow(width, height, title.c_str(), nullptr, nullptr);
    if (window_ == nullptr) return false;
    glfwMakeContextCurrent(window_);
    glfwSwapInterval(1);
    return true;
  }
  [[nodiscard]] GLFWwindow* get() const { return window_; }

 private:
  bool is_initialized_ = false;
  GLFWwindow* window_ = nullptr;
};

// Device pixels for each logical one: what the window system scales by itself, or what it asks
// programs to do.
float density_of(GLFWwindow* window) {
  int width = 0;
  int framebuffer_width = 0;
  glfwGetWindowSize(window, &width, nullptr);
  glfwGetFramebufferSize(window, &framebuffer_width, nullptr);
  float content = 1;
  glfwGetWindowContentScale(window, &content, nullptr);
  const float scaled =
      width > 0 ? static_cast<float>(framebuffer_width) / static_cast<float>(width) : 1.0F;
  return std::clamp(std::max(content, scaled), 1.0F, 4.0F);
}

// Turns what ImGui's backend reports in window coordinates into logical pixels.
void use_logical_pixels(GLFWwindow* window, float density) {
  ImGuiIO& io = ImGui::GetIO();
  int width = 0;
  int framebuffer_width = 0;
  int framebuffer_height = 0;
  glfwGetWindowSize(window, &width, nullptr);
  glfwGetFramebufferSize(window, &framebuffer_width, &framebuffer_height);
  if (width == 0 || framebuffer_width == 0) return;
  io.DisplaySize = {static_cast<float>(framebuffer_width) / density,
                    static_cast<float>(framebuffer_height) / density};
  io.DisplayFramebufferScale = {density, density};
  const float logical = io.DisplaySize.x / static_cast<float>(width);
  if (io.MousePos.x > -1e6F) io.MousePos = {io.MousePos.x * logical, io.MousePos.y * logical};
}

ViewerState load_state(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return read_state(text.str());
}

// A state that cannot be saved is no reason to hold anybody up: the next start begins afresh.
void save_state(const std::string& file, const ViewerState& state) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
  std::ofstream(file) << write_state(state);
}

class Application {
 public:
  explicit Application(const ViewOptions& options)
      : options_(options),
        state_path_(state_file(options.paths)),
        state_(load_state(state_path_)),
        workspace_(executor_, [] { glfwPostEmptyEvent(); }) {}

  ~Application() { save_state(state_path_, state_); }
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  Result<void> run(GLFWwindow* window) {
    for (const std::string& path : options_.paths) workspace_.open(path);
    Events events;
    glfwSetWindowUserPointer(window, &events);
    watch_events(window);
    ImGuiSession session(density_of(window));
    ImGui_ImplGlfw_InitForOpenGL(window, false);
    Result<void> result;
    {
      GlRenderer renderer;
      ViewerWindow view(workspace_, state_, session.fonts());
      result = loop(window, events, renderer, session, view);
    }
    ImGui_ImplGlfw_Shutdown();
    return result;
  }

 private:
  Result<void> loop(GLFWwindow* window, Events& events, GlRenderer& renderer, ImGuiSession& session,
                    ViewerWindow& view) {
    double refreshed_at = glfwGetTime();
    int settled = 0;
    while (glfwWindowShouldClose(window) == GLFW_FALSE && !view.wants_quit()) {
      const bool is_busy = events.frames_left > 0 || view.is_animating() || options_.frames > 0;
      if (is_busy) {
        glfwPollEvents();
      } else {
        glfwWaitEventsTimeout(kRefreshSeconds);
      }
      if (glfwGetTime() - refreshed_at > kRefreshSeconds) {
        workspace_.refresh();
        refreshed_at = glfwGetTime();
      }
      for (const std::string& path : events.dropped) workspace_.open(path);
      events.dropped.clear();
      if (workspace_.poll()) events.frames_left = kFramesAfterEvent;
      if (events.frames_left == 0 && !view.is_animating() && options_.frames == 0) continue;
      events.frames_left = std::max(0, events.frames_left - 1);
      deliver_keys(window, events);
      draw(window, renderer, session, view);
      save_when_wanted(window, view);
      settled = workspace_.is_loading() || view.is_animating() ? 0 : settled + 1;
      if (options_.frames > 0 && settled >= options_.frames) return finish(window);
      glfwSwapBuffers(window);
    }
    return {};
  }

  void draw(GLFWwindow* window, GlRenderer& renderer, ImGuiSession& session, ViewerWindow& view) {
    const float density = density_of(window);
    renderer.begin_frame(session.fonts(), density);
    ImGui_ImplGlfw_NewFrame();
    use_logical_pixels(window, density);
    ImGui::NewFrame();
    view.draw();
    ImGui::Render();
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(window, &width, &height);
    renderer.draw_frame(width, height, theme(state_.theme).page);
  }

  // What is in the framebuffer now is the frame in which the wish came.
  void save_when_wanted(GLFWwindow* window, ViewerWindow& view) {
    const std::string path = view.take_save_request();
    if (path.empty()) return;
    const auto read_area = [window](const Area& area) {
      int width = 0;
      int height = 0;
      glfwGetFramebufferSize(window, &width, &height);
      return cut_pixels(read_pixels(width, height), area, density_of(window));
    };
    const auto done = save_graph(path, view.graph_page(), state_, workspace_, read_area);
    view.tell_saved(path, done ? std::string() : std::string(done.error().what()));
  }

  Result<void> finish(GLFWwindow* window) {
    if (options_.screenshot.empty()) return {};
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(window, &width, &height);
    return write_png(options_.screenshot, read_pixels(width, height));
  }

  const ViewOptions& options_;
  std::string state_path_;
  ViewerState state_;
  Workspace workspace_;
  // Last, so that its jobs end before what they work on.
  ThreadExecutor executor_{2};
};

}  // namespace

Result<void> run_window(const ViewOptions& options) {
  GlfwWindow window;
  const std::string title =
      options.paths.empty() ? "Opscope" : options.paths.front() + " – Opscope";
  if (!window.open(options.width, options.height, title)) return no_display();
  Application application(options);
  return application.run(window.get());
}

}  // namespace opscope::viewer
