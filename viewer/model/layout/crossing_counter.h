// Crossings between two neighbouring layers.
#pragma once

#include "model/layout/layering.h"

namespace opscope::viewer::layered {

// Keeps its scratch memory between calls.
class CrossingCounter {
 public:
  CrossingCounter(const Layering& layering, const CancelToken& cancel)
      : layering_(layering), cancel_(cancel) {}

  // Between `layer` and the next one. O(E log V).
  std::int64_t between(const LayerOrder& order, Index layer);
  std::int64_t all(const LayerOrder& order);

 private:
  void add(Index position);
  [[nodiscard]] Index count_right_of(Index position) const;

  const Layering& layering_;
  const CancelToken& cancel_;
  Table<Index> position_;
  Table<Index> passing_before_;  // in the lower layer: pieces that come from above, left of it
  Table<Index> tree_;            // Fenwick tree over positions of the lower layer
  Index total_ = 0;
};

}  // namespace opscope::viewer::layered
