// An OpenGL context that needs no display server: EGL without a surface, drawn by whatever Mesa
// offers (its software renderer where there is no GPU).
#pragma once

#include <memory>

#include "opscope/result.h"

namespace opscope::viewer {

class Offscreen {
 public:
  // Makes the context current on this thread.
  [[nodiscard]] static Result<Offscreen> create();

  Offscreen(Offscreen&&) noexcept;
  Offscreen& operator=(Offscreen&&) noexcept;
  ~Offscreen();

 private:
  struct State;
  explicit Offscreen(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace opscope::viewer
