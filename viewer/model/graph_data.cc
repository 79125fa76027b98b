#include "model/graph_data.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace opscope::viewer {

namespace {

std::uint32_t hash_of(std::string_view name) noexcept {
  const auto hash = static_cast<std::uint64_t>(std::hash<std::string_view>{}(name));
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

}  // namespace

void NameIndex::grow() {
  const std::vector<Slot> old =
      std::exchange(slots_, std::vector<Slot>(std::max<std::size_t>(64, slots_.size() * 2)));
  for (const Slot& slot : old) {
    if (slot.id == 0) continue;
    std::size_t at = slot.hash & (slots_.size() - 1);
    while (slots_[at].id != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

void NameIndex::insert(const std::vector<GraphNode>& nodes, NodeId id) {
  if (4 * (count_ + 1) > 3 * slots_.size()) grow();
  const std::string_view name = nodes[index_of(id)].name;
  const std::uint32_t hash = hash_of(name);
  std::size_t at = hash & (slots_.size() - 1);
  for (; slots_[at].id != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash == hash && nodes[slots_[at].id - 1].name == name) return;
  }
  slots_[at] = {static_cast<std::uint32_t>(id) + 1, hash};
  ++count_;
}

NodeId NameIndex::find(const std::vector<GraphNode>& nodes, std::string_view name) const noexcept {
  if (slots_.empty()) return kNoNode;
  const std::uint32_t hash = hash_of(name);
  std::size_t at = hash & (slots_.size() - 1);
  for (; slots_[at].id != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash == hash && nodes[slots_[at].id - 1].name == name) {
      return NodeId{slots_[at].id - 1};
    }
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
