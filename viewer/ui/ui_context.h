// What every page and pane gets: the data, what the person did, and how things look.
#pragma once

#include <map>
#include <string>

#include "ui/fonts.h"
#include "ui/theme.h"
#include "ui/viewer_state.h"
#include "ui/workspace.h"

namespace opscope::viewer {

// Wishes of one part of the window to another, fulfilled by the page that draws next.
struct UiRequests {
  bool reveal_in_graph = false;     // Selection::operation
  bool reveal_in_timeline = false;  // Selection::event, else the longest slice of the operation
  bool fit = false;
  bool focus_omnibox = false;
  bool quit = false;
  std::string scroll_to_tag;
  std::string save_graph;  // file to write the graph page's view to, by its ending
};

struct UiContext {
  Workspace& workspace;
  ViewerState& state;
  const Theme& theme;
  const Fonts& fonts;
  UiRequests& requests;
  std::map<std::string, int>& run_colors;  // index into Theme::data, by run
  bool& is_animating;                      // set by whoever needs another frame soon
};

// The colour of a run: the next free one when it is first asked for, then always the same.
[[nodiscard]] Color run_color(UiContext& ui, const std::string& run);

[[nodiscard]] bool is_run_shown(const UiContext& ui, const std::string& run);

// True when `text` contains `part`, whatever the case.
[[nodiscard]] bool contains_text(const std::string& text, const std::string& part);

// The session of the timeline and statistics pages; null when there is none.
[[nodiscard]] const ProfileSession* shown_session(const UiContext& ui);

// The profile of shown_session(), null while it is not loaded.
[[nodiscard]] std::shared_ptr<const Profile> shown_profile(UiContext& ui);

void go_to_page(UiContext& ui, Page page);

// The name that links pages: an event's text without the op type that TensorFlow appends
// ("model/dense/MatMul:MatMul").
[[nodiscard]] std::string operation_name(const std::string& event_text);

// Selects an operation by name, everywhere.
void select_operation(UiContext& ui, const std::string& operation);

}  // namespace opscope::viewer
