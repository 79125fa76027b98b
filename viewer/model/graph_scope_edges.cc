#include "model/graph_scope_edges.h"

#include <algorithm>
#include <tuple>

namespace opscope::viewer {
namespace {

// An edge at the level where its two ends part.
struct Parting {
  NodeId scope;
  NodeId from;
  NodeId to;
  std::uint32_t edge;
};

Parting find_parting(const GraphModel::Data& data, std::uint32_t edge) {
  NodeId from = data.edges[edge].from;
  NodeId to = data.edges[edge].to;
  const auto parent = [&](NodeId id) { return data.node(id).parent; };
  while (data.node(from).depth > data.node(to).depth) {
    if (parent(from) == to) break;
    from = parent(from);
  }
  while (data.node(to).depth > data.node(from).depth) {
    if (parent(to) == from) break;
    to = parent(to);
  }
  while (parent(from) != parent(to)) {
    if (parent(from) == to || parent(to) == from) return {kNoNode, from, to, edge};
    from = parent(from);
    to = parent(to);
  }
  return {parent(from), from, to, edge};
}

}  // namespace

std::vector<ScopeEdge> make_scope_edges(const GraphModel::Data& data,
                                        std::vector<std::uint32_t>& begin) {
  std::vector<Parting> partings;
  partings.reserve(data.edges.size());
  for (std::uint32_t e = 0; e < data.edges.size(); ++e) {
    const Parting parting = find_parting(data, e);
    if (parting.scope != kNoNode && parting.from != parting.to) partings.push_back(parting);
  }
  const auto key = [](const Parting& p) { return std::tie(p.scope, p.from, p.to, p.edge); };
  std::sort(partings.begin(), partings.end(),
            [&](const Parting& a, const Parting& b) { return key(a) < key(b); });
  const auto is_first = [&](std::size_t i) {
    return i == 0 || partings[i].from != partings[i - 1].from ||
           partings[i].to != partings[i - 1].to;
  };
  std::size_t count = 0;
  for (std::size_t i = 0; i < partings.size(); ++i) count += is_first(i) ? 1u : 0u;
  std::vector<ScopeEdge> result;
  result.reserve(count);  // exactly: at a million edges a growing copy is what memory peaks at
  begin.assign(data.nodes.size() + 1, 0);
  for (std::size_t i = 0; i < partings.size(); ++i) {
    const Parting& p = partings[i];
    if (is_first(i)) {
      result.push_back({p.from, p.to});
      ++begin[index_of(p.scope) + 1];
    }
    ScopeEdge& edge = result.back();
    const GraphEdge& e = data.edges[p.edge];
    ++edge.count;
    edge.control_count += e.is_control;
    if (edge.shape == 0) edge.shape = e.shape;
    if (edge.dtype == 0) edge.dtype = e.dtype;
    edge.size_elements += data.shapes.elements(e.shape);
  }
  for (std::size_t i = 0; i < data.nodes.size(); ++i) begin[i + 1] += begin[i];
  return result;
}

}  // namespace opscope::viewer
