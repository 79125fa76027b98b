#include "ui/overview_page.h"

#include <imgui.h>

#include "ui/status_line.h"
#include "ui/widgets.h"

namespace opscope::viewer {

void draw_overview_page(UiContext& ui) {
  if (ui.workspace.is_loading()) {
    empty_page(ui, "Reading…", "The first page appears as soon as something was read.");
    return;
  }
  const auto& paths = ui.workspace.paths();
  if (paths.empty()) {
    empty_page(ui, "Nothing is open",
               "Drop a logdir, an event file, a GraphDef or a profile on this window, or start "
               "“opscope PATH”.");
    return;
  }
  for (const auto& path : paths) {
    if (!path->error.empty()) {
      empty_page(ui, "This cannot be opened", path->error);
      return;
    }
  }
  const std::string damage = damage_summary(ui.workspace.model());
  if (!damage.empty()) {
    empty_page(ui, "Nothing to draw yet",
               damage + ". “opscope check " + paths[0]->path + "” says what is wrong and where.");
    return;
  }
  std::string advice = paths[0]->path +
                       " holds no graph, profile or summary yet. This window is watching it: what "
                       "a program writes there appears by itself.";
  if (!ui.workspace.model().runs.empty()) {
    advice = "The event files in " + paths[0]->path +
             " hold no graph, profile, scalar or text. “opscope inspect " + paths[0]->path +
             "” lists what they hold.";
  }
  empty_page(ui, "Nothing to draw", advice);
}

}  // namespace opscope::viewer
