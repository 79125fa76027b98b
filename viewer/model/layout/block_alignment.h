// Vertical alignment of items into blocks that share an x coordinate (Brandes and Köpf, "Fast and
// Simple Horizontal Coordinate Assignment", GD 2001), and the compaction of those blocks.
#pragma once

#include "model/layout/x_coordinates.h"

namespace opscope::viewer::layered {

struct AlignmentDirection {
  bool downwards = true;  // aligns with the layer above
  bool leftmost = true;   // prefers the left one of two medians, packs to the left
};

// The middle of each item for one of the four directions.
[[nodiscard]] Table<Index> aligned_positions(const Layering& layering, const LayerOrder& order,
                                             const Spacing& spacing,
                                             const AlignmentDirection& direction,
                                             const CancelToken& cancel);

}  // namespace opscope::viewer::layered
