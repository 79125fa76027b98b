#include "app/render_window.h"

#include <memory>

#include "app/gl_frame.h"
#include "ui/graph_page.h"
#include "ui/viewer_window.h"
#include "ui/workspace.h"

namespace opscope::viewer {

namespace {

ViewerState state_from(const RenderOptions& options, const Workspace& workspace) {
  ViewerState state;
  state.theme = options.theme;
  if (!options.page.empty()) state.page = page_from_name(options.page);
  state.graph = options.graph;
  state.graph.source = preferred_graph(workspace.graphs(), options.run, options.tag);
  state.scalars.options = options.scalars;
  state.histogram_mode = options.histogram_mode;
  state.selection.operation = options.select;
  state.timeline.view.selected_name = options.select;
  if (options.from_ps && options.to_ps) {
    state.timeline.view.range = {*options.from_ps, *options.to_ps};
  }
  return state;
}

}  // namespace

Result<Pixels> render_window(const RenderOptions& options) {
  InlineExecutor executor;
  Workspace workspace(executor);
  workspace.open(options.path);
  workspace.poll();
  if (!workspace.paths()[0]->error.empty()) {
    return Error(ErrorCode::not_found, workspace.paths()[0]->error);
  }
  ViewerState state = state_from(options, workspace);
  std::unique_ptr<ViewerWindow> window;
  const auto draw = [&](ImGuiSession& session) {
    workspace.poll();
    if (!window) window = std::make_unique<ViewerWindow>(workspace, state, session.fonts());
    window->draw();
  };
  // Documents, layouts and tables each need a frame before what depends on them is seen.
  constexpr int kFrames = 8;
  auto pixels = draw_offscreen(options.width, options.height, options.scale, kFrames,
                               theme(options.theme).page, draw);
  return pixels;
}

}  // namespace opscope::viewer
