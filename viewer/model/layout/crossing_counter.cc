#include "model/layout/crossing_counter.h"

#include <cstdlib>

namespace opscope::viewer::layered {

void CrossingCounter::add(Index position) {
  ++total_;
  for (Index q = position + 1; q < tree_.count(); q += q & -q) ++tree_[q];
}

Index CrossingCounter::count_right_of(Index position) const {
  Index upto = 0;
  for (Index q = position + 1; q > 0; q -= q & -q) upto += tree_[q];
  return total_ - upto;
}

std::int64_t CrossingCounter::between(const LayerOrder& order, Index layer) {
  const Table<Index>& lower = order[layer + 1];
  if (position_.count() < layering_.item_count) position_.reset(layering_.item_count);
  tree_.reset(lower.count() + 1, 0);
  passing_before_.reset(lower.count(), 0);
  total_ = 0;
  Index passing = 0;
  for (Index j = 0; j < lower.count(); ++j) {
    position_[lower[j]] = j;
    passing_before_[j] = passing;
    if (layering_.goes_on_above(lower[j], layer + 1)) ++passing;
  }
  std::int64_t crossings = 0;
  Index passed = 0;
  const auto meet = [&](Index item) {
    const Index p = position_[item];
    crossings += std::abs(passed - passing_before_[p]) + count_right_of(p);
  };
  for (const Index item : order[layer]) {
    stop_if_cancelled(cancel_);
    if (!layering_.is_piece(item)) {
      for (const Index below : layering_.down[item]) meet(below);
      for (const Index below : layering_.down[item]) add(position_[below]);
    } else if (layering_.goes_on_below(item, layer)) {
      ++passed;
    } else {
      const Index below = layering_.below[item - layering_.vertex_count];
      meet(below);
      add(position_[below]);
    }
  }
  return crossings;
}

std::int64_t CrossingCounter::all(const LayerOrder& order) {
  std::int64_t crossings = 0;
  for (Index layer = 0; layer + 1 < order.count(); ++layer) crossings += between(order, layer);
  return crossings;
}

}  // namespace opscope::viewer::layered
