// Edges that pass the border of an opened node.
#pragma once

#include <cstdint>
#include <vector>

#include "model/graph_model.h"
#include "model/layout/layered.h"

namespace opscope::viewer {

// All edges between one child of `scope` and one node outside, in one direction. The node outside
// stands for what is in it: it is a sibling of `scope` or of one of the nodes around it.
struct BorderEdge {
  bool is_input = true;
  NodeId outside = kNoNode;
  NodeId child = kNoNode;
  std::uint32_t count = 0;
  std::uint32_t control_count = 0;
  std::uint32_t shape = 0;
};

// Sorted by (is_input, outside, child). O(operations in the scope and their edges). Throws
// layered::Cancelled.
[[nodiscard]] std::vector<BorderEdge> find_border_edges(const GraphModel& model, NodeId scope,
                                                        const CancelToken& cancel);

}  // namespace opscope::viewer
