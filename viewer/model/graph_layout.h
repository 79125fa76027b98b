// The drawing of a GraphModel with some of its nodes opened: nested boxes, edges and side notes, in
// pixels at zoom 1, y downwards. Each opened node is laid out alone and its box then stands in its
// parent's drawing, so opening one node works on its ancestors only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/graph_model.h"
#include "model/layout/layered.h"

namespace opscope::viewer {

struct LayoutRect {
  float x = 0;
  float y = 0;
  float width = 0;
  float height = 0;

  [[nodiscard]] float right() const noexcept { return x + width; }
  [[nodiscard]] float bottom() const noexcept { return y + height; }
  friend bool operator==(const LayoutRect&, const LayoutRect&) = default;
};

// Sizes of what is drawn, in pixels at zoom 1.
struct GraphMetrics {
  float character_width = 7;  // of a label, on average; used unless text_width is given
  // Width of a label; must give the same for the same text on any thread.
  float (*text_width)(std::string_view text) = nullptr;
  float box_height = 30;
  float header_height = 26;  // of an opened box
  float margin = 14;         // between an opened box's border and its children
  float note_height = 18;
  std::size_t max_label_characters = 28;
};

struct GraphLayoutRequest {
  const GraphModel* model = nullptr;  // must outlive the call
  std::vector<NodeId> opened;         // in any order; those below a closed node have no effect
  NodeId root = kRootNode;            // draws what is in this node
  std::vector<NodeId> removed;        // drawn as notes by the user's wish
  std::vector<NodeId> kept;           // never drawn as notes, by the user's wish
  bool is_input_at_bottom = true;     // as TensorBoard; false: inputs at the top
  LayoutEffort effort = LayoutEffort::frame;
  double aspect = 1.6;  // of the window
  GraphMetrics metrics;
};

struct LayoutBox {
  NodeId node = kNoNode;
  std::int32_t parent = -1;  // index of the box around it; parents come first
  LayoutRect rect;
  LayoutRect label_rect;  // the header of an opened box, else where the label goes
  std::string label;
  bool is_open = false;
  std::uint16_t depth = 0;  // 0 at the top
};

// Edge of the picture. A route is a chain of points joined by edge_curve(); it starts at the border
// of `from_box` and ends at the border of `to_box`. Inside an opened box an edge from elsewhere
// goes on from the border: that end's box is the opened box itself.
struct LayoutEdge {
  NodeId from = kNoNode;
  NodeId to = kNoNode;
  std::int32_t from_box = -1;
  std::int32_t to_box = -1;
  std::int32_t scope_box = -1;  // the opened box it is drawn in; -1 at the top
  std::uint32_t first_point = 0;
  std::uint32_t point_count = 0;
  std::uint32_t count = 1;  // tensors and control dependencies that it stands for
  float width_px = 1;
  bool is_control = false;
  std::string label;     // tensor shape, or "3 tensors"; "" when there is no room
  LayoutPoint label_at;  // its middle
};

enum class NoteKind : std::uint8_t { constant, variable, control, input, output, more };

// A small mark beside `host_box` for what is not worth a box of its own.
struct LayoutNote {
  std::int32_t host_box = -1;
  NodeId node = kNoNode;  // of a single one; the first of several
  NoteKind kind = NoteKind::constant;
  std::uint32_t count = 1;
  std::string label;
  LayoutRect rect;
  bool is_output = false;  // the host feeds it; else it feeds the host
};

struct GraphLayout {
  std::vector<LayoutBox> boxes;
  std::vector<LayoutEdge> edges;
  std::vector<LayoutPoint> points;
  std::vector<LayoutNote> notes;
  LayoutRect bounds;
  bool is_complete = true;  // false: cancelled, and nothing else is there

  [[nodiscard]] std::span<const LayoutPoint> route(const LayoutEdge& edge) const {
    return std::span(points).subspan(edge.first_point, edge.point_count);
  }
  // The box of a node, or of its nearest ancestor that has one; -1 when there is none.
  [[nodiscard]] std::int32_t box_of(const GraphModel& model, NodeId node) const;
};

// The cubic Bézier curve that joins two neighbouring points of a route.
struct LayoutCurve {
  LayoutPoint from;
  LayoutPoint control_1;
  LayoutPoint control_2;
  LayoutPoint to;
};
// Straight where the points lie above one another, else with vertical ends. Never leaves the band
// between the two heights.
[[nodiscard]] LayoutCurve edge_curve(LayoutPoint from, LayoutPoint to) noexcept;

// Lays out a model again and again and keeps the drawings of scopes between calls, so that opening
// or closing one node costs only its ancestors. For one model at a time; not thread-safe.
class GraphLayouter {
 public:
  GraphLayouter();
  ~GraphLayouter();
  GraphLayouter(GraphLayouter&&) noexcept;
  GraphLayouter& operator=(GraphLayouter&&) noexcept;

  [[nodiscard]] GraphLayout layout(const GraphLayoutRequest& request,
                                   const CancelToken& cancel = {});

 private:
  struct Cache;
  std::unique_ptr<Cache> cache_;
};

// One layout without memory. The same request gives the same drawing.
[[nodiscard]] GraphLayout layout_graph(const GraphLayoutRequest& request,
                                       const CancelToken& cancel = {});

// Moves `layout` so that the node's top left corner (its nearest shown ancestor's, when it is not
// shown in both) is where it was in `before`. Returns the shift; zero when there is no such node.
LayoutPoint keep_in_place(GraphLayout& layout, const GraphLayout& before, const GraphModel& model,
                          NodeId node);

}  // namespace opscope::viewer
