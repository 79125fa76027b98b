// One field that finds everything: nodes, operations, tags, runs, threads, pages and commands.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ui/ui_context.h"

namespace opscope::viewer {

struct OmniboxHit {
  const char* kind = "";
  std::string label;
  std::function<void(UiContext&)> go;
};

struct Omnibox {
  std::string query;
  std::string hits_of;  // the query that `hits` answers
  std::vector<OmniboxHit> hits;
  int chosen = 0;
  bool is_open = false;
};

// What matches `query`: at most a dozen of each kind, best kinds first.
[[nodiscard]] std::vector<OmniboxHit> find_everything(UiContext& ui, const std::string& query);

// The field and, while it has the focus, its results.
void draw_omnibox(UiContext& ui, Omnibox& omnibox, float width);

}  // namespace opscope::viewer
