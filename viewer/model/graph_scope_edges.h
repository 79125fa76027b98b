// Edges between operations, gathered into edges between the children of each scope.
#pragma once

#include "model/graph_data.h"

namespace opscope::viewer {

// Sorted by (scope, from, to); `begin` gets the range of each node, and one more. Loops are left
// out. O(E (depth + log E)).
[[nodiscard]] std::vector<ScopeEdge> make_scope_edges(const GraphModel::Data& data,
                                                      std::vector<std::uint32_t>& begin);

}  // namespace opscope::viewer
