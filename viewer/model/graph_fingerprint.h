// The hierarchy of a graph without foldings, and hashes that tell which parts of it are alike.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/graph_model.h"

namespace opscope::viewer {

class GraphFingerprint {
 public:
  explicit GraphFingerprint(const GraphModel& model);

  [[nodiscard]] const GraphModel& model() const noexcept { return model_; }
  // Children, those of a series instead of the series.
  [[nodiscard]] const std::vector<NodeId>& children(NodeId id) const {
    return children_[index_of(id)];
  }
  // What a node is known by among its siblings: the last part of its name; of one of several called
  // functions, the attribute that names it.
  [[nodiscard]] std::string_view key(NodeId id) const;
  // Equal for nodes whose contents have the same names and operation types; their own names apart.
  [[nodiscard]] std::uint64_t contents(NodeId id) const { return contents_[index_of(id)]; }
  // Equal for nodes that hold the same operation types, in the same nesting.
  [[nodiscard]] std::uint64_t structure(NodeId id) const { return structure_[index_of(id)]; }
  // Of operations: equal when types agree up to two edges away.
  [[nodiscard]] std::uint64_t surroundings(NodeId id) const { return surroundings_[index_of(id)]; }
  // Nodes without series, parents before children.
  [[nodiscard]] const std::vector<NodeId>& order() const noexcept { return order_; }

 private:
  void link();
  void hash_contents();
  void hash_surroundings();

  const GraphModel& model_;
  std::vector<std::vector<NodeId>> children_;
  std::vector<NodeId> order_;
  std::vector<std::uint64_t> contents_;
  std::vector<std::uint64_t> structure_;
  std::vector<std::uint64_t> surroundings_;
};

}  // namespace opscope::viewer
