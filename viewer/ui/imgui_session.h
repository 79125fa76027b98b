// An ImGui context set up for the viewer, with its fonts. One at a time; frame's thread only.
#pragma once

#include <memory>

#include "ui/fonts.h"

struct ImGuiContext;

namespace opscope::viewer {

class ImGuiSession {
 public:
  // `density` is device pixels per logical pixel.
  explicit ImGuiSession(float density);
  ~ImGuiSession();
  ImGuiSession(const ImGuiSession&) = delete;
  ImGuiSession& operator=(const ImGuiSession&) = delete;

  [[nodiscard]] Fonts& fonts() { return *fonts_; }

 private:
  ImGuiContext* context_;
  std::unique_ptr<Fonts> fonts_;
};

}  // namespace opscope::viewer
