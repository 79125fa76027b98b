// A graph as a picture: what the graph page shows, with the legend and the minimap beside it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/render_options.h"
#include "model/graph_layout.h"
#include "opscope/result.h"
#include "ui/graph_drawing.h"
#include "ui/workspace.h"

namespace opscope::viewer {

struct GraphPicture {
  std::string title;
  std::shared_ptr<const GraphModel> model;
  std::shared_ptr<const GraphUnion> joined;  // of which `model` is part when two are compared
  std::shared_ptr<const GraphLayout> layout;
  GraphMarks marks;
  GraphColors colors = GraphColors::structure;
  ThemeName theme = ThemeName::dark;
  bool is_whole = false;            // all of `framed`, however small
  LayoutRect framed;                // comes into view
  std::optional<GraphCamera> view;  // shows what this one does instead

  void draw(Canvas& canvas, const Area& area) const;
};

// Lays out the graph of `workspace` that the options name. Fails when there is none, or no node of
// a name in them.
[[nodiscard]] Result<GraphPicture> make_graph_picture(const RenderOptions& options,
                                                      Workspace& workspace);

// The GraphDef of a source in protobuf's text format.
[[nodiscard]] Result<std::string> graph_text_of(const GraphSource& source);

// The GraphDef that the options name, in protobuf's text format.
[[nodiscard]] Result<std::string> make_graph_text(const RenderOptions& options,
                                                  Workspace& workspace);

}  // namespace opscope::viewer
