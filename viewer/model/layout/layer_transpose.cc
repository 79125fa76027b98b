#include "model/layout/layer_transpose.h"

#include <algorithm>

namespace opscope::viewer::layered {
namespace {

constexpr std::size_t kSmallProduct = 16;

// Pairs (a, b) with a > b less pairs with a < b.
std::int64_t inversions(std::vector<Index>& left, std::vector<Index>& right) {
  std::int64_t result = 0;
  if (left.size() * right.size() <= kSmallProduct) {
    for (const Index a : left) {
      for (const Index b : right) result += (a > b) - (a < b);
    }
    return result;
  }
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  std::size_t below = 0;
  std::size_t upto = 0;
  for (const Index a : left) {
    while (below < right.size() && right[below] < a) ++below;
    while (upto < right.size() && right[upto] <= a) ++upto;
    result += static_cast<std::int64_t>(below) - static_cast<std::int64_t>(right.size() - upto);
  }
  return result;
}

void fill_positions(const Table<Index>& layer, Table<Index>& position) {
  for (Index j = 0; j < layer.count(); ++j) position[layer[j]] = j;
}

}  // namespace

LayerTransposer::LayerTransposer(const Layering& layering, const CancelToken& cancel)
    : layering_(layering),
      cancel_(cancel),
      above_position_(layering.item_count, 0),
      below_position_(layering.item_count, 0) {}

std::span<const Index> LayerTransposer::neighbours(Index item, Index layer, bool upwards,
                                                   Index& single) const {
  if (!layering_.is_piece(item)) return upwards ? layering_.up[item] : layering_.down[item];
  const Index piece = item - layering_.vertex_count;
  if (upwards) {
    single = layering_.goes_on_above(item, layer) ? item : layering_.above[piece];
  } else {
    single = layering_.goes_on_below(item, layer) ? item : layering_.below[piece];
  }
  return {&single, 1};
}

std::int64_t LayerTransposer::gain(Index left, Index right, Index layer, bool upwards) {
  Index single_left = 0;
  Index single_right = 0;
  const auto of_left = neighbours(left, layer, upwards, single_left);
  const auto of_right = neighbours(right, layer, upwards, single_right);
  const Table<Index>& position = upwards ? above_position_ : below_position_;
  if (of_left.size() == 1 && of_right.size() == 1) {
    const Index a = position[of_left[0]];
    const Index b = position[of_right[0]];
    return (a > b) - (a < b);
  }
  left_.clear();
  right_.clear();
  for (const Index n : of_left) left_.push_back(position[n]);
  for (const Index n : of_right) right_.push_back(position[n]);
  return inversions(left_, right_);
}

std::int64_t LayerTransposer::improve(LayerOrder& order, Index layer) {
  Table<Index>& items = order[layer];
  if (items.count() < 2) return 0;
  const bool has_above = layer > 0;
  const bool has_below = layer + 1 < order.count();
  if (has_above) fill_positions(order[layer - 1], above_position_);
  if (has_below) fill_positions(order[layer + 1], below_position_);
  const auto is_long = [&](Index item) {
    return layering_.first_layer[item] != layering_.last_layer[item];
  };
  std::int64_t saved = 0;
  for (Index j = 0; j + 1 < items.count(); ++j) {
    stop_if_cancelled(cancel_);
    const Index left = items[j];
    const Index right = items[j + 1];
    if (is_long(left) && is_long(right)) continue;
    std::int64_t by = 0;
    if (has_above) by += gain(left, right, layer, true);
    if (has_below) by += gain(left, right, layer, false);
    if (by <= 0) continue;
    std::swap(items[j], items[j + 1]);
    saved += by;
  }
  return saved;
}

std::int64_t LayerTransposer::run(LayerOrder& order, int rounds) {
  is_dirty_.reset(order.count(), 1);
  std::int64_t total = 0;
  for (int round = 0; round < rounds; ++round) {
    std::int64_t saved = 0;
    for (Index layer = 0; layer < order.count(); ++layer) {
      if (!is_dirty_[layer]) continue;
      is_dirty_[layer] = 0;
      const std::int64_t here = improve(order, layer);
      if (here == 0) continue;
      saved += here;
      for (Index near = std::max(0, layer - 1); near <= std::min(layer + 1, order.count() - 1);
           ++near) {
        is_dirty_[near] = 1;
      }
    }
    total += saved;
    if (saved == 0) break;
  }
  return total;
}

}  // namespace opscope::viewer::layered
