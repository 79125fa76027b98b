#include "ui/pdf_document.h"

#include <array>
#include <cmath>

#include "ui/text_metrics.h"

namespace opscope::viewer {

namespace {

std::string thousandths(float value) {
  return std::to_string(std::lround(static_cast<double>(value) * 1000));
}

std::string utf16_hex(char32_t code) {
  if (code < 0x10000) return pdf_hex(static_cast<unsigned>(code), 4);
  const unsigned rest = static_cast<unsigned>(code) - 0x10000U;
  return pdf_hex(0xD800U + (rest >> 10U), 4) + pdf_hex(0xDC00U + (rest & 0x3FFU), 4);
}

// Which characters the codes of a font stand for, so that text can be copied and searched.
std::string unicode_map(std::span<const std::pair<char32_t, GlyphOutline>> glyphs) {
  std::string map =
      "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
      "/CMapName /Opscope def /CMapType 2 def\n"
      "1 begincodespacerange <01> <FF> endcodespacerange\n";
  constexpr std::size_t kMostLines = 100;  // of one block
  for (std::size_t begin = 0; begin < glyphs.size(); begin += kMostLines) {
    const std::size_t end = std::min(glyphs.size(), begin + kMostLines);
    map += std::to_string(end - begin) + " beginbfchar\n";
    for (std::size_t i = begin; i < end; ++i) {
      map += "<" + pdf_hex(static_cast<unsigned>(i) + 1, 2) + "> <" + utf16_hex(glyphs[i].first) +
             ">\n";
    }
    map += "endbfchar\n";
  }
  return map + "endcmap CMapName currentdict /CMap defineresource pop end end\n";
}

}  // namespace

std::string pdf_number(float value) {
  if (!std::isfinite(value)) return "0";
  const long long hundredths = std::llround(static_cast<double>(value) * 100);
  const long long whole = std::abs(hundredths) / 100;
  const long long rest = std::abs(hundredths) % 100;
  std::string text = hundredths < 0 ? "-" : "";
  text += std::to_string(whole);
  if (rest == 0) return text;
  text += rest < 10 ? ".0" : ".";
  text += std::to_string(rest % 10 == 0 ? rest / 10 : rest);
  return text;
}

std::string pdf_hex(unsigned value, int width) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (int digit = 0; digit < width || value != 0; ++digit) {
    text.insert(text.begin(), kDigits[value & 15U]);
    value >>= 4U;
  }
  return text;
}

std::string PdfDocument::add(std::string content) {
  objects_.push_back(std::move(content));
  return std::to_string(objects_.size()) + " 0 R";
}

std::string PdfDocument::add_stream(const std::string& bytes) {
  return add("<</Length " + std::to_string(bytes.size()) + ">>\nstream\n" + bytes + "\nendstream");
}

std::string PdfDocument::add_font(std::span<const std::pair<char32_t, GlyphOutline>> glyphs) {
  std::string widths;
  std::string names;
  std::string procedures;
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    const GlyphOutline& glyph = glyphs[i].second;
    const std::string name = "/g" + std::to_string(i + 1);
    const std::string advance = thousandths(glyph.advance);
    widths += advance + ' ';
    names += name + ' ';
    procedures += name + ' ' +
                  add_stream(advance + " 0 " + thousandths(glyph.left) + ' ' +
                             thousandths(glyph.bottom) + ' ' + thousandths(glyph.right) + ' ' +
                             thousandths(glyph.top) + " d1\n" + glyph.path) +
                  ' ';
  }
  const std::string map = add_stream(unicode_map(glyphs));
  return add(
      "<</Type /Font /Subtype /Type3 /FontBBox [0 0 0 0] /FontMatrix [0.001 0 0 0.001 0 0] "
      "/Resources <<>> /FirstChar 1 /LastChar " +
      std::to_string(glyphs.size()) + " /Widths [" + widths +
      "] /Encoding <</Type /Encoding /Differences [1 " + names + "]>> /CharProcs <<" + procedures +
      ">> /ToUnicode " + map + ">>");
}

std::string PdfDocument::finish(float width, float height, const std::string& content,
                                const std::string& resources, std::string_view title) {
  std::string name = "FEFF";
  for (std::size_t i = 0; i < title.size();) name += utf16_hex(next_code_point(title, i));
  const std::string info = add("<</Producer (Opscope) /Title <" + name + ">>>");
  const std::string stream = add_stream(content);
  const std::size_t pages_number = objects_.size() + 2;
  const std::string page =
      add("<</Type /Page /Parent " + std::to_string(pages_number) + " 0 R /MediaBox [0 0 " +
          pdf_number(width) + ' ' + pdf_number(height) + "] /Contents " + stream + " /Resources " +
          resources + ">>");
  const std::string pages = add("<</Type /Pages /Count 1 /Kids [" + page + "]>>");
  const std::string root = add("<</Type /Catalog /Pages " + pages + ">>");
  // Bytes above 127 in a comment: transports then treat the file as binary.
  std::string out = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
  std::string table = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    const std::string offset = std::to_string(out.size());
    table +=
        std::string(10 - std::min<std::size_t>(10, offset.size()), '0') + offset + " 00000 n \n";
    out += std::to_string(i + 1) + " 0 obj\n" + objects_[i] + "\nendobj\n";
  }
  const std::string start = std::to_string(out.size());
  const std::string size = std::to_string(objects_.size() + 1);
  out += "xref\n0 " + size + '\n' + table + "trailer\n<</Size " + size + " /Root " + root +
         " /Info " + info + ">>\nstartxref\n" + start + "\n%%EOF\n";
  return out;
}

}  // namespace opscope::viewer
