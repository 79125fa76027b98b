// Whether siblings may stand for one another in a drawing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/graph_data.h"

namespace opscope::viewer {

// The children of one scope as a graph, with the order in which they follow one another.
class SiblingOrder {
 public:
  // `edges` are those of the scope alone.
  SiblingOrder(const GraphModel::Data& data, NodeId scope, std::span<const ScopeEdge> edges);

  // True when a way leads from one of `members` to a later one over siblings that are none: drawn
  // as one, they would close a cycle, and all that is between them would stand side by side.
  // O(children and edges).
  [[nodiscard]] bool is_spread(const std::vector<NodeId>& members) const;

 private:
  struct Arc {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
  };

  void find_places(const std::vector<std::uint32_t>& begin);
  [[nodiscard]] std::uint32_t local(NodeId child) const;

  std::vector<NodeId> children_;  // sorted
  std::vector<Arc> arcs_;         // by first end; later in the order of places
  std::vector<std::uint32_t>
      place_;  // by child: cycles have one place, what is fed has a lower one
};

}  // namespace opscope::viewer
