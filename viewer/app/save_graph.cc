#include "app/save_graph.h"

#include "app/graph_picture.h"
#include "model/graph_dot.h"
#include "ui/pdf_canvas.h"
#include "ui/svg_canvas.h"
#include "ui/text_metrics.h"

namespace opscope::viewer {

namespace {

Result<void> write_text(const std::string& path, const Result<std::string>& text) {
  if (!text) return text.error();
  return write_file(path, *text);
}

}  // namespace

std::string picture_document(bool is_pdf, float width, float height, const std::string& title,
                             const DrawPicture& draw) {
  const TextMetrics metrics;
  const Area area{0, 0, width, height};
  if (is_pdf) {
    PdfCanvas canvas(width, height, metrics);
    draw(canvas, area);
    return canvas.document(title);
  }
  SvgCanvas canvas(width, height, metrics);
  draw(canvas, area);
  return canvas.document(title);
}

Result<void> save_graph(const std::string& path, const GraphPage& page, const ViewerState& state,
                        Workspace& workspace, const std::function<Pixels(const Area&)>& read_area) {
  if (!page.model || !page.layout) {
    return Error(ErrorCode::failed_precondition, "no graph is shown yet, " + path);
  }
  RenderOptions options;
  options.out = path;
  const std::string format = options.format();
  const Area& area = page.camera.area;
  if (format == "png") return write_png(path, read_area(area));
  if (format == "dot") return write_file(path, graph_dot(*page.model, *page.layout));
  if (format == "pbtxt") {
    const auto& graphs = workspace.graphs();
    const int shown =
        state.graph.source >= 0 ? state.graph.source : preferred_graph(graphs, {}, {});
    if (shown < 0 || shown >= static_cast<int>(graphs.size())) {
      return Error(ErrorCode::not_found, "no graph to write, " + path);
    }
    const GraphSource& source = graphs[static_cast<std::size_t>(shown)];
    return write_text(path, graph_text_of(source));
  }
  GraphPicture picture;
  picture.title = path;
  picture.model = page.model;
  picture.joined = page.joined;
  picture.layout = page.layout;
  picture.marks = page.marks;
  picture.marks.smallest_text = 0.1F;
  picture.colors = state.graph.colors;
  picture.theme = state.theme;
  picture.view = page.camera;
  constexpr float kSide = 200;
  constexpr float kTitle = 40;
  return write_file(
      path,
      picture_document(format == "pdf", area.width() + kSide, area.height() + kTitle, path,
                       [&](Canvas& canvas, const Area& whole) { picture.draw(canvas, whole); }));
}

}  // namespace opscope::viewer
