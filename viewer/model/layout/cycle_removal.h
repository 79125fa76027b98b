// Which arcs to turn round so that no cycle is left.
#pragma once

#include <span>

#include "model/layout/layered.h"
#include "model/layout/table.h"

namespace opscope::viewer::layered {

// Marks (with 1) the arcs to reverse, few of them: the smallest of three heuristic sets. The arcs
// are simple: sorted, no two equal, no loops. O(n + m log n).
[[nodiscard]] Table<char> find_feedback_arcs(Index vertex_count, std::span<const Arc> arcs,
                                             const CancelToken& cancel);

}  // namespace opscope::viewer::layered
