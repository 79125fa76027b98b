// A graph whose boxes have layers. Edges over several layers are cut into pieces: one item stands
// for a run of layers of one edge, so long edges cost next to nothing (the idea of Eiglsperger,
// Siebenhaller and Kaufmann, JGAA 9(3), 2005).
#pragma once

#include "model/layout/table.h"
#include "model/layout/work_budget.h"

namespace opscope::viewer::layered {

// An arc of the acyclic graph of one component.
struct WeightedArc {
  Index from = 0;
  Index to = 0;
  Index weight = 1;
};

// What one component is drawn from. Arcs are simple and acyclic.
struct Component {
  Table<Index> width;
  Table<Index> height;
  Table<Index> port_width;  // the part of the width, from the left, that edges may touch
  Table<LayerPin> pin;
  Table<WeightedArc> arcs;
};

// The layer of each vertex; every arc goes down by at least one layer, and the least weighted total
// length is aimed at.
[[nodiscard]] Table<Index> assign_layers(const Component& component, WorkBudget& budget);

// Items are the vertices, then the pieces.
struct Layering {
  Index vertex_count = 0;
  Index item_count = 0;
  Index layer_count = 0;
  std::int64_t cell_count = 0;  // items times the layers they are in
  Table<Index> first_layer;     // by item
  Table<Index> last_layer;
  Table<Index> width;        // by item; 0 for pieces
  Table<Index> above;        // by piece: the item it comes from
  Table<Index> below;        // by piece: the item it goes to
  Adjacency up;              // by vertex: items
  Adjacency down;            // by vertex: items
  Table<Index> first_piece;  // by arc: item, -1 when it has none
  Table<Index> piece_count;  // by arc

  [[nodiscard]] bool is_piece(Index item) const { return item >= vertex_count; }
  // A piece that came from the layer above `layer`, or goes on below it.
  [[nodiscard]] bool goes_on_above(Index item, Index layer) const {
    return item >= vertex_count && first_layer[item] < layer;
  }
  [[nodiscard]] bool goes_on_below(Index item, Index layer) const {
    return item >= vertex_count && last_layer[item] > layer;
  }
};

[[nodiscard]] Layering make_layering(const Component& component, const Table<Index>& layers,
                                     const CancelToken& cancel = {});

// The items of each layer from left to right.
using LayerOrder = Table<Table<Index>>;

}  // namespace opscope::viewer::layered
