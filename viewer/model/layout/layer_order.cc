#include "model/layout/layer_order.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "model/layout/crossing_counter.h"
#include "model/layout/layer_sweep.h"
#include "model/layout/layer_transpose.h"

namespace opscope::viewer::layered {
namespace {

constexpr int kMaxSweeps = 24;
constexpr int kStaleSweeps = 5;
constexpr int kFinalRounds = 30;
constexpr std::int64_t kFrameUnits = 60'000;
constexpr std::int64_t kFrameSweeps = 6;
constexpr std::int64_t kFullUnits = 60'000'000;
constexpr Index kShuffledRoots = 64;
// In large drawings ties turned round cost more crossings than later sweeps win back.
constexpr std::int64_t kMaxReversedCells = 40'000;

// How items first enter their layers.
struct Start {
  bool upwards = false;
  bool breadth_first = false;
  std::uint64_t seed = 0;  // 0: in the order of layers
};

class StartOrder {
 public:
  StartOrder(const Layering& layering, const Start& start, const CancelToken& cancel)
      : layering_(layering),
        cancel_(cancel),
        start_(start),
        order_(layering.layer_count),
        seen_(layering.item_count, 0) {}

  LayerOrder run() {
    for (const Index root : roots()) {
      if (seen_[root]) continue;
      put(root);
      if (start_.breadth_first) {
        walk_breadth_first(root);
      } else {
        walk_depth_first(root);
      }
    }
    return std::move(order_);
  }

 private:
  Table<Index> roots() const {
    Table<Index> result(layering_.vertex_count);
    std::iota(result.begin(), result.end(), 0);
    std::stable_sort(result.begin(), result.end(), [&](Index a, Index b) {
      const Index la = layering_.first_layer[a];
      const Index lb = layering_.first_layer[b];
      stop_if_cancelled(cancel_);
      return start_.upwards ? la > lb : la < lb;
    });
    std::uint64_t state = start_.seed;
    if (state == 0) return result;
    for (Index i = std::min(result.count(), kShuffledRoots); i > 1; --i) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      std::swap(result[i - 1], result[static_cast<Index>(state % static_cast<std::uint64_t>(i))]);
    }
    return result;
  }

  void put(Index item) {
    seen_[item] = 1;
    stop_if_cancelled(cancel_);
    for (Index layer = layering_.first_layer[item]; layer <= layering_.last_layer[item]; ++layer) {
      order_[layer].push_back(item);
    }
  }

  std::span<const Index> neighbours(Index item, bool down) const {
    if (!layering_.is_piece(item)) return down ? layering_.down[item] : layering_.up[item];
    const Index piece = item - layering_.vertex_count;
    return {down ? &layering_.below[piece] : &layering_.above[piece], 1};
  }

  void walk_breadth_first(Index root) {
    Table<Index> queue(1, root);
    for (Index head = 0; head < queue.count(); ++head) {
      for (const bool forward : {true, false}) {
        for (const Index next : neighbours(queue[head], forward != start_.upwards)) {
          if (seen_[next]) continue;
          put(next);
          queue.push_back(next);
        }
      }
    }
  }

  void walk_depth_first(Index root) {
    std::vector<std::pair<Index, std::size_t>> path{{root, 0}};
    while (!path.empty()) {
      auto& [item, at] = path.back();
      const auto list = neighbours(item, !start_.upwards);
      if (at == list.size()) {
        path.pop_back();
        continue;
      }
      const Index next = list[at++];
      if (seen_[next]) continue;
      put(next);
      path.emplace_back(next, 0);
    }
  }

  const Layering& layering_;
  const CancelToken& cancel_;
  Start start_;
  LayerOrder order_;
  Table<char> seen_;
};

int start_count(std::int64_t cells) {
  if (cells < 500) return 12;
  if (cells < 3'000) return 8;
  return cells < 40'000 ? 4 : 2;
}

class OrderSearch {
 public:
  OrderSearch(const Layering& layering, std::int64_t units, const CancelToken& cancel)
      : layering_(layering),
        sweeper_(layering, cancel),
        transposer_(layering, cancel),
        counter_(layering, cancel),
        sweep_units_(layering.cell_count + 2 * layering.item_count),
        reverses_ties_(layering.cell_count <= kMaxReversedCells),
        budget_(units, cancel) {}

  OrderedLayers run() {
    const int starts = start_count(layering_.cell_count);
    for (int s = 0; s < starts && goes_on_; ++s) try_start(s);
    if (best_.crossings > 0) {
      best_.crossings -= transposer_.run(best_.layers, kFinalRounds);
    }
    return std::move(best_);
  }

 private:
  void offer(const LayerOrder& order, std::int64_t crossings) {
    if (!best_.layers.empty() && crossings >= best_.crossings) return;
    best_.layers = order;
    best_.crossings = crossings;
    if (crossings == 0) goes_on_ = false;
  }

  void try_start(int number) {
    const auto turn_number = static_cast<std::uint64_t>(number);
    const std::uint64_t seed = number < 4 ? 0 : 0x9E3779B97F4A7C15u * turn_number;
    LayerOrder order =
        StartOrder(layering_, {number % 2 == 1, number % 4 >= 2, seed}, budget_.cancel()).run();
    std::int64_t least = counter_.all(order);
    offer(order, least);
    int stale = 0;
    for (int turn = 0; turn < kMaxSweeps && stale < kStaleSweeps && goes_on_; ++turn) {
      if (!budget_.spend(sweep_units_)) {
        goes_on_ = false;
        return;
      }
      const SweepOptions options{turn % 2 == 0,
                                 (turn / 2) % 2 == 0 ? SweepKey::median : SweepKey::barycenter,
                                 reverses_ties_ && (turn / 4) % 2 == 1};
      sweeper_.sweep(order, options);
      transposer_.run(order, turn < 2 ? 2 : 10);
      const std::int64_t crossings = counter_.all(order);
      stale = crossings < least - least / 500 ? 0 : stale + 1;
      least = std::min(least, crossings);
      offer(order, crossings);
    }
  }

  const Layering& layering_;
  LayerSweeper sweeper_;
  LayerTransposer transposer_;
  CrossingCounter counter_;
  std::int64_t sweep_units_;
  bool reverses_ties_;
  WorkBudget budget_;
  OrderedLayers best_;
  bool goes_on_ = true;
};

}  // namespace

std::int64_t count_crossings(const Layering& layering, const LayerOrder& layers) {
  return CrossingCounter(layering, {}).all(layers);
}

OrderedLayers order_layers(const Layering& layering, LayoutEffort effort,
                           const CancelToken& cancel) {
  const std::int64_t sweep = layering.cell_count + 2 * layering.item_count;
  const std::int64_t units = effort == LayoutEffort::full
                                 ? std::max(kFullUnits, kFrameSweeps * sweep)
                                 : std::max(kFrameUnits, kFrameSweeps * sweep);
  return OrderSearch(layering, units, cancel).run();
}

}  // namespace opscope::viewer::layered
