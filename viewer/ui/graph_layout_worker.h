// Layouts of one graph, one at a time, each cancelled when the next one is asked for.
#pragma once

#include <memory>
#include <mutex>

#include "model/graph_layout.h"
#include "ui/graph_page.h"
#include "ui/ui_context.h"

namespace opscope::viewer {

// The layouter and who may use it now; shared with the job that runs.
struct LayoutWorker {
  std::mutex mutex;
  GraphLayouter layouter;
};

// Posts the layout of what is opened. The page must live until the workspace's inbox is applied
// for the last time.
void start_layout(UiContext& ui, GraphPage& page);

}  // namespace opscope::viewer
