#include "model/layout/layering.h"

#include <algorithm>
#include <limits>

#include "model/layout/network_simplex.h"

namespace opscope::viewer::layered {
namespace {

constexpr std::int64_t kShortPieceCells = 40'000;
constexpr std::int64_t kLongPieceCells = 150'000;

// Vertices of the ranking problem: all boxes pinned first are one vertex, all pinned last another.
struct RankGraph {
  Table<Index> vertex_of;
  Index vertex_count = 0;
  Table<SpringArc> arcs;
};

RankGraph make_rank_graph(const Component& component, const WorkBudget& budget) {
  RankGraph graph;
  const Index count = component.width.count();
  graph.vertex_of.reset(count, -1);
  Index top = -1;
  Index bottom = -1;
  for (Index v = 0; v < count; ++v) {
    Index& shared = component.pin[v] == LayerPin::first ? top : bottom;
    if (component.pin[v] == LayerPin::none) {
      graph.vertex_of[v] = graph.vertex_count++;
    } else {
      if (shared < 0) shared = graph.vertex_count++;
      graph.vertex_of[v] = shared;
    }
  }
  for (const WeightedArc& arc : component.arcs) {
    budget.stop_if_cancelled();
    graph.arcs.push_back({graph.vertex_of[arc.from], graph.vertex_of[arc.to], arc.weight, 1});
  }
  if (top < 0 && bottom < 0) return graph;
  for (Index v = 0; v < graph.vertex_count; ++v) {
    if (top >= 0 && v != top) graph.arcs.push_back({top, v, 0, 1});
    if (bottom >= 0 && v != bottom && v != top) graph.arcs.push_back({v, bottom, 0, 1});
  }
  return graph;
}

Table<Index> longest_paths(const RankGraph& graph, const WorkBudget& budget) {
  Table<Arc> arcs;
  for (const SpringArc& a : graph.arcs) arcs.push_back({a.from, a.to});
  const Adjacency out(graph.vertex_count, arcs, false);
  Table<Index> missing(graph.vertex_count, 0);
  for (const Arc& a : arcs) ++missing[a.to];
  Table<Index> rank(graph.vertex_count, 0);
  Table<Index> queue;
  for (Index v = 0; v < graph.vertex_count; ++v) {
    if (missing[v] == 0) queue.push_back(v);
  }
  for (Index head = 0; head < queue.count(); ++head) {
    budget.stop_if_cancelled();
    const Index from = queue[head];
    for (const Index to : out[from]) {
      rank[to] = std::max(rank[to], rank[from] + 1);
      if (--missing[to] == 0) queue.push_back(to);
    }
  }
  return rank;
}

// Vertices that may move freely between their neighbours go to the emptiest layer on the way.
void balance(const RankGraph& graph, Table<Index>& rank, const WorkBudget& budget) {
  Table<Index> balance_of(graph.vertex_count, 0);
  Table<Arc> arcs;
  for (const SpringArc& a : graph.arcs) {
    arcs.push_back({a.from, a.to});
    balance_of[a.to] += a.weight;
    balance_of[a.from] -= a.weight;
  }
  const Adjacency out(graph.vertex_count, arcs, false);
  const Adjacency in(graph.vertex_count, arcs, true);
  const Index layers = *std::max_element(rank.begin(), rank.end()) + 1;
  Table<Index> load(layers, 0);
  for (const Index r : rank) ++load[r];
  for (Index v = 0; v < graph.vertex_count; ++v) {
    budget.stop_if_cancelled();
    if (balance_of[v] != 0 || in.degree(v) == 0 || out.degree(v) == 0) continue;
    Index low = 0;
    Index high = layers - 1;
    for (const Index u : in[v]) low = std::max(low, rank[u] + 1);
    for (const Index u : out[v]) high = std::min(high, rank[u] - 1);
    Index best = rank[v];
    for (Index r = low; r <= high; ++r) {
      if (load[r] + 1 < load[best]) best = r;
    }
    --load[rank[v]];
    ++load[best];
    rank[v] = best;
  }
}

Index piece_length(std::int64_t cells, bool is_first) {
  if (cells <= kShortPieceCells) return 1;
  if (cells > kLongPieceCells) return std::numeric_limits<Index>::max();
  return is_first ? 1 : 8;
}

}  // namespace

Table<Index> assign_layers(const Component& component, WorkBudget& budget) {
  const RankGraph graph = make_rank_graph(component, budget);
  Table<Index> rank = longest_paths(graph, budget);
  improve_values(rank, graph.arcs, budget);
  const Index least = *std::min_element(rank.begin(), rank.end());
  for (Index& r : rank) r -= least;
  balance(graph, rank, budget);
  Table<Index> layers(component.width.count());
  for (Index v = 0; v < layers.count(); ++v) layers[v] = rank[graph.vertex_of[v]];
  return layers;
}

Layering make_layering(const Component& component, const Table<Index>& layers,
                       const CancelToken& cancel) {
  Layering result;
  const Index vertices = layers.count();
  result.vertex_count = vertices;
  result.layer_count = *std::max_element(layers.begin(), layers.end()) + 1;
  result.first_layer = layers;
  result.width = component.width;
  result.cell_count = vertices;
  for (const WeightedArc& arc : component.arcs) {
    result.cell_count += layers[arc.to] - layers[arc.from] - 1;
  }
  const Index arc_count = component.arcs.count();
  result.first_piece.reset(arc_count, -1);
  result.piece_count.reset(arc_count, 0);
  result.last_layer = layers;
  Table<Arc> down;
  Table<Arc> up;  // from the lower end, which is a vertex
  Index next = vertices;
  for (Index q = 0; q < arc_count; ++q) {
    stop_if_cancelled(cancel);
    const auto [from, to, weight] = component.arcs[q];
    Index previous = from;
    const Index end = layers[to];
    for (Index layer = layers[from] + 1; layer < end;) {
      const Index wanted = piece_length(result.cell_count, previous == from);
      const Index length = std::min(wanted, end - layer);
      if (previous == from) {
        result.first_piece[q] = next;
        down.push_back({from, next});
      } else {
        result.below[previous - vertices] = next;
      }
      result.first_layer.push_back(layer);
      result.last_layer.push_back(layer + length - 1);
      result.above.push_back(previous);
      result.below.push_back(to);
      ++result.piece_count[q];
      previous = next++;
      layer += length;
    }
    if (previous == from) down.push_back({from, to});
    up.push_back({to, previous});
  }
  result.item_count = next;
  result.width.resize(static_cast<std::size_t>(next), 0);
  result.down = Adjacency(vertices, down, false);
  result.up = Adjacency(vertices, up, false);
  return result;
}

}  // namespace opscope::viewer::layered
