#include "model/layout/layer_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace opscope::viewer::layered {
namespace {

// A graph over `layers` layers of `width` vertices with arcs between neighbouring layers.
Component random_component(std::mt19937& random, Index layers, Index width, int arcs) {
  Component component;
  component.width.reset(layers * width, 40);
  component.height.reset(layers * width, 20);
  component.pin.reset(layers * width, LayerPin::none);
  Table<Arc> seen;
  for (int i = 0; i < arcs; ++i) {
    const auto layer = static_cast<Index>(random() % static_cast<unsigned>(layers - 1));
    const auto u = layer * width + static_cast<Index>(random() % static_cast<unsigned>(width));
    const auto v =
        (layer + 1) * width + static_cast<Index>(random() % static_cast<unsigned>(width));
    if (std::find(seen.begin(), seen.end(), Arc{u, v}) != seen.end()) continue;
    seen.push_back({u, v});
    component.arcs.push_back({u, v, 1});
  }
  return component;
}

Layering layering_of(const Component& component, Index width) {
  Table<Index> layers;
  for (Index v = 0; v < component.width.count(); ++v) layers.push_back(v / width);
  return make_layering(component, layers);
}

std::int64_t pairwise_crossings(const Component& component, const LayerOrder& order) {
  Table<Index> position(component.width.count(), 0);
  Table<Index> layer_of(component.width.count(), 0);
  for (Index l = 0; l < order.count(); ++l) {
    for (Index j = 0; j < order[l].count(); ++j) {
      position[order[l][j]] = j;
      layer_of[order[l][j]] = l;
    }
  }
  std::int64_t crossings = 0;
  for (const WeightedArc& a : component.arcs) {
    for (const WeightedArc& b : component.arcs) {
      if (layer_of[a.from] != layer_of[b.from]) continue;
      crossings += position[a.from] < position[b.from] && position[a.to] > position[b.to];
    }
  }
  return crossings;
}

std::int64_t least_crossings(const Component& component, LayerOrder& order, Index layer) {
  if (layer == order.count()) return pairwise_crossings(component, order);
  std::sort(order[layer].begin(), order[layer].end());
  std::int64_t best = INT64_MAX;
  do {
    best = std::min(best, least_crossings(component, order, layer + 1));
  } while (std::next_permutation(order[layer].begin(), order[layer].end()));
  return best;
}

TEST(LayerOrder, CountsCrossingsAsComparingEveryPairDoes) {
  std::mt19937 random(11);
  for (int round = 0; round < 50; ++round) {
    const Component component = random_component(random, 4, 8, 40);
    const Layering layering = layering_of(component, 8);
    LayerOrder order(4);
    for (Index l = 0; l < 4; ++l) {
      order[l].reset(8);
      std::iota(order[l].begin(), order[l].end(), l * 8);
      std::shuffle(order[l].begin(), order[l].end(), random);
    }
    ASSERT_EQ(count_crossings(layering, order), pairwise_crossings(component, order));
  }
}

TEST(LayerOrder, ReachesTheFewestCrossingsOfTinyGraphs) {
  std::mt19937 random(5);
  for (int round = 0; round < 40; ++round) {
    const Component component = random_component(random, 3, 4, 12);
    const Layering layering = layering_of(component, 4);
    const OrderedLayers found = order_layers(layering, LayoutEffort::full, {});
    ASSERT_EQ(found.crossings, pairwise_crossings(component, found.layers));
    LayerOrder all = found.layers;
    ASSERT_EQ(found.crossings, least_crossings(component, all, 0)) << "round " << round;
  }
}

}  // namespace
}  // namespace opscope::viewer::layered
