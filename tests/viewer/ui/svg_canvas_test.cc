#include "ui/svg_canvas.h"

#include <gmock/gmock.h>

#include <array>
#include <vector>

namespace opscope::viewer {
namespace {

using ::testing::HasSubstr;

// True when tags nest and close, as XML asks; enough of a parser for what the canvas writes.
bool is_well_formed(const std::string& text) {
  std::vector<std::string> open;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    const std::size_t end = text.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = text.substr(at + 1, end - at - 1);
    if (tag[0] == '?' || tag.back() == '/') continue;
    const std::string name = tag.substr(0, tag.find(' '));
    if (name[0] != '/') {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != name) {
      return false;
    } else {
      open.pop_back();
    }
  }
  return open.empty();
}

std::string drawing() {
  const TextMetrics metrics;
  SvgCanvas canvas(200, 100, metrics);
  canvas.push_clip({10, 10, 190, 90});
  canvas.fill_rect({0, 0, 50.126F, 20}, {255, 0, 16, 255}, 4);
  canvas.text({20, 30}, "a < b & \"c\" … \xff", {TextFont::mono, 13, {0, 0, 0, 128}});
  const std::array<Pos, 4> curve{Pos{0, 0}, Pos{1, 2}, Pos{3, 4}, Pos{5, 6}};
  canvas.bezier(curve, {{1, 2, 3, 255}, 2, 4});
  draw_arrow_head(canvas, {0, 0}, {10, 0}, 6, {9, 9, 9, 255});
  canvas.pop_clip();
  return canvas.document("a <title>");
}

TEST(SvgCanvas, WritesWellFormedXml) {
  EXPECT_TRUE(is_well_formed(drawing())) << drawing();
  EXPECT_FALSE(is_well_formed("<a><b></a>"));
}

TEST(SvgCanvas, WritesTheSameBytesEachTime) { EXPECT_EQ(drawing(), drawing()); }

TEST(SvgCanvas, EscapesTextAndReplacesWhatIsNotUtf8) {
  EXPECT_THAT(drawing(), HasSubstr("a &lt; b &amp; &quot;c&quot; … \xEF\xBF\xBD</text>"));
  EXPECT_THAT(drawing(), HasSubstr("<title>a &lt;title&gt;</title>"));
}

TEST(SvgCanvas, RoundsNumbersToHundredths) {
  EXPECT_THAT(drawing(), HasSubstr("width=\"50.13\""));
  EXPECT_THAT(drawing(), HasSubstr("fill=\"#ff0010\""));
}

TEST(SvgCanvas, DrawsDashesAndCurves) {
  EXPECT_THAT(drawing(), HasSubstr("d=\"M0,0C1,2 3,4 5,6\""));
  EXPECT_THAT(drawing(), HasSubstr("stroke-dasharray=\"4\""));
}

TEST(SvgCanvas, ClosesClipsThatWereLeftOpen) {
  const TextMetrics metrics;
  SvgCanvas canvas(10, 10, metrics);
  canvas.push_clip({0, 0, 5, 5});
  EXPECT_TRUE(is_well_formed(canvas.document("")));
}

}  // namespace
}  // namespace opscope::viewer
