#include "model/layout/layer_sweep.h"

#include <algorithm>

namespace opscope::viewer::layered {

LayerSweeper::LayerSweeper(const Layering& layering, const CancelToken& cancel)
    : layering_(layering),
      cancel_(cancel),
      fixed_position_(layering.item_count, 0),
      position_(layering.item_count, 0) {}

void LayerSweeper::sweep(LayerOrder& order, const SweepOptions& options) {
  const Index count = order.count();
  for (Index step = 1; step < count; ++step) {
    const Index layer = options.downwards ? step : count - 1 - step;
    const Index fixed = options.downwards ? layer - 1 : layer + 1;
    sort_layer(order[fixed], order[layer], layer, options);
  }
}

float LayerSweeper::median_of(std::span<const Index> neighbours) {
  scratch_.clear();
  for (const Index n : neighbours) scratch_.push_back(fixed_position_[n]);
  std::sort(scratch_.begin(), scratch_.end());
  const std::size_t middle = scratch_.size() / 2;
  const auto at = [&](std::size_t i) { return static_cast<float>(scratch_[i]); };
  if (scratch_.size() % 2 == 1) return at(middle);
  const float left = at(middle - 1) - at(0);
  const float right = at(scratch_.size() - 1) - at(middle);
  if (left + right == 0) return (at(middle - 1) + at(middle)) / 2;
  return (at(middle - 1) * right + at(middle) * left) / (left + right);
}

float LayerSweeper::key_of(Index item, const SweepOptions& options) {
  if (layering_.is_piece(item)) {
    const Index piece = item - layering_.vertex_count;
    return static_cast<float>(
        fixed_position_[options.downwards ? layering_.above[piece] : layering_.below[piece]]);
  }
  const auto neighbours = options.downwards ? layering_.up[item] : layering_.down[item];
  if (neighbours.empty()) return -1;
  if (neighbours.size() == 1) return static_cast<float>(fixed_position_[neighbours[0]]);
  if (options.key == SweepKey::median) return median_of(neighbours);
  std::int64_t sum = 0;
  for (const Index n : neighbours) sum += fixed_position_[n];
  return static_cast<float>(sum) / static_cast<float>(neighbours.size());
}

void LayerSweeper::sort_layer(const Table<Index>& fixed_layer, Table<Index>& layer, Index index,
                              const SweepOptions& options) {
  const auto passes = [&](Index item, Index at) {
    return options.downwards ? layering_.goes_on_above(item, at)
                             : layering_.goes_on_below(item, at);
  };
  moving_.clear();
  passing_.clear();
  staying_.clear();
  for (Index j = 0; j < fixed_layer.count(); ++j) {
    const Index item = fixed_layer[j];
    fixed_position_[item] = j;
    if (layering_.is_piece(item) && (options.downwards ? layering_.last_layer[item] >= index
                                                       : layering_.first_layer[item] <= index)) {
      passing_.push_back(item);
    }
  }
  for (Index j = 0; j < layer.count(); ++j) {
    stop_if_cancelled(cancel_);
    const Index item = layer[j];
    position_[item] = j;
    if (passes(item, index)) continue;
    const float key = key_of(item, options);
    if (key < 0) {
      staying_.emplace_back(j, item);
    } else {
      moving_.push_back({key, j, item});
    }
  }
  const auto less = [&](const Keyed& a, const Keyed& b) {
    if (a.key != b.key) return a.key < b.key;
    return options.reverses_ties ? a.old_position > b.old_position
                                 : a.old_position < b.old_position;
  };
  if (!std::is_sorted(moving_.begin(), moving_.end(), less)) {
    sort_unless_cancelled(moving_, cancel_, less);
  }
  merge_into(layer);
}

// Passing pieces keep their order; what moves goes between them by key; what has no neighbour keeps
// its slot.
void LayerSweeper::merge_into(Table<Index>& layer) {
  merged_.clear();
  std::size_t p = 0;
  std::size_t m = 0;
  while (p < passing_.size() || m < moving_.size()) {
    stop_if_cancelled(cancel_);
    bool takes_passing = m == moving_.size();
    if (!takes_passing && p < passing_.size()) {
      const auto key = static_cast<float>(fixed_position_[passing_[p]]);
      takes_passing = key < moving_[m].key ||
                      (key == moving_[m].key && position_[passing_[p]] < moving_[m].old_position);
    }
    merged_.push_back(takes_passing ? passing_[p++] : moving_[m++].item);
  }
  std::size_t s = 0;
  std::size_t g = 0;
  for (Index j = 0; j < layer.count(); ++j) {
    const bool takes_staying =
        s < staying_.size() && (staying_[s].first == j || g == merged_.size());
    layer[j] = takes_staying ? staying_[s++].second : merged_[g++];
  }
}

}  // namespace opscope::viewer::layered
