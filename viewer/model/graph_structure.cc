#include "model/graph_structure.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

namespace opscope::viewer {
namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash ^= value + 0x9E3779B97F4A7C15u + (hash << 6) + (hash >> 2);
  hash *= 0xBF58476D1CE4E5B9u;
  return hash ^ (hash >> 29);
}

// Of an operation: its type, and the types and number of operations of its scope that feed it.
std::vector<std::uint64_t> hash_operations(const GraphModel::Data& data) {
  std::vector<std::uint64_t> type(data.nodes.size(), 0);
  for (std::size_t i = 0; i < type.size(); ++i) {
    if (data.nodes[i].kind == NodeKind::op)
      type[i] = std::hash<std::string_view>{}(data.nodes[i].op);
  }
  std::vector<std::uint64_t> hash = type;
  for (const GraphEdge& e : data.edges) {
    const bool is_inside = data.node(e.from).parent == data.node(e.to).parent;
    // A sum, so that the order of edges does not matter.
    if (is_inside && !e.is_control)
      hash[index_of(e.to)] += mix(17 + e.input, type[index_of(e.from)]);
  }
  return hash;
}

}  // namespace

void assign_structures(GraphModel::Data& data) {
  std::vector<std::uint64_t> hash = hash_operations(data);
  std::vector<NodeId> order{kRootNode};
  for (std::size_t head = 0; head < order.size(); ++head) {
    const GraphNode& n = data.node(order[head]);
    const auto first = data.children.begin() + static_cast<std::ptrdiff_t>(n.first_child);
    order.insert(order.end(), first, first + static_cast<std::ptrdiff_t>(n.child_count));
  }
  std::vector<std::uint64_t> parts;
  for (std::size_t at = order.size(); at-- > 0;) {
    const GraphNode& n = data.node(order[at]);
    if (n.child_count == 0) continue;
    parts.clear();
    for (std::uint32_t c = 0; c < n.child_count; ++c) {
      parts.push_back(hash[index_of(data.children[n.first_child + c])]);
    }
    std::sort(parts.begin(), parts.end());
    std::uint64_t value = n.kind == NodeKind::op ? hash[index_of(order[at])] : 1;
    for (const std::uint64_t part : parts) value = mix(value, part);
    hash[index_of(order[at])] = value;
  }
  struct Group {
    std::uint32_t members = 0;
    std::uint32_t number = 0;
  };
  std::unordered_map<std::uint64_t, Group> groups;
  for (const NodeId id : order) {
    if (data.node(id).child_count != 0) ++groups[hash[index_of(id)]].members;
  }
  std::uint32_t next = 1;
  for (std::size_t i = 1; i < data.nodes.size(); ++i) {
    if (data.nodes[i].child_count == 0) continue;
    Group& group = groups[hash[i]];
    if (group.members < 2) continue;
    if (group.number == 0) group.number = next++;
    data.nodes[i].structure = group.number;
  }
}

void inherit_series_structures(GraphModel::Data& data) {
  for (GraphNode& n : data.nodes) {
    if (n.kind == NodeKind::series) n.structure = data.node(data.children[n.first_child]).structure;
  }
}

}  // namespace opscope::viewer
