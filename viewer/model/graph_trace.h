// What feeds a node, what it feeds, and what lies between two nodes: found by following edges of
// data and control, and said in the terms of a drawing.
#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "model/graph_model.h"

namespace opscope::viewer {

enum class TraceDirection : std::uint8_t { inputs, outputs, both };

// Nodes and edges to highlight in any drawing of the graph, whatever is opened in it.
struct GraphTrace {
  std::vector<NodeId> ops;                  // that were reached, in the order of ids
  std::unordered_set<std::uint32_t> nodes;  // these and every node around them
  std::unordered_set<std::uint64_t> edges;  // see has_edge()

  [[nodiscard]] bool is_empty() const noexcept { return ops.empty(); }
  [[nodiscard]] bool has_node(NodeId node) const {
    return nodes.contains(static_cast<std::uint32_t>(node));
  }
  // Whether the edge of a drawing from `from` to `to` (ends of a LayoutEdge) is on the way.
  [[nodiscard]] bool has_edge(NodeId from, NodeId to) const {
    return edges.contains(edge_key(from, to));
  }
  [[nodiscard]] static std::uint64_t edge_key(NodeId from, NodeId to) noexcept {
    return static_cast<std::uint64_t>(from) << 32 | static_cast<std::uint64_t>(to);
  }
};

// Everything that reaches an operation in `node`, or is reached from one, over any number of edges.
// The node itself is part of the result. O(nodes + edges). Thread-safe.
[[nodiscard]] GraphTrace trace_node(const GraphModel& model, NodeId node, TraceDirection direction);

// Everything on a directed path between the two nodes, which may be scopes: from `a` to `b` or,
// where there is none, from `b` to `a`. Empty when neither reaches the other. Thread-safe.
[[nodiscard]] GraphTrace trace_path(const GraphModel& model, NodeId a, NodeId b);

}  // namespace opscope::viewer
