// One step of crossing reduction: exchanging neighbours in a layer where that helps.
#pragma once

#include "model/layout/layering.h"

namespace opscope::viewer::layered {

// Keeps its scratch memory between calls.
class LayerTransposer {
 public:
  LayerTransposer(const Layering& layering, const CancelToken& cancel);

  // Up to `rounds` passes over all layers, only those with changed neighbours again. Returns the
  // crossings saved. Throws Cancelled.
  std::int64_t run(LayerOrder& order, int rounds);

 private:
  std::int64_t improve(LayerOrder& order, Index layer);
  [[nodiscard]] std::span<const Index> neighbours(Index item, Index layer, bool upwards,
                                                  Index& single) const;
  // Crossings saved on one side by exchanging `left` and its right neighbour `right`.
  std::int64_t gain(Index left, Index right, Index layer, bool upwards);

  const Layering& layering_;
  const CancelToken& cancel_;
  Table<Index> above_position_;
  Table<Index> below_position_;
  Table<char> is_dirty_;
  std::vector<Index> left_;
  std::vector<Index> right_;
};

}  // namespace opscope::viewer::layered
