// The objects of a PDF file: numbered as they come, with the table of where they are at the end.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ui/glyph_outlines.h"

namespace opscope::viewer {

// At most two decimals, never an exponent.
[[nodiscard]] std::string pdf_number(float value);

// Upper-case digits, at least `width` of them.
[[nodiscard]] std::string pdf_hex(unsigned value, int width);

class PdfDocument {
 public:
  // All return how the object is referred to: "7 0 R".
  std::string add(std::string content);
  std::string add_stream(const std::string& bytes);
  // A Type 3 font whose codes are those of the glyphs, from 1 on; at most 255.
  std::string add_font(std::span<const std::pair<char32_t, GlyphOutline>> glyphs);

  // The bytes of the file: one page, sizes in points.
  [[nodiscard]] std::string finish(float width, float height, const std::string& content,
                                   const std::string& resources, std::string_view title);

 private:
  std::vector<std::string> objects_;
};

}  // namespace opscope::viewer
