#include "model/graph_series.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include "model/graph_scope_edges.h"
#include "model/graph_series_order.h"

namespace opscope::viewer {
namespace {

struct NumberedLabel {
  std::string_view base;
  std::uint32_t number = 0;
  bool has_number = false;
};

// "AddN_12" is number 12 of "AddN", "layer3" is number 3 of "layer", "AddN" has no number.
NumberedLabel split_number(std::string_view label) {
  std::size_t digits = label.size();
  while (digits > 0 && label[digits - 1] >= '0' && label[digits - 1] <= '9') --digits;
  NumberedLabel result{label, 0, false};
  if (digits == label.size() || digits == 0 || label.size() - digits > 9) return result;
  std::from_chars(label.data() + digits, label.data() + label.size(), result.number);
  result.has_number = true;
  result.base = label.substr(0, digits);
  if (result.base.size() > 1 && result.base.ends_with('_')) result.base.remove_suffix(1);
  return result;
}

struct Member {
  std::uint32_t number;
  NodeId id;
};

// Edges and children looked at in search of ways between members; what is beyond it is folded.
constexpr std::size_t kMostOrderWork = 50'000'000;

std::vector<NodeId> ids_of(const std::vector<Member>& members) {
  std::vector<NodeId> ids;
  for (const Member& member : members) ids.push_back(member.id);
  return ids;
}

using SeriesKey = std::tuple<std::string_view, std::string_view, std::uint32_t>;

std::map<SeriesKey, std::vector<Member>> find_series(const GraphModel::Data& data, NodeId parent) {
  std::map<SeriesKey, std::vector<Member>> found;
  const GraphNode& p = data.node(parent);
  for (std::uint32_t c = 0; c < p.child_count; ++c) {
    const NodeId id = data.children[p.first_child + c];
    const GraphNode& n = data.node(id);
    if (is_note_role(n.role) || n.role == NodeRole::input || n.role == NodeRole::output) continue;
    const bool is_scope = n.kind == NodeKind::scope;
    if (!is_scope && (n.kind != NodeKind::op || n.child_count != 0)) continue;
    if (is_scope && n.structure == 0) continue;
    if (n.kind == NodeKind::op && p.name == n.name) continue;  // "(dense)" in the scope "dense"
    const NumberedLabel label = split_number(n.name.substr(n.label_begin));
    found[{label.base, n.op, n.structure}].push_back({label.number, id});
  }
  return found;
}

void fold(GraphModel::Data& data, NodeId parent, std::string_view base,
          std::vector<Member>& members) {
  std::stable_sort(members.begin(), members.end(),
                   [](const Member& a, const Member& b) { return a.number < b.number; });
  GraphNode series;
  const GraphNode& first = data.node(members.front().id);
  std::string name(first.name.substr(0, first.label_begin));
  series.label_begin = first.label_begin;
  series.is_gradient = first.is_gradient;
  series.op = first.op;
  name.append(base).append("_[").append(std::to_string(members.front().number)).append("-");
  name.append(std::to_string(members.back().number)).append("]");
  series.name = data.texts.keep(std::move(name));
  series.parent = parent;
  series.kind = NodeKind::series;
  data.nodes.push_back(series);
  const NodeId id{static_cast<std::uint32_t>(data.nodes.size() - 1)};
  data.scopes.insert(data.nodes, id);
  for (const Member& member : members) data.node(member.id).parent = id;
}

}  // namespace

bool fold_series(GraphModel::Data& data) {
  const std::size_t count = data.nodes.size();
  std::vector<std::uint32_t> edge_begin;
  std::vector<ScopeEdge> edges;  // before anything is folded; made when first needed
  std::size_t work = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (data.nodes[i].child_count < kLeastSeries) continue;
    std::optional<SiblingOrder> order;
    for (auto& [key, members] : find_series(data, NodeId{i})) {
      // A series that is all there is would only be one more thing to open.
      if (members.size() < kLeastSeries || members.size() == data.nodes[i].child_count) continue;
      if (edge_begin.empty()) edges = make_scope_edges(data, edge_begin);
      const std::span<const ScopeEdge> own(edges.data() + edge_begin[i],
                                           edge_begin[i + 1] - edge_begin[i]);
      if (!order) order.emplace(data, NodeId{i}, own);
      work += own.size() + data.nodes[i].child_count;
      if (work < kMostOrderWork && order->is_spread(ids_of(members))) continue;
      fold(data, NodeId{i}, std::get<0>(key), members);
    }
  }
  return data.nodes.size() != count;
}

}  // namespace opscope::viewer
