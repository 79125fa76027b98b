// The order of items in their layers: few crossings between edges.
#pragma once

#include "model/layout/layering.h"

namespace opscope::viewer::layered {

struct OrderedLayers {
  LayerOrder layers;
  std::int64_t crossings = 0;
};

// Sweeps over the layers from several starts and keeps the best order seen.
[[nodiscard]] OrderedLayers order_layers(const Layering& layering, LayoutEffort effort,
                                         const CancelToken& cancel);

// Crossings of straight lines between neighbouring layers. Pieces that go on do not cross each
// other.
[[nodiscard]] std::int64_t count_crossings(const Layering& layering, const LayerOrder& layers);

}  // namespace opscope::viewer::layered
