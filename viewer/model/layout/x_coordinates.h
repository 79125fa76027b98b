// Where items stand in their layers: near their neighbours, long edges straight.
#pragma once

#include "model/layout/layer_order.h"

namespace opscope::viewer::layered {

struct Spacing {
  Index node_gap = 20;
  Index edge_gap = 10;
};

// Least distance of the middles of two neighbours in a layer, `left` and `right`.
[[nodiscard]] Index separation(const Layering& layering, const Spacing& spacing, Index left,
                               Index right);

// The middle of each item. Brandes and Köpf's four alignments (GD 2001), each compacted over the
// graph of its blocks, averaged, then improved by network simplex as far as `budget` goes.
[[nodiscard]] Table<Index> place_items(const Layering& layering, const LayerOrder& order,
                                       const Spacing& spacing, WorkBudget& budget);

}  // namespace opscope::viewer::layered
