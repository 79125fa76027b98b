#include "ui/fonts.h"

#include <imgui.h>
#include <imgui_freetype.h>

#include <string>

#include "ui/text_metrics.h"

namespace opscope::viewer {

namespace {

// Latin with its accents, Greek for units, and the punctuation that the viewer writes itself.
constexpr std::array<ImWchar, 9> kLatin{0x20,   0x17F,  0x391,  0x3C9, 0x2010,
                                        0x2026, 0x20AC, 0x20AC, 0};
// Arrows, mathematics and triangles that Roboto lacks.
constexpr std::array<ImWchar, 9> kSymbols{0x2190, 0x2194, 0x2212, 0x2265, 0x25A0,
                                          0x25CF, 0x2713, 0x2717, 0};
constexpr std::array<float, 11> kRegularSizes{9, 10, 11, 12, 13, 14, 15, 17, 20, 25, 32};
constexpr std::array<float, 8> kMediumSizes{10, 11, 12, 13, 15, 17, 20, 25};
constexpr std::array<float, 2> kMonoSizes{12, 15};

bool is_in(const ImWchar* ranges, char32_t code) {
  for (; ranges[0] != 0; ranges += 2) {
    if (code >= ranges[0] && code <= ranges[1]) return true;
  }
  return false;
}

void merge(ImFontAtlas& atlas, const std::string& file, float size_px, const ImWchar* ranges) {
  if (file.empty() || ranges[0] == 0) return;
  ImFontConfig config;
  config.MergeMode = true;
  atlas.AddFontFromFileTTF(file.c_str(), size_px, &config, ranges);
}

}  // namespace

Fonts::Fonts(ImFontAtlas& atlas, float density) : atlas_(atlas), density_(density) { build(); }

void Fonts::build() {
  atlas_.Clear();
  atlas_.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas_.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
  atlas_.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
  std::vector<ImWchar> extra;
  for (const char32_t code : extra_) extra.insert(extra.end(), 2, static_cast<ImWchar>(code));
  extra.push_back(0);
  const auto add = [&](TextFont font, std::span<const float> sizes) {
    auto& baked = baked_[static_cast<std::size_t>(font)];
    baked.clear();
    for (const float size : sizes) {
      const std::string file = font_file(font);
      ImFontConfig config;
      config.SizePixels = size * density_;
      ImFont* added = file.empty() ? atlas_.AddFontDefault(&config)
                                   : atlas_.AddFontFromFileTTF(file.c_str(), size * density_,
                                                               nullptr, kLatin.data());
      added->Scale = 1 / density_;
      merge(atlas_, symbol_font_file(), size * density_, kSymbols.data());
      merge(atlas_, symbol_font_file(), size * density_, extra.data());
      merge(atlas_, cjk_font_file(), size * density_, extra.data());
      baked.push_back({size, added});
    }
  };
  add(TextFont::regular, kRegularSizes);
  add(TextFont::medium, kMediumSizes);
  add(TextFont::mono, kMonoSizes);
  atlas_.Build();
  is_stale_ = false;
}

Fonts::Sized Fonts::sized(TextFont font, float size) const {
  const auto& baked = baked_[static_cast<std::size_t>(font)];
  const Baked* best = &baked.front();
  for (const Baked& candidate : baked) {
    if (candidate.size <= size + 0.01F) best = &candidate;
  }
  // Below the smallest baked size a scaled-down bitmap is all there is.
  return {best->font, size < best->size ? size : best->size};
}

void Fonts::need(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const char32_t code = next_code_point(text, i);
    if (code < 0x180 || code > 0xFFFF || code == 0xFFFD) continue;
    if (is_in(kLatin.data(), code) || is_in(kSymbols.data(), code)) continue;
    if (extra_.insert(code).second) is_stale_ = true;
  }
}

bool Fonts::update(float density) {
  if (!is_stale_ && density == density_) return false;
  density_ = density;
  build();
  return true;
}

}  // namespace opscope::viewer
