// The graph as a drawing: what model/graph_layout.h placed, at any zoom, coloured by choice.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/graph_layout.h"
#include "model/graph_model.h"
#include "model/graph_trace.h"
#include "model/graph_union.h"
#include "ui/canvas.h"
#include "ui/theme.h"
#include "ui/viewer_state.h"

namespace opscope::viewer {

// Where the drawing stands on screen: `center` of the graph is in the middle of `area`.
struct GraphCamera {
  Area area;
  Pos center;
  float zoom = 1;

  [[nodiscard]] Pos screen_from_graph(Pos p) const noexcept {
    const Pos middle = area.center();
    return {middle.x + (p.x - center.x) * zoom, middle.y + (p.y - center.y) * zoom};
  }
  [[nodiscard]] Pos graph_from_screen(Pos p) const noexcept {
    const Pos middle = area.center();
    return {center.x + (p.x - middle.x) / zoom, center.y + (p.y - middle.y) / zoom};
  }
  [[nodiscard]] Area screen_from_graph(const LayoutRect& rect) const noexcept {
    const Pos low = screen_from_graph(Pos{rect.x, rect.y});
    const Pos high = screen_from_graph(Pos{rect.right(), rect.bottom()});
    return {low.x, low.y, high.x, high.y};
  }
};

// The whole of `bounds` in `area` with a margin, but never so small that labels cannot be read:
// then its most telling end, the inputs, is in view.
[[nodiscard]] GraphCamera fitted_camera(const Area& area, const GraphLayout& layout);
// The same for `bounds`, a part of the drawing such as an opened scope.
[[nodiscard]] GraphCamera fitted_camera(const Area& area, const GraphLayout& layout,
                                        const LayoutRect& bounds);

// All of `rect` in `area`, however small.
[[nodiscard]] GraphCamera whole_camera(const Area& area, const LayoutRect& rect);

struct GraphMarks {
  NodeId selected = kNoNode;
  NodeId hovered = kNoNode;
  bool inputs_highlighted = true;   // of the selected node
  bool outputs_highlighted = true;  // of the selected node
  float smallest_text = 7;          // smaller labels are left out; files that scale keep them
  std::unordered_set<std::uint32_t> found;  // by the search, with the boxes around them
  // Followed from the selected node; all else is faint. Null: nothing is followed.
  std::shared_ptr<const GraphTrace> trace;
};

// What a colour stands for.
struct LegendEntry {
  Color color;
  std::string label;
  std::size_t count = 0;
};

struct GraphLegend {
  std::string title;
  std::vector<LegendEntry> entries;
  bool is_scale = false;  // entries are the two ends of a scale
};

// Fills by choice of `colors`, the same for the drawing and its legend. Refers to the model and the
// layout, which must outlive it; worked out once, so that frames only look colours up.
class GraphColoring {
 public:
  // `joined` is what `model` belongs to when two graphs are compared; it must outlive the coloring.
  GraphColoring(const GraphModel& model, const GraphLayout& layout, GraphColors colors,
                const Theme& theme, const GraphUnion* joined = nullptr);

  // The colour that stands for the node; the theme's raised surface when nothing does.
  [[nodiscard]] Color fill(NodeId node) const;
  [[nodiscard]] GraphLegend legend() const;
  // Whether this is the colouring of these.
  [[nodiscard]] bool is_of(const GraphLayout& layout, GraphColors colors,
                           const Theme& theme) const noexcept {
    return &layout_ == &layout && colors_ == colors && &theme_ == &theme;
  }

 private:
  // The most frequent categories get colours of their own, as far as there are colours.
  void choose_category_colors();
  // Another drawn box has the same structure.
  [[nodiscard]] bool is_shared(const GraphNode& node) const;
  [[nodiscard]] std::string category(NodeId id) const;
  [[nodiscard]] std::string category_of_op(NodeId id) const;
  [[nodiscard]] std::string common_category(NodeId scope) const;
  [[nodiscard]] double amount(NodeId node) const;
  [[nodiscard]] Color amount_fill(NodeId node) const;
  [[nodiscard]] Color category_fill(const std::string& category) const;

  const GraphModel& model_;
  const GraphLayout& layout_;
  GraphColors colors_;
  const Theme& theme_;
  const GraphUnion* joined_;
  std::unordered_map<std::uint32_t, std::size_t> structures_;  // drawn boxes, by structure
  std::unordered_map<std::string, Color> category_colors_;
  std::vector<std::string> categories_;             // by box
  std::unordered_map<std::uint32_t, Color> fills_;  // of drawn nodes
  double most_ = 0;  // the largest amount among drawn boxes that are closed
};

void draw_graph(Canvas& canvas, const GraphCamera& camera, const GraphModel& model,
                const GraphLayout& layout, const GraphColoring& coloring, const GraphMarks& marks,
                const Theme& theme);

// The legend in a column at least 120 wide; returns the height used.
float draw_graph_legend(Canvas& canvas, const Area& area, const GraphLegend& legend,
                        const Theme& theme);

// The whole drawing in small, with the camera's view as a frame.
void draw_graph_minimap(Canvas& canvas, const Area& area, const GraphLayout& layout,
                        const GraphColoring& coloring, const GraphCamera& camera,
                        const Theme& theme);

// The innermost box at `p` of the graph's coordinates; -1 when there is none.
[[nodiscard]] std::int32_t box_at(const GraphLayout& layout, Pos p);

// Width of a label at the size it has in the drawing at zoom 1; for GraphMetrics::text_width.
[[nodiscard]] float graph_text_width(std::string_view text);

// `before` on its way to `after`: 0 gives the old places, 1 the new ones. Edges are those of
// `after`.
[[nodiscard]] GraphLayout between_layouts(const GraphLayout& before, const GraphLayout& after,
                                          float part);

inline constexpr float kGraphLabelSize = 15;

}  // namespace opscope::viewer
