#include "model/layout/block_alignment.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace opscope::viewer::layered {
namespace {

class BlockAligner {
 public:
  BlockAligner(const Layering& layering, const LayerOrder& order,
               const AlignmentDirection& direction, const CancelToken& cancel)
      : layering_(layering),
        cancel_(cancel),
        order_(order),
        direction_(direction),
        root_(layering.item_count),
        position_(layering.item_count, 0) {
    std::iota(root_.begin(), root_.end(), 0);
  }

  // The first item of each item's block.
  Table<Index> run() {
    const Index count = order_.count();
    for (Index step = 1; step < count; ++step) {
      const Index layer = direction_.downwards ? step : count - 1 - step;
      align(layer, direction_.downwards ? layer - 1 : layer + 1);
    }
    for (Index item = 0; item < root_.count(); ++item) {
      Index top = item;
      while (root_[top] != top) top = root_[top];
      root_[item] = top;
    }
    return std::move(root_);
  }

 private:
  [[nodiscard]] bool passes(Index item, Index layer) const {
    return direction_.downwards ? layering_.goes_on_above(item, layer)
                                : layering_.goes_on_below(item, layer);
  }

  void load(Index layer, Index fixed) {
    passing_in_fixed_.clear();
    passing_in_layer_.clear();
    Index passing = 0;
    for (Index j = 0; j < order_[fixed].count(); ++j) {
      const Index item = order_[fixed][j];
      position_[item] = j;
      passing_in_fixed_.push_back(passing);
      passing +=
          layering_.is_piece(item) && (direction_.downwards ? layering_.last_layer[item] >= layer
                                                            : layering_.first_layer[item] <= layer);
    }
    passing = 0;
    for (const Index item : order_[layer]) {
      passing_in_layer_.push_back(passing);
      passing += passes(item, layer);
    }
  }

  void find_neighbours(Index item) {
    neighbours_.clear();
    if (layering_.is_piece(item)) {
      const Index piece = item - layering_.vertex_count;
      const Index next = direction_.downwards ? layering_.above[piece] : layering_.below[piece];
      neighbours_.emplace_back(position_[next], next);
      return;
    }
    for (const Index next : direction_.downwards ? layering_.up[item] : layering_.down[item]) {
      neighbours_.emplace_back(position_[next], next);
    }
    std::sort(neighbours_.begin(), neighbours_.end());
  }

  // An alignment must cross neither an earlier one of this layer (`bound`) nor a passing piece.
  void align(Index layer, Index fixed) {
    load(layer, fixed);
    const bool leftmost = direction_.leftmost;
    Index bound = leftmost ? -1 : std::numeric_limits<Index>::max();
    const Index size = order_[layer].count();
    for (Index step = 0; step < size; ++step) {
      stop_if_cancelled(cancel_);
      const Index j = leftmost ? step : size - 1 - step;
      const Index item = order_[layer][j];
      if (passes(item, layer)) {
        bound = position_[item];
        continue;
      }
      find_neighbours(item);
      if (neighbours_.empty()) continue;
      std::size_t first = (neighbours_.size() - 1) / 2;
      std::size_t second = neighbours_.size() / 2;
      if (!leftmost) std::swap(first, second);
      for (const std::size_t median : {first, second}) {
        const auto [at, next] = neighbours_[median];
        const bool is_free = leftmost ? bound < at : bound > at;
        if (!is_free || passing_in_fixed_[at] != passing_in_layer_[j]) continue;
        root_[item] = root_[next];
        bound = at;
        break;
      }
    }
  }

  const Layering& layering_;
  const CancelToken& cancel_;
  const LayerOrder& order_;
  AlignmentDirection direction_;
  Table<Index> root_;
  Table<Index> position_;
  Table<Index> passing_in_fixed_;
  Table<Index> passing_in_layer_;
  std::vector<std::pair<Index, Index>> neighbours_;
};

// Blocks as vertices, gaps between neighbours as arcs. Packs to one side, then moves blocks back
// towards their other neighbours.
Table<Index> compact(const Layering& layering, const LayerOrder& order, const Spacing& spacing,
                     const Table<Index>& root, bool leftmost, const CancelToken& cancel) {
  const Index count = layering.item_count;
  Table<Arc> arcs;
  Table<Index> gaps;
  Table<Index> last_right(count, -1);
  Table<Index> missing(count, 0);
  for (const Table<Index>& layer : order) {
    for (Index j = 0; j + 1 < layer.count(); ++j) {
      stop_if_cancelled(cancel);
      const Index left = layer[j];
      const Index right = layer[j + 1];
      if (last_right[left] == right) continue;
      last_right[left] = right;
      arcs.push_back(leftmost ? Arc{root[left], root[right]} : Arc{root[right], root[left]});
      gaps.push_back(separation(layering, spacing, left, right));
      ++missing[arcs.back().to];
    }
  }
  Table<Arc> arc_of;  // block -> number of the arc
  for (Index a = 0; a < arcs.count(); ++a) arc_of.push_back({arcs[a].from, a});
  const Adjacency out(count, arc_of, false);
  Table<Index> queue;
  for (Index i = 0; i < count; ++i) {
    if (root[i] == i && missing[i] == 0) queue.push_back(i);
  }
  Table<Index> x(count, 0);
  for (Index head = 0; head < queue.count(); ++head) {
    stop_if_cancelled(cancel);
    const Index block = queue[head];
    for (const Index a : out[block]) {
      const Index to = arcs[a].to;
      x[to] = std::max(x[to], x[block] + gaps[a]);
      if (--missing[to] == 0) queue.push_back(to);
    }
  }
  for (Index at = queue.count(); at-- > 0;) {
    stop_if_cancelled(cancel);
    const Index block = queue[at];
    if (out[block].empty()) continue;
    Index most = std::numeric_limits<Index>::max();
    for (const Index a : out[block]) most = std::min(most, x[arcs[a].to] - gaps[a]);
    x[block] = std::max(x[block], most);
  }
  Table<Index> result(count);
  for (Index i = 0; i < count; ++i) result[i] = leftmost ? x[root[i]] : -x[root[i]];
  return result;
}

}  // namespace

Table<Index> aligned_positions(const Layering& layering, const LayerOrder& order,
                               const Spacing& spacing, const AlignmentDirection& direction,
                               const CancelToken& cancel) {
  const Table<Index> root = BlockAligner(layering, order, direction, cancel).run();
  return compact(layering, order, spacing, root, direction.leftmost, cancel);
}

}  // namespace opscope::viewer::layered
