// Outlines of characters in the viewer's fonts, for files that carry their own glyphs.
#pragma once

#include <memory>
#include <string>

#include "ui/canvas.h"

namespace opscope::viewer {

// In units of a line's height, y upwards from the baseline, as PDF's path operators draw it.
struct GlyphOutline {
  float advance = 0;
  float left = 0;  // of a box around it
  float bottom = 0;
  float right = 0;
  float top = 0;
  std::string path;  // in thousandths, ends in "f" unless empty
};

// Not thread-safe.
class GlyphOutlines {
 public:
  GlyphOutlines();
  ~GlyphOutlines();
  GlyphOutlines(const GlyphOutlines&) = delete;
  GlyphOutlines& operator=(const GlyphOutlines&) = delete;

  // Of the font or, where that lacks the character, of the fonts for symbols and CJK; a blank of
  // half a line's height when none has it.
  [[nodiscard]] GlyphOutline outline(char32_t code, TextFont font) const;

 private:
  struct Faces;
  std::unique_ptr<Faces> faces_;
};

}  // namespace opscope::viewer
