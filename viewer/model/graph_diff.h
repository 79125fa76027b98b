// What changed between two graphs. Nodes are matched by their names along the hierarchy; scopes and
// operations left over are matched by structure, so that a renamed or moved scope is one renaming
// and not many additions and removals. Bodies of called functions are compared like scopes, under
// the call and attribute that name them: names of functions, which often carry a counter of the
// process that traced them, are no difference. Series and other foldings of the page play no part.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/graph_model.h"

namespace opscope::viewer {

enum class ChangeKind : std::uint8_t { op, device, attribute, dtype, shape, input };

// The word for a kind: "op", "device", "attribute", "dtype", "shape", "input".
[[nodiscard]] const char* change_kind_name(ChangeKind kind) noexcept;

// One fact about a node, as a person reads it; "" where the graph does not state it.
struct ValueChange {
  ChangeKind kind = ChangeKind::attribute;
  std::string name;  // of the attribute, "2" for data input 2, "^" for control inputs; else ""
  std::string before;
  std::string after;
};

// An operation that both graphs have and that says different things in them.
struct NodeChange {
  NodeId a = kNoNode;
  NodeId b = kNoNode;
  std::vector<ValueChange> values;
};

// A node of another name in the second graph; what is below it has moved along.
struct NodeRename {
  NodeId a = kNoNode;
  NodeId b = kNoNode;
};

struct GraphDiff {
  std::vector<NodeId> b_of_a;       // by node of the first graph: its partner, kNoNode when removed
  std::vector<NodeId> a_of_b;       // the other way round; series have no partners
  std::vector<NodeId> removed;      // operations of the first graph, in its order
  std::vector<NodeId> added;        // operations of the second graph, in its order
  std::vector<NodeChange> changed;  // in the order of the first graph
  std::vector<NodeRename> renamed;  // scopes and operations, in the order of the first graph
  std::size_t equal_count = 0;      // operations that say the same in both

  [[nodiscard]] bool is_equal() const noexcept {
    return removed.empty() && added.empty() && changed.empty() && renamed.empty();
  }
};

// Compares two graphs in O(n log n). The result refers to nodes by their ids in the two models and
// depends on nothing else. Thread-safe.
[[nodiscard]] GraphDiff diff_graphs(const GraphModel& a, const GraphModel& b);

}  // namespace opscope::viewer
