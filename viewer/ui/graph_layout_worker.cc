#include "ui/graph_layout_worker.h"

#include <utility>

#include "ui/graph_commands.h"

namespace opscope::viewer {

namespace {

double aspect_of(const GraphPage& page) {
  const Area& area = page.camera.area;
  if (area.height() <= 1) return GraphLayoutRequest{}.aspect;
  return static_cast<double>(area.width()) / static_cast<double>(area.height());
}

}  // namespace

void start_layout(UiContext& ui, GraphPage& page) {
  page.cancel.cancel();
  page.cancel = CancelToken();
  page.layout_is_stale = false;
  page.is_laying_out = true;
  const NodeId anchor = std::exchange(page.anchor, kNoNode);
  // The context lives for a frame only: what the result needs is held by the page.
  bool* is_animating = &ui.is_animating;
  ui.workspace.executor().post(
      [request = layout_request(*page.model, ui.state.graph, page.opened, aspect_of(page)),
       model = page.model, worker = page.worker, cancel = page.cancel, anchor, &page, is_animating,
       inbox = &ui.workspace.inbox()] {
        const std::lock_guard lock(worker->mutex);
        if (cancel.is_cancelled()) return;
        auto layout = std::make_shared<GraphLayout>(worker->layouter.layout(request, cancel));
        if (cancel.is_cancelled() || !layout->is_complete) return;
        inbox->put([layout, model, cancel, anchor, &page, is_animating] {
          if (cancel.is_cancelled() || page.model != model) return false;
          page.is_laying_out = false;
          if (page.layout && anchor != kNoNode) {
            keep_in_place(*layout, *page.layout, *model, anchor);
            page.before = page.layout;
            page.animation = 0;
          }
          page.layout = layout;
          *is_animating = true;
          return true;
        });
      });
}

}  // namespace opscope::viewer
