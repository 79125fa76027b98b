// Searching and tracing the shown graph, off the frame's thread.
#pragma once

#include <span>

#include "ui/graph_page.h"

namespace opscope::viewer {

// Starts what the state asks for and the page does not answer yet. The page must live until the
// workspace's inbox is applied for the last time.
void update_queries(UiContext& ui, GraphPage& page);

// The hits as marks: a hit inside a closed scope marks the scope.
[[nodiscard]] std::unordered_set<std::uint32_t> found_marks(const GraphModel& model,
                                                            std::span<const NodeId> hits);

// What the state wants traced from `selected`; null when nothing.
[[nodiscard]] std::shared_ptr<const GraphTrace> wanted_trace(const GraphModel& model,
                                                             const GraphState& state,
                                                             NodeId selected);

}  // namespace opscope::viewer
