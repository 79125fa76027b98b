#include "model/graph_series_order.h"

#include <algorithm>
#include <span>

namespace opscope::viewer {

namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFFu;

}  // namespace

SiblingOrder::SiblingOrder(const GraphModel::Data& data, NodeId scope,
                           std::span<const ScopeEdge> edges) {
  const GraphNode& node = data.node(scope);
  const auto first = data.children.begin() + node.first_child;
  children_.assign(first, first + node.child_count);
  std::sort(children_.begin(), children_.end());
  std::vector<std::uint32_t> begin(children_.size() + 1, 0);
  for (const ScopeEdge& edge : edges) {
    arcs_.push_back({local(edge.from), local(edge.to)});
    ++begin[arcs_.back().from + 1];
  }
  for (std::size_t i = 0; i < children_.size(); ++i) begin[i + 1] += begin[i];
  std::stable_sort(arcs_.begin(), arcs_.end(),
                   [](const Arc& a, const Arc& b) { return a.from < b.from; });
  find_places(begin);
  std::stable_sort(arcs_.begin(), arcs_.end(),
                   [&](const Arc& a, const Arc& b) { return place_[a.from] > place_[b.from]; });
}

std::uint32_t SiblingOrder::local(NodeId child) const {
  const auto at = std::lower_bound(children_.begin(), children_.end(), child);
  return static_cast<std::uint32_t>(at - children_.begin());
}

// Tarjan's strongly connected components, which come out last first; without recursion.
void SiblingOrder::find_places(const std::vector<std::uint32_t>& begin) {
  const std::size_t count = children_.size();
  place_.assign(count, kNone);
  std::vector<std::uint32_t> number(count, kNone);
  std::vector<std::uint32_t> low(count, 0);
  std::vector<std::uint32_t> stack;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> path;  // child, its next arc
  std::uint32_t next_number = 0;
  std::uint32_t next_place = 0;
  const auto enter = [&](std::uint32_t child) {
    number[child] = low[child] = next_number++;
    stack.push_back(child);
    path.emplace_back(child, begin[child]);
  };
  for (std::uint32_t root = 0; root < count; ++root) {
    if (number[root] != kNone) continue;
    enter(root);
    while (!path.empty()) {
      auto& [child, arc] = path.back();
      if (arc < begin[child + 1]) {
        const std::uint32_t to = arcs_[arc++].to;
        if (number[to] == kNone) {
          enter(to);
        } else if (place_[to] == kNone) {
          low[child] = std::min(low[child], number[to]);
        }
        continue;
      }
      const std::uint32_t done = child;
      path.pop_back();
      if (!path.empty()) low[path.back().first] = std::min(low[path.back().first], low[done]);
      if (low[done] != number[done]) continue;
      for (bool more = true; more;) {
        const std::uint32_t member = stack.back();
        stack.pop_back();
        place_[member] = next_place;
        more = member != done;
      }
      ++next_place;
    }
  }
}

bool SiblingOrder::is_spread(const std::vector<NodeId>& members) const {
  std::vector<char> is_member(children_.size(), 0);
  for (const NodeId id : members) is_member[local(id)] = 1;
  // By place: whether it is reached from a member over children that are none.
  std::vector<char> reached(children_.size(), 0);
  for (const Arc& arc : arcs_) {
    const std::uint32_t from = place_[arc.from];
    const std::uint32_t to = place_[arc.to];
    if (from == to) continue;
    if (is_member[arc.to]) {
      if (reached[from] && !is_member[arc.from]) return true;
    } else if (is_member[arc.from] || reached[from]) {
      reached[to] = 1;
    }
  }
  return false;
}

}  // namespace opscope::viewer
