// The inside of a GraphModel, and what its builder and its readers share.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/graph_model.h"

namespace opscope::viewer {

// Finds nodes by name: open addressing over ids, the names stay in the nodes and are looked at only
// where their hashes agree. The first node of a name is the one found.
class NameIndex {
 public:
  void insert(const std::vector<GraphNode>& nodes, NodeId id);
  [[nodiscard]] NodeId find(const std::vector<GraphNode>& nodes,
                            std::string_view name) const noexcept;

 private:
  void grow();

  struct Slot {
    std::uint32_t id = 0;  // + 1; 0: free
    std::uint32_t hash = 0;
  };

  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

// Keeps text that nodes refer to. Text does not move.
class TextStore {
 public:
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  // The same view for equal text.
  std::string_view intern(std::string_view text);

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, std::string_view> interned_;
};

// Tensor shapes by number; 0 is the unknown one.
class ShapeTable {
 public:
  std::uint32_t intern(std::string text, double elements);
  [[nodiscard]] std::string_view text(std::uint32_t shape) const noexcept {
    return shape < shapes_.size() ? std::string_view(shapes_[shape].text) : std::string_view();
  }
  [[nodiscard]] double elements(std::uint32_t shape) const noexcept {
    return shape < shapes_.size() ? shapes_[shape].elements : 0;
  }

 private:
  struct Shape {
    std::string text;
    double elements = 0;  // 0: not known
  };
  std::vector<Shape> shapes_{Shape{}};
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

struct GraphModel::Data {
  std::vector<std::shared_ptr<const std::string>> sources;  // what views of nodes point into
  TextStore texts;
  ShapeTable shapes;
  std::vector<GraphNode> nodes;
  std::vector<NodeId> children;
  std::vector<GraphEdge> edges;
  std::vector<std::uint32_t> input_begin;  // by node, and one more: the range in input_list
  std::vector<std::uint32_t> input_list;
  std::vector<std::uint32_t> output_begin;
  std::vector<std::uint32_t> output_list;
  std::vector<std::uint32_t> scope_edge_begin;
  std::vector<ScopeEdge> scope_edges;
  std::vector<NodeStats> stats;  // empty: none
  NameIndex ops;
  NameIndex scopes;
  std::size_t op_count = 0;
  std::vector<std::string> remarks;

  [[nodiscard]] GraphNode& node(NodeId id) { return nodes[index_of(id)]; }
  [[nodiscard]] const GraphNode& node(NodeId id) const { return nodes[index_of(id)]; }
  // Fills children, depths and counts of operations from the parents.
  void link_children();
};

}  // namespace opscope::viewer
