// Finds the node of a second graph that each node of a first one became.
#pragma once

#include <vector>

#include "model/graph_model.h"

namespace opscope::viewer {

struct GraphMatching {
  std::vector<NodeId> b_of_a;  // by node; kNoNode: none
  std::vector<NodeId> a_of_b;
};

// By name along the hierarchy, then by structure; see graph_diff.h. Deterministic, O(n log n).
[[nodiscard]] GraphMatching match_graphs(const GraphModel& a, const GraphModel& b);

}  // namespace opscope::viewer
