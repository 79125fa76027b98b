// The viewer's fonts in ImGui's atlas, baked by FreeType at the sizes that drawings use, so that
// text is sharp at every zoom and screen density. Characters beyond Latin are baked when a log
// needs them.
#pragma once

#include <array>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "ui/canvas.h"

struct ImFont;
struct ImFontAtlas;

namespace opscope::viewer {

class Fonts {
 public:
  // Builds into `atlas`, which must outlive the object. `density` is device pixels per logical one.
  Fonts(ImFontAtlas& atlas, float density);

  struct Sized {
    ImFont* font = nullptr;
    float size = 0;  // logical pixels
  };

  // The baked font of the greatest size that is not above `size`.
  [[nodiscard]] Sized sized(TextFont font, float size) const;

  // The fonts of ordinary text, for ImGui's widgets.
  [[nodiscard]] ImFont* body() const { return sized(TextFont::regular, kBodySize).font; }
  [[nodiscard]] ImFont* heading() const { return sized(TextFont::medium, kBodySize).font; }
  [[nodiscard]] ImFont* mono() const { return sized(TextFont::mono, kBodySize).font; }

  // Remembers characters of `text` that are not baked.
  void need(std::string_view text);

  // Bakes what need() found missing, or for another density. Between frames only; true when the
  // atlas changed and its texture must be made anew.
  bool update(float density);

  static constexpr float kBodySize = 15;

 private:
  struct Baked {
    float size = 0;
    ImFont* font = nullptr;
  };

  void build();

  ImFontAtlas& atlas_;
  float density_;
  std::array<std::vector<Baked>, 3> baked_;
  std::set<char32_t> extra_;
  bool is_stale_ = false;
};

}  // namespace opscope::viewer
