// What a person can do to the graph, from the mouse, a key, a menu or another page.
#pragma once

#include <set>
#include <string>

#include "ui/graph_page.h"

namespace opscope::viewer {

// How ViewerState names an opened or removed node: its id and, as a check, its name.
[[nodiscard]] std::string opened_key(const GraphModel& model, NodeId node);

// The nodes that keys of opened_key() name in `model`; keys of another graph are passed over.
[[nodiscard]] std::set<std::uint32_t> opened_from_keys(const GraphModel& model,
                                                       const std::set<std::string>& keys);

// The node of GraphState::only; the root when it is empty or of another graph.
[[nodiscard]] NodeId drawn_root(const GraphModel& model, const GraphState& state);

// The layout that the state asks for, with `opened` nodes opened, for a view of that aspect.
[[nodiscard]] GraphLayoutRequest layout_request(const GraphModel& model, const GraphState& state,
                                                const std::set<std::uint32_t>& opened,
                                                double aspect);

void select_node(UiContext& ui, GraphPage& page, NodeId node);

// Opens a closed node and closes an open one; leaves without children alone.
void toggle_node(UiContext& ui, GraphPage& page, NodeId node);

// Selects `node`, opens what is around it and brings it to the middle.
void reveal_node(UiContext& ui, GraphPage& page, NodeId node);

// Whether `node` is drawn beside its users only.
[[nodiscard]] bool is_beside_users(const GraphPage& page, NodeId node);

// Takes a node out of the drawing, so that only notes beside its users are left, or back in.
void remove_from_graph(UiContext& ui, GraphPage& page, NodeId node);
void return_to_graph(UiContext& ui, GraphPage& page, NodeId node);
void return_all(UiContext& ui, GraphPage& page);

// Draws only what is in `node`, or everything for the root.
void show_only(UiContext& ui, GraphPage& page, NodeId node);

void copy_name(const GraphPage& page, NodeId node);

// Goes `by` hits of the search forwards, or back.
void step_hit(UiContext& ui, GraphPage& page, int by);

}  // namespace opscope::viewer
