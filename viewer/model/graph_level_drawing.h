// The drawing of one opened node, in coordinates of its own: everything in it lies between (0, 0)
// and (width, height), opened children included.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/graph_layout.h"
#include "model/graph_level.h"

namespace opscope::viewer {

struct DrawnNote {
  LevelNote note;
  std::string label;
  LayoutRect rect;
};

struct DrawnEdge {
  LevelEdge edge;
  std::uint32_t first_point = 0;
  std::uint32_t point_count = 0;
  std::string label;
  LayoutPoint label_at;
};

struct LevelDrawing {
  LevelPlan plan;
  std::vector<LayoutRect> rects;  // by box
  std::vector<LayoutRect> label_rects;
  std::vector<std::string> labels;
  std::vector<LayoutPoint> insides;  // by box: where the drawing of an opened one begins
  std::vector<std::shared_ptr<const LevelDrawing>> inner;  // by box; null: closed
  std::vector<DrawnNote> notes;
  std::vector<DrawnEdge> edges;
  std::vector<LayoutPoint> points;
  std::map<std::pair<bool, NodeId>, float> port_x;  // by (is_input, outside)
  float width = 0;
  float height = 0;
};

// What a drawing depends on besides the model and what is opened.
struct LevelStyle {
  GraphMetrics metrics;
  LayoutEffort effort = LayoutEffort::frame;
  double aspect = 1.6;
  bool is_input_at_bottom = true;
};

// Draws `plan`; `inner` holds the drawings of its opened boxes. Throws layered::Cancelled.
[[nodiscard]] std::shared_ptr<const LevelDrawing> draw_level(
    const GraphModel& model, LevelPlan plan, std::vector<std::shared_ptr<const LevelDrawing>> inner,
    const LevelStyle& style, const CancelToken& cancel);

[[nodiscard]] float label_width(const GraphMetrics& metrics, std::string_view label);

}  // namespace opscope::viewer
