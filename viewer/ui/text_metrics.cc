#include "ui/text_metrics.h"

#include <ft2build.h>
#include FT_FREETYPE_H

#include <array>
#include <filesystem>
#include <initializer_list>
#include <mutex>
#include <unordered_map>

namespace opscope::viewer {

namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr float kFallbackAdvance = 0.55F;  // em, for characters that no font has

std::string first_existing(std::initializer_list<const char*> paths) {
  std::error_code ignored;
  for (const char* path : paths) {
    if (std::filesystem::exists(path, ignored)) return path;
  }
  return {};
}

}  // namespace

std::string font_file(TextFont font) {
  switch (font) {
    case TextFont::medium:
      return first_existing(
          {"/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Medium.ttf",
           "/usr/share/fonts/truetype/roboto/hinted/Roboto-Medium.ttf",
           "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"});
    case TextFont::mono:
      return first_existing({"/usr/share/fonts/truetype/roboto-mono/RobotoMono-Regular.ttf",
                             "/usr/share/fonts/truetype/roboto/RobotoMono-Regular.ttf",
                             "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"});
    case TextFont::regular:
      break;
  }
  return first_existing({"/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf",
                         "/usr/share/fonts/truetype/roboto/hinted/Roboto-Regular.ttf",
                         "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"});
}

std::string symbol_font_file() {
  return first_existing({"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"});
}

std::string cjk_font_file() {
  return first_existing({"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
                         "/usr/share/fonts/truetype/noto/NotoSansCJK-Regular.ttc"});
}

char32_t next_code_point(std::string_view text, std::size_t& index) noexcept {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(index++);
  if (first < 0x80) return first;
  const int extra = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC2 ? 1 : 0;
  if (extra == 0 || first > 0xF4) return kReplacement;
  char32_t code = first & (0x3FU >> static_cast<unsigned>(extra));
  for (int i = 0; i < extra; ++i) {
    if (index >= text.size() || (byte(index) & 0xC0U) != 0x80U) return kReplacement;
    code = (code << 6U) | (byte(index++) & 0x3FU);
  }
  return code;
}

struct TextMetrics::Faces {
  struct Face {
    FT_Face face = nullptr;
    std::array<float, 128> ascii{};
    std::unordered_map<char32_t, float> advances;
  };

  FT_Library library = nullptr;
  std::array<Face, 3> faces;
  FT_Face symbols = nullptr;
  std::mutex mutex;

  float advance(Face& face, char32_t code) {
    if (const auto found = face.advances.find(code); found != face.advances.end()) {
      return found->second;
    }
    float advance = kFallbackAdvance;
    for (FT_Face candidate : {face.face, symbols}) {
      if (candidate == nullptr) continue;
      const FT_UInt glyph = FT_Get_Char_Index(candidate, code);
      if (glyph == 0 || FT_Load_Glyph(candidate, glyph, FT_LOAD_NO_SCALE) != 0) continue;
      // Sizes are heights of a line, as ImGui has them, not of an em.
      advance = static_cast<float>(candidate->glyph->advance.x) /
                static_cast<float>(candidate->ascender - candidate->descender);
      break;
    }
    face.advances.emplace(code, advance);
    return advance;
  }
};

TextMetrics::TextMetrics() : faces_(std::make_unique<Faces>()) {
  if (FT_Init_FreeType(&faces_->library) != 0) return;
  for (const TextFont font : {TextFont::regular, TextFont::medium, TextFont::mono}) {
    Faces::Face& face = faces_->faces[static_cast<std::size_t>(font)];
    FT_New_Face(faces_->library, font_file(font).c_str(), 0, &face.face);
    for (char32_t code = 32; code < 127; ++code) face.ascii[code] = faces_->advance(face, code);
  }
  FT_New_Face(faces_->library, symbol_font_file().c_str(), 0, &faces_->symbols);
}

TextMetrics::~TextMetrics() {
  if (faces_->library != nullptr) FT_Done_FreeType(faces_->library);
}

float TextMetrics::width(std::string_view text, TextFont font, float size) const {
  Faces::Face& face = faces_->faces[static_cast<std::size_t>(font)];
  float width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t code = next_code_point(text, i);
    if (code < 127) {
      width += face.ascii[code];
      continue;
    }
    const std::lock_guard lock(faces_->mutex);
    width += faces_->advance(face, code);
  }
  return width * size;
}

}  // namespace opscope::viewer
