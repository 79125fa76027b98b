#include "model/graph_data.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace opscope::viewer {

void NameIndex::grow(const std::vector<GraphNode>& nodes) {
  const std::vector<std::uint32_t> old = std::exchange(
      slots_, std::vector<std::uint32_t>(std::max<std::size_t>(64, slots_.size() * 2)));
  for (const std::uint32_t slot : old) {
    if (slot == 0) continue;
    std::size_t at = std::hash<std::string_view>{}(nodes[slot - 1].name) & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

void NameIndex::insert(const std::vector<GraphNode>& nodes, NodeId id) {
  if (4 * (count_ + 1) > 3 * slots_.size()) grow(nodes);
  const std::string_view name = nodes[index_of(id)].name;
  std::size_t at = std::hash<std::string_view>{}(name) & (slots_.size() - 1);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (nodes[slots_[at] - 1].name == name) return;
  }
  slots_[at] = static_cast<std::uint32_t>(id) + 1;
  ++count_;
}

NodeId NameIndex::find(const std::vector<GraphNode>& nodes, std::string_view name) const noexcept {
  if (slots_.empty()) return kNoNode;
  std::size_t at = std::hash<std::string_view>{}(name) & (slots_.size() - 1);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (nodes[slots_[at] - 1].name == name) return NodeId{slots_[at] - 1};
  }
  return kNoNode;
}

std::string_view TextStore::intern(std::string_view text) {
  if (const auto found = interned_.find(text); found != interned_.end()) return found->second;
  const std::string_view kept = keep(std::string(text));
  interned_.emplace(kept, kept);
  return kept;
}

std::uint32_t ShapeTable::intern(std::string text, double elements) {
  const auto [at, is_new] = numbers_.emplace(text, static_cast<std::uint32_t>(shapes_.size()));
  if (is_new) shapes_.push_back({std::move(text), elements});
  return at->second;
}

void GraphModel::Data::link_children() {
  for (GraphNode& n : nodes) n.child_count = 0;
  for (const GraphNode& n : nodes) {
    if (n.parent != kNoNode) ++node(n.parent).child_count;
  }
  std::uint32_t begin = 0;
  for (GraphNode& n : nodes) {
    n.first_child = begin;
    begin += std::exchange(n.child_count, 0);
  }
  children.assign(begin, kNoNode);
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].parent == kNoNode) continue;
    GraphNode& parent = node(nodes[i].parent);
    children[parent.first_child + parent.child_count++] = NodeId{i};
  }
  // From the root down, for depths; back up, for counts.
  std::vector<NodeId> order{kRootNode};
  for (std::size_t head = 0; head < order.size(); ++head) {
    GraphNode& n = node(order[head]);
    if (n.parent != kNoNode) n.depth = static_cast<std::uint16_t>(node(n.parent).depth + 1);
    n.op_count = n.kind == NodeKind::op ? 1 : 0;
    for (std::uint32_t c = 0; c < n.child_count; ++c) order.push_back(children[n.first_child + c]);
  }
  for (std::size_t at = order.size(); at-- > 1;) {
    const GraphNode& n = node(order[at]);
    node(n.parent).op_count += n.op_count;
  }
}

}  // namespace opscope::viewer
