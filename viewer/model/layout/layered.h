// Layered drawing of one graph of boxes (Sugiyama's method): cycles are broken, boxes get layers by
// network simplex, layers are ordered to avoid crossings, x coordinates keep long edges straight.
// Knows nothing but dense ints. Flow runs downwards: an edge leaves the bottom of its first box and
// ends at the top of its second one, unless it closes a cycle, when it runs the other way.
// Deterministic: budgets count work, never time, so equal input gives equal output everywhere.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace opscope::viewer {

// A wish to stop, shared between the thread that asks and the one that works. Copies share it.
class CancelToken {
 public:
  CancelToken() : state_(std::make_shared<std::atomic<bool>>(false)) {}

  void cancel() const noexcept { state_->store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool is_cancelled() const noexcept {
    return state_->load(std::memory_order_relaxed);
  }

 private:
  std::shared_ptr<std::atomic<bool>> state_;
};

struct LayoutPoint {
  float x = 0;
  float y = 0;

  friend bool operator==(const LayoutPoint&, const LayoutPoint&) = default;
};

// Where a box must be: anywhere, in a first layer of its own, or in a last layer of its own. Boxes
// pinned first take no incoming edges, boxes pinned last no outgoing ones.
enum class LayerPin : std::uint8_t { none, first, last };

struct LayeredBox {
  int width_px = 0;
  int height_px = 0;
  LayerPin pin = LayerPin::none;
};

struct LayeredEdge {
  int from = 0;  // indices of boxes; equal for a self loop
  int to = 0;
  int weight = 5;         // how much its length counts; a control edge weighs 1
  int from_port_px = -1;  // where it leaves and ends, from the box's left side; -1: chosen
  int to_port_px = -1;
};

// How much work goes into few crossings and straight lines.
enum class LayoutEffort : std::uint8_t {
  frame,  // about six sweeps over the layers: for the first picture and for opening a scope
  full,   // several starts, for small graphs and in the background
};

struct LayeredOptions {
  int node_gap_px = 20;   // between boxes of a layer
  int edge_gap_px = 10;   // between long edges of a layer
  int layer_gap_px = 40;  // between layers, at least
  int component_gap_px = 40;
  double aspect = 1.6;  // width / height that packing of components aims at
  LayoutEffort effort = LayoutEffort::full;
};

// Boxes and routes in one frame whose top left corner is (0, 0).
struct LayeredResult {
  std::vector<LayoutPoint> origins;        // top left corners, by box
  std::vector<std::uint32_t> route_begin;  // by edge, and one more: the range in route_points
  std::vector<LayoutPoint> route_points;   // from the edge's first box to its second one
  float width_px = 0;
  float height_px = 0;
  std::int64_t crossings = 0;  // between edges, as counted between layers
  int layer_count = 0;
  bool is_complete = true;  // false: cancelled, and nothing else is there

  [[nodiscard]] std::span<const LayoutPoint> route(std::size_t edge) const {
    return std::span(route_points)
        .subspan(route_begin[edge], route_begin[edge + 1] - route_begin[edge]);
  }
};

// Draws the graph. Boxes keep their sizes and do not overlap; no route enters a box other than its
// two ends. Edges whose ends are no box are ignored (their route is empty). A cancelled call
// returns within milliseconds, with nothing. Thread-safe.
[[nodiscard]] LayeredResult layout_layered(std::span<const LayeredBox> boxes,
                                           std::span<const LayeredEdge> edges,
                                           const LayeredOptions& options = {},
                                           const CancelToken& cancel = {});

}  // namespace opscope::viewer
