#include "app/render_command.h"

#include <imgui.h>

#include <ostream>

#include "app/gl_frame.h"
#include "app/graph_picture.h"
#include "app/picture.h"
#include "app/png_file.h"
#include "app/render_options.h"
#include "app/render_window.h"
#include "app/save_graph.h"
#include "model/graph_dot.h"
#include "ui/imgui_canvas.h"
#include "ui/workspace.h"

namespace opscope::viewer {

namespace {

Area whole_area(const RenderOptions& options) {
  return {0, 0, static_cast<float>(options.width), static_cast<float>(options.height)};
}

// What is no picture of pixels: drawings that scale, and the graph as text.
Result<void> write_document(const RenderOptions& options, const Picture& picture) {
  const Area area = whole_area(options);
  return write_file(options.out, picture_document(!options.is_svg(), area.width(), area.height(),
                                                  picture.title, picture.draw));
}

Result<void> write_graph_text(const RenderOptions& options) {
  InlineExecutor executor;
  Workspace workspace(executor);
  workspace.open(options.path);
  workspace.poll();
  if (!workspace.paths()[0]->error.empty()) {
    return Error(ErrorCode::not_found, workspace.paths()[0]->error);
  }
  if (options.format() == "pbtxt") {
    const auto text = make_graph_text(options, workspace);
    return text ? write_file(options.out, *text) : Result<void>(text.error());
  }
  const auto picture = make_graph_picture(options, workspace);
  if (!picture) return picture.error();
  return write_file(options.out, graph_dot(*picture->model, *picture->layout));
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
  if (options.format() == "dot" || options.format() == "pbtxt") return write_graph_text(options);
  const auto picture = make_picture(options);
  if (!picture) return picture.error();
  if (options.is_vector()) return write_document(options, *picture);
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
