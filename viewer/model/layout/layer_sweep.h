// One step of crossing reduction: sorting every layer by where its neighbours are.
#pragma once

#include "model/layout/layering.h"

namespace opscope::viewer::layered {

enum class SweepKey : std::uint8_t { median, barycenter };

struct SweepOptions {
  bool downwards = true;
  SweepKey key = SweepKey::median;
  bool reverses_ties = false;
};

// Keeps its scratch memory between calls.
class LayerSweeper {
 public:
  LayerSweeper(const Layering& layering, const CancelToken& cancel);

  // False when it was cancelled between two layers: pieces may then be out of order between those,
  // and `order` must not be used any more.
  void sweep(LayerOrder& order, const SweepOptions& options);

 private:
  struct Keyed {
    float key;
    Index old_position;
    Index item;
  };

  void sort_layer(const Table<Index>& fixed_layer, Table<Index>& layer, Index index,
                  const SweepOptions& options);
  // -1 when the item has no neighbour in the fixed layer.
  float key_of(Index item, const SweepOptions& options);
  float median_of(std::span<const Index> neighbours);
  void merge_into(Table<Index>& layer);

  const Layering& layering_;
  const CancelToken& cancel_;
  Table<Index> fixed_position_;
  Table<Index> position_;
  std::vector<Keyed> moving_;
  std::vector<Index> passing_;
  std::vector<std::pair<Index, Index>> staying_;  // old position, item
  std::vector<Index> merged_;
  std::vector<Index> scratch_;
};

}  // namespace opscope::viewer::layered
