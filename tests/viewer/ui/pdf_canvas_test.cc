#include "ui/pdf_canvas.h"

#include <gmock/gmock.h>

#include <array>
#include <charconv>

#include "ui/pdf_document.h"

namespace opscope::viewer {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string drawing() {
  const TextMetrics metrics;
  PdfCanvas canvas(200, 100, metrics);
  canvas.push_clip({10, 10, 190, 90});
  canvas.fill_rect({0, 0, 50, 20}, {255, 0, 51, 255}, 4);
  canvas.text({20, 30}, "a(b) … ü", {TextFont::regular, 13, {0, 0, 0, 128}});
  const std::array<Pos, 4> curve{Pos{0, 0}, Pos{1, 2}, Pos{3, 4}, Pos{5, 6}};
  canvas.bezier(curve, {{1, 2, 3, 255}, 2, 4});
  return canvas.document("Größe");
}

// Where each object begins, as the table at the end of the file says.
std::vector<std::size_t> offsets(const std::string& pdf) {
  std::vector<std::size_t> result;
  std::size_t at = pdf.rfind("\nxref\n");
  at = pdf.find("65535 f \n", at) + 9;
  for (; pdf.compare(at + 10, 9, " 00000 n ") == 0; at += 20) {
    result.push_back(std::stoul(pdf.substr(at, 10)));
  }
  return result;
}

TEST(PdfCanvas, PointsToEveryObjectInItsTable) {
  const std::string pdf = drawing();
  EXPECT_THAT(pdf, StartsWith("%PDF-1.4\n"));
  const std::vector<std::size_t> found = offsets(pdf);
  ASSERT_GT(found.size(), 8U);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_THAT(pdf.substr(found[i]), StartsWith(std::to_string(i + 1) + " 0 obj\n"));
  }
  EXPECT_THAT(pdf, HasSubstr("/Size " + std::to_string(found.size() + 1)));
  const std::size_t start = std::stoul(pdf.substr(pdf.rfind("startxref\n") + 10));
  EXPECT_EQ(pdf.compare(start, 5, "xref\n"), 0);
}

TEST(PdfCanvas, SaysTheLengthOfEachStream) {
  const std::string pdf = drawing();
  std::size_t streams = 0;
  for (std::size_t at = pdf.find("<</Length "); at != std::string::npos;
       at = pdf.find("<</Length ", at + 1), ++streams) {
    const std::size_t length = std::stoul(pdf.substr(at + 10));
    const std::size_t begin = pdf.find("stream\n", at) + 7;
    EXPECT_EQ(pdf.compare(begin + length, 11, "\nendstream\n"), 0);
  }
  EXPECT_GE(streams, 9U);  // eight characters, their meaning, the page
}

TEST(PdfCanvas, CarriesGlyphsThatCanBeCopied) {
  const std::string pdf = drawing();
  EXPECT_THAT(pdf, HasSubstr("/Subtype /Type3"));
  EXPECT_THAT(pdf, HasSubstr("<01> <0061>"));  // a
  EXPECT_THAT(pdf, HasSubstr("<2026>"));       // …
  EXPECT_THAT(pdf, HasSubstr("<00FC>"));       // ü
  EXPECT_THAT(pdf, HasSubstr("/Title <FEFF0047007200F600DF0065>"));
}

TEST(PdfCanvas, ClosesClipsAndBalancesStates) {
  const std::string pdf = drawing();
  EXPECT_THAT(pdf, HasSubstr("Q\n\nendstream"));
  EXPECT_THAT(pdf, HasSubstr("/A128 <</ca 0.5 /CA 0.5>>"));
  EXPECT_THAT(pdf, HasSubstr("1 0 0.2 rg"));
  EXPECT_EQ(drawing(), pdf);
}

TEST(PdfCanvas, WritesNumbersWithoutExponents) {
  EXPECT_EQ(pdf_number(0), "0");
  EXPECT_EQ(pdf_number(-0.004F), "0");
  EXPECT_EQ(pdf_number(-1.5F), "-1.5");
  EXPECT_EQ(pdf_number(12.05F), "12.05");
  EXPECT_EQ(pdf_number(2e6F), "2000000");
  EXPECT_EQ(pdf_hex(10, 2), "0A");
  EXPECT_EQ(pdf_hex(0x1F600, 4), "1F600");
}

}  // namespace
}  // namespace opscope::viewer
