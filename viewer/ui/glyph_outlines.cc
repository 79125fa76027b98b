#include "ui/glyph_outlines.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/text_metrics.h"

namespace opscope::viewer {

namespace {

// Writes path operators while FreeType walks over an outline.
struct PathWriter {
  double scale = 1;  // thousandths of a line's height for each font unit
  std::string path;
  double x = 0;
  double y = 0;

  void point(double px, double py) {
    path += std::to_string(std::lround(px * scale)) + ' ' +
            std::to_string(std::lround(py * scale)) + ' ';
  }
  void line_to(double px, double py, char op) {
    point(px, py);
    path += op;
    path += '\n';
    x = px;
    y = py;
  }
  void cubic_to(double ax, double ay, double bx, double by, double px, double py) {
    point(ax, ay);
    point(bx, by);
    line_to(px, py, 'c');
  }
  // PDF has cubic curves only.
  void conic_to(double cx, double cy, double px, double py) {
    cubic_to(x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3, px + (cx - px) * 2 / 3,
             py + (cy - py) * 2 / 3, px, py);
  }
};

double number(FT_Pos value) { return static_cast<double>(value); }

FT_Outline_Funcs writer_functions() {
  FT_Outline_Funcs functions{};
  functions.move_to = [](const FT_Vector* to, void* user) {
    static_cast<PathWriter*>(user)->line_to(number(to->x), number(to->y), 'm');
    return 0;
  };
  functions.line_to = [](const FT_Vector* to, void* user) {
    static_cast<PathWriter*>(user)->line_to(number(to->x), number(to->y), 'l');
    return 0;
  };
  functions.conic_to = [](const FT_Vector* c, const FT_Vector* to, void* user) {
    static_cast<PathWriter*>(user)->conic_to(number(c->x), number(c->y), number(to->x),
                                             number(to->y));
    return 0;
  };
  functions.cubic_to = [](const FT_Vector* a, const FT_Vector* b, const FT_Vector* to, void* user) {
    static_cast<PathWriter*>(user)->cubic_to(number(a->x), number(a->y), number(b->x), number(b->y),
                                             number(to->x), number(to->y));
    return 0;
  };
  return functions;
}

}  // namespace

struct GlyphOutlines::Faces {
  FT_Library library = nullptr;
  std::array<FT_Face, 5> faces{};  // by TextFont, then symbols and CJK
};

GlyphOutlines::GlyphOutlines() : faces_(std::make_unique<Faces>()) {
  if (FT_Init_FreeType(&faces_->library) != 0) return;
  const std::array<std::string, 5> files{font_file(TextFont::regular), font_file(TextFont::medium),
                                         font_file(TextFont::mono), symbol_font_file(),
                                         cjk_font_file()};
  for (std::size_t i = 0; i < files.size(); ++i) {
    FT_New_Face(faces_->library, files[i].c_str(), 0, &faces_->faces[i]);
  }
}

GlyphOutlines::~GlyphOutlines() {
  if (faces_->library != nullptr) FT_Done_FreeType(faces_->library);
}

GlyphOutline GlyphOutlines::outline(char32_t code, TextFont font) const {
  constexpr double kThousand = 1000;
  GlyphOutline result;
  result.advance = 0.5F;
  const std::array<FT_Face, 3> candidates{faces_->faces[static_cast<std::size_t>(font)],
                                          faces_->faces[3], faces_->faces[4]};
  for (FT_Face face : candidates) {
    if (face == nullptr) continue;
    const FT_UInt glyph = FT_Get_Char_Index(face, code);
    if (glyph == 0 || FT_Load_Glyph(face, glyph, FT_LOAD_NO_SCALE) != 0) continue;
    const double line = static_cast<double>(face->ascender - face->descender);
    PathWriter writer;
    writer.scale = kThousand / line;
    const FT_Outline_Funcs functions = writer_functions();
    FT_Outline_Decompose(&face->glyph->outline, &functions, &writer);
    const auto& metrics = face->glyph->metrics;
    const auto part = [line](FT_Pos value) { return static_cast<float>(number(value) / line); };
    result.advance = part(face->glyph->advance.x);
    result.left = part(metrics.horiBearingX);
    result.top = part(metrics.horiBearingY);
    result.right = result.left + part(metrics.width);
    result.bottom = result.top - part(metrics.height);
    result.path = std::move(writer.path);
    if (!result.path.empty()) result.path += "f";
    break;
  }
  return result;
}

}  // namespace opscope::viewer
