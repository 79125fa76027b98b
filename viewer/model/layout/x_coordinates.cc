#include "model/layout/x_coordinates.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "model/layout/block_alignment.h"
#include "model/layout/network_simplex.h"

namespace opscope::viewer::layered {
namespace {

constexpr Index kNodeToNode = 1;
constexpr Index kNodeToPiece = 2;
constexpr Index kPieceToPiece = 8;

// Moves the four positions over the narrowest one and takes the mean of the two middle values.
Table<Index> average(const Layering& layering, std::array<Table<Index>, 4> positions,
                     const WorkBudget& budget) {
  std::array<Index, 4> low{};
  std::array<Index, 4> high{};
  std::size_t narrowest = 0;
  for (std::size_t d = 0; d < 4; ++d) {
    low[d] = std::numeric_limits<Index>::max();
    high[d] = std::numeric_limits<Index>::min();
    for (Index i = 0; i < layering.item_count; ++i) {
      low[d] = std::min(low[d], positions[d][i] - layering.width[i] / 2);
      high[d] = std::max(high[d], positions[d][i] + layering.width[i] / 2);
    }
    if (high[d] - low[d] < high[narrowest] - low[narrowest]) narrowest = d;
  }
  Table<Index> result(layering.item_count);
  for (Index i = 0; i < layering.item_count; ++i) {
    budget.stop_if_cancelled();
    std::array<Index, 4> x{};
    for (std::size_t d = 0; d < 4; ++d) {
      const Index shift = d < 2 ? low[narrowest] - low[d] : high[narrowest] - high[d];
      x[d] = positions[d][i] + shift;
    }
    std::sort(x.begin(), x.end());
    const Index sum = x[1] + x[2];
    result[i] = (sum - (sum < 0)) / 2;
  }
  return result;
}

// The gaps between neighbours, each pair once.
Table<SpringArc> gap_arcs(const Layering& layering, const LayerOrder& order, const Spacing& spacing,
                          const WorkBudget& budget) {
  Table<SpringArc> arcs;
  Table<Index> last_right(layering.item_count, -1);
  for (const Table<Index>& layer : order) {
    for (Index j = 0; j + 1 < layer.count(); ++j) {
      budget.stop_if_cancelled();
      const Index left = layer[j];
      const Index right = layer[j + 1];
      if (last_right[left] == right) continue;
      last_right[left] = right;
      arcs.push_back({left, right, 0, separation(layering, spacing, left, right)});
    }
  }
  return arcs;
}

// Pushes items to the right until every gap is kept.
void repair(Table<Index>& x, const Table<SpringArc>& gaps, const WorkBudget& budget) {
  Table<Arc> arc_of;
  Table<Index> missing(x.count(), 0);
  for (Index a = 0; a < gaps.count(); ++a) {
    arc_of.push_back({gaps[a].from, a});
    ++missing[gaps[a].to];
  }
  const Adjacency out(x.count(), arc_of, false);
  Table<Index> queue;
  for (Index i = 0; i < x.count(); ++i) {
    if (missing[i] == 0) queue.push_back(i);
  }
  for (Index head = 0; head < queue.count(); ++head) {
    budget.stop_if_cancelled();
    for (const Index a : out[queue[head]]) {
      x[gaps[a].to] = std::max(x[gaps[a].to], x[gaps[a].from] + gaps[a].length);
      if (--missing[gaps[a].to] == 0) queue.push_back(gaps[a].to);
    }
  }
}

// Least sum of weighted |x_u - x_v| over edges. Each edge gets a helper variable left of both ends.
void polish(const Layering& layering, Table<SpringArc> arcs, Table<Index>& x, WorkBudget& budget) {
  Table<Index> values = x;
  const auto pull = [&](Index u, Index v, Index weight) {
    const Index helper = values.count();
    values.push_back(std::min(values[u], values[v]));
    arcs.push_back({helper, u, weight, 0});
    arcs.push_back({helper, v, weight, 0});
  };
  for (Index v = 0; v < layering.vertex_count; ++v) {
    budget.stop_if_cancelled();
    for (const Index below : layering.down[v]) {
      if (!layering.is_piece(below)) pull(v, below, kNodeToNode);
    }
  }
  for (Index p = 0; p < layering.above.count(); ++p) {
    budget.stop_if_cancelled();
    const Index piece = layering.vertex_count + p;
    if (!layering.is_piece(layering.above[p])) pull(layering.above[p], piece, kNodeToPiece);
    const bool ends = !layering.is_piece(layering.below[p]);
    pull(piece, layering.below[p], ends ? kNodeToPiece : kPieceToPiece);
  }
  improve_values(values, arcs, budget);
  std::copy_n(values.begin(), x.size(), x.begin());
}

}  // namespace

Index separation(const Layering& layering, const Spacing& spacing, Index left, Index right) {
  const int pieces = layering.is_piece(left) + layering.is_piece(right);
  Index gap = spacing.node_gap;
  if (pieces == 1) gap = (spacing.node_gap + spacing.edge_gap) / 2;
  if (pieces == 2) gap = spacing.edge_gap;
  return (layering.width[left] + layering.width[right] + 1) / 2 + gap;
}

Table<Index> place_items(const Layering& layering, const LayerOrder& order, const Spacing& spacing,
                         WorkBudget& budget) {
  std::array<Table<Index>, 4> positions;
  for (std::size_t d = 0; d < 4; ++d) {
    positions[d] =
        aligned_positions(layering, order, spacing, {d % 2 == 0, d < 2}, budget.cancel());
  }
  Table<Index> x = average(layering, std::move(positions), budget);
  Table<SpringArc> gaps = gap_arcs(layering, order, spacing, budget);
  repair(x, gaps, budget);
  if (layering.item_count > 2) polish(layering, std::move(gaps), x, budget);
  return x;
}

}  // namespace opscope::viewer::layered
