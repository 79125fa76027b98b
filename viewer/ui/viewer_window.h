// The whole window: menu, omnibox, panes, page tabs, the page, status line.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ui/fonts.h"
#include "ui/graph_page.h"
#include "ui/histograms_page.h"
#include "ui/omnibox.h"
#include "ui/scalars_page.h"
#include "ui/timeline_page.h"
#include "ui/ui_context.h"
#include "ui/viewer_state.h"
#include "ui/workspace.h"

namespace opscope::viewer {

class ViewerWindow {
 public:
  // All must outlive the window.
  ViewerWindow(Workspace& workspace, ViewerState& state, Fonts& fonts);

  // Draws one frame, between ImGui::NewFrame() and ImGui::Render().
  void draw();

  // True when the next frame will differ although nobody does anything: an animation, a held key.
  [[nodiscard]] bool is_animating() const { return is_animating_; }

  // True when a person asked to leave.
  [[nodiscard]] bool wants_quit() const { return requests_.quit; }

  // The file that a person wants the graph page's view in; "" when none. Given once, in a frame
  // that shows the page without the menu the wish came from.
  [[nodiscard]] std::string take_save_request();
  // Says on the page how it went; `error` is empty when all is well.
  void tell_saved(const std::string& path, const std::string& error);

  // Pages that have something to show, in the order of their tabs.
  [[nodiscard]] static std::vector<Page> available_pages(const Workspace& workspace);

  [[nodiscard]] const GraphPage& graph_page() const { return graph_; }
  [[nodiscard]] const HistogramsPage& histograms_page() const { return histograms_; }

 private:
  void draw_menu(UiContext& ui);
  void draw_view_menu(UiContext& ui);
  void draw_rooms(UiContext& ui);
  void draw_tabs(UiContext& ui, const std::vector<Page>& pages);
  void draw_page(UiContext& ui, Page page);
  void draw_help(UiContext& ui);
  void handle_shortcuts(UiContext& ui, const std::vector<Page>& pages);
  void need_characters();

  Workspace& workspace_;
  ViewerState& state_;
  Fonts& fonts_;
  UiRequests requests_;
  std::map<std::string, int> run_colors_;
  TimelinePage timeline_;
  ScalarsPage scalars_;
  HistogramsPage histograms_;
  GraphPage graph_;
  Omnibox omnibox_;
  std::uint64_t seen_generation_ = 0;
  bool help_shown_ = false;
  int frames_to_save_ = 0;  // until the menu is gone
  bool is_animating_ = false;
};

}  // namespace opscope::viewer
