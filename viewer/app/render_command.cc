#include "app/render_command.h"

#include <imgui.h>

#include <ostream>

#include "app/gl_frame.h"
#include "app/picture.h"
#include "app/png_file.h"
#include "app/render_options.h"
#include "app/render_window.h"
#include "ui/imgui_canvas.h"
#include "ui/svg_canvas.h"
#include "ui/text_metrics.h"

namespace opscope::viewer {

namespace {

Area whole_area(const RenderOptions& options) {
  return {0, 0, static_cast<float>(options.width), static_cast<float>(options.height)};
}

Result<void> write_svg(const RenderOptions& options, const Picture& picture) {
  const TextMetrics metrics;
  const Area area = whole_area(options);
  SvgCanvas canvas(area.width(), area.height(), metrics);
  picture.draw(canvas, area);
  return write_file(options.out, canvas.document(picture.title));
}

Result<Pixels> draw_picture(const RenderOptions& options, const Picture& picture) {
  const auto draw = [&](ImGuiSession& session) {
    ImGuiCanvas canvas(*ImGui::GetBackgroundDrawList(), session.fonts());
    picture.draw(canvas, whole_area(options));
  };
  return draw_offscreen(options.width, options.height, options.scale, 1, theme(options.theme).page,
                        draw);
}

Result<void> render(const RenderOptions& options) {
  if (options.what == "window") {
    const auto pixels = render_window(options);
    if (!pixels) return pixels.error();
    return write_png(options.out, *pixels);
  }
  const auto picture = make_picture(options);
  if (!picture) return picture.error();
  if (options.is_svg()) return write_svg(options, *picture);
  const auto pixels = draw_picture(options, *picture);
  if (!pixels) return pixels.error();
  return write_png(options.out, *pixels);
}

}  // namespace

int run_render(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  int exit_code = 0;
  const auto options = parse_render_options(args, out, err, exit_code);
  if (!options) return exit_code;
  const Result<void> done = render(*options);
  if (done) return 0;
  err << "opscope: " << done.error().what() << "\n";
  return 1;
}

}  // namespace opscope::viewer
