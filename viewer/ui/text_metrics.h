// Widths of text in the viewer's fonts, measured with FreeType: needs no window, so that layout
// threads and SVG files agree with what is drawn on screen.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ui/canvas.h"

namespace opscope::viewer {

// The file of a font on this machine: Roboto, then DejaVu; empty when neither is installed.
[[nodiscard]] std::string font_file(TextFont font);

// A font that has the characters Roboto lacks (arrows, mathematics); empty when not installed.
[[nodiscard]] std::string symbol_font_file();

// A font with Chinese, Japanese and Korean; empty when not installed.
[[nodiscard]] std::string cjk_font_file();

// May be called from any thread.
class TextMetrics {
 public:
  TextMetrics();
  ~TextMetrics();
  TextMetrics(const TextMetrics&) = delete;
  TextMetrics& operator=(const TextMetrics&) = delete;

  [[nodiscard]] float width(std::string_view text, TextFont font, float size) const;

 private:
  struct Faces;
  std::unique_ptr<Faces> faces_;
};

// The code point at `index`, which is moved behind it; U+FFFD for bytes that are not UTF-8.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& index) noexcept;

}  // namespace opscope::viewer
