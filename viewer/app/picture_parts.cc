#include "app/picture_parts.h"

#include <algorithm>

namespace opscope::viewer {

namespace {

constexpr float kTitleHeight = 40;

}  // namespace

Error nothing_of(const RenderOptions& options, const std::string& what) {
  std::string message = "no " + what + ", " + options.path;
  if (!options.run.empty()) message += " run " + options.run;
  if (!options.tag.empty()) message += " tag " + options.tag;
  return {ErrorCode::not_found,
          message + ", see what there is with `opscope inspect " + options.path + "`"};
}

Area draw_title(Canvas& canvas, const Area& area, const std::string& title,
                const std::string& detail, const Theme& theme) {
  canvas.fill_rect(area, theme.page, 0);
  const float y = area.top + kTitleHeight / 2;
  const float detail_width = canvas.text_width(detail, TextFont::regular, 14);
  const float room = area.width() - 32;
  const std::string shown =
      fit_text(canvas, title, TextFont::medium, 17, std::max(80.0F, room - detail_width - 16));
  canvas.text({area.left + 16, y}, shown, {TextFont::medium, 17, theme.text});
  if (canvas.text_width(shown, TextFont::medium, 17) + detail_width + 16 <= room) {
    canvas.text({area.right - 16, y}, detail,
                {TextFont::regular, 14, theme.muted, TextAnchor::end});
  }
  return {area.left, area.top + kTitleHeight, area.right, area.bottom};
}

}  // namespace opscope::viewer
