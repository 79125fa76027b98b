// Draws one connected component.
#pragma once

#include "model/layout/layering.h"
#include "model/layout/x_coordinates.h"

namespace opscope::viewer::layered {

// Where an arc touches its boxes, from their left sides; -1: chosen.
struct ArcPorts {
  Index from = -1;
  Index to = -1;
};

struct ComponentDrawing {
  Table<LayoutPoint> origins;  // by vertex
  Table<Index> route_begin;    // by arc, and one more
  Table<LayoutPoint> points;
  float width = 0;
  float height = 0;
  std::int64_t crossings = 0;
  Index layer_count = 0;
};

[[nodiscard]] ComponentDrawing draw_component(const Component& component,
                                              const Table<ArcPorts>& ports,
                                              const LayeredOptions& options,
                                              const CancelToken& cancel);

}  // namespace opscope::viewer::layered
