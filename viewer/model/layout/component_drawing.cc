#include "model/layout/component_drawing.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "model/layout/layer_order.h"

namespace opscope::viewer::layered {
namespace {

constexpr Index kPortGap = 8;
constexpr Index kMaxSpreadPorts = 16;
constexpr Index kSteepShift = 200;  // an edge that goes further to the side than this is steep
constexpr float kMaxExtraGap = 60;
constexpr Index kFrameItems = 20'000;  // above this a first picture gets little polish

struct Budgets {
  std::int64_t rank;
  std::int64_t polish;
};

Budgets budgets_for(LayoutEffort effort) {
  if (effort == LayoutEffort::full) return {60'000'000, 60'000'000};
  return {3'000'000, 1'000'000};
}

// Heights of layers and what lies between them.
struct Bands {
  Table<float> top;
  Table<float> bottom;
};

class Router {
 public:
  Router(const Component& component, const Table<ArcPorts>& ports, const Layering& layering,
         const Table<Index>& x, const LayeredOptions& options, const CancelToken& cancel)
      : component_(component),
        ports_(ports),
        layering_(layering),
        x_(x),
        options_(options),
        cancel_(cancel) {}

  ComponentDrawing run() {
    find_bands();
    ComponentDrawing drawing;
    find_extent(drawing);
    place_boxes(drawing);
    spread_ports(true);
    spread_ports(false);
    drawing.route_begin.push_back(0);
    for (Index q = 0; q < component_.arcs.count(); ++q) {
      stop_if_cancelled(cancel_);
      route(q, drawing);
      drawing.route_begin.push_back(drawing.points.count());
    }
    for (LayoutPoint& p : drawing.points) p.x -= left_;
    return drawing;
  }

 private:
  [[nodiscard]] Index next_below(Index q) const {
    return layering_.piece_count[q] > 0 ? layering_.first_piece[q] : component_.arcs[q].to;
  }
  [[nodiscard]] Index next_above(Index q) const {
    const Index pieces = layering_.piece_count[q];
    return pieces > 0 ? layering_.first_piece[q] + pieces - 1 : component_.arcs[q].from;
  }

  void find_bands() {
    Table<float> height(layering_.layer_count, 0);
    Table<Index> steep(layering_.layer_count, 0);
    for (Index v = 0; v < layering_.vertex_count; ++v) {
      float& h = height[layering_.first_layer[v]];
      h = std::max(h, static_cast<float>(component_.height[v]));
    }
    const auto note = [&](Index upper, Index lower) {
      if (std::abs(x_[upper] - x_[lower]) > kSteepShift) ++steep[layering_.last_layer[upper]];
    };
    for (Index v = 0; v < layering_.vertex_count; ++v) {
      stop_if_cancelled(cancel_);
      for (const Index below : layering_.down[v]) note(v, below);
    }
    for (Index p = 0; p < layering_.above.count(); ++p) {
      stop_if_cancelled(cancel_);
      note(layering_.vertex_count + p, layering_.below[p]);
    }
    float y = 0;
    for (Index layer = 0; layer < layering_.layer_count; ++layer) {
      bands_.top.push_back(y);
      bands_.bottom.push_back(y + height[layer]);
      const float extra = std::min(kMaxExtraGap, 4 * std::sqrt(static_cast<float>(steep[layer])));
      y = bands_.bottom.back() + static_cast<float>(options_.layer_gap_px) + std::floor(extra);
    }
  }

  void find_extent(ComponentDrawing& drawing) {
    float left = std::numeric_limits<float>::max();
    float right = std::numeric_limits<float>::lowest();
    for (Index i = 0; i < layering_.item_count; ++i) {
      const float half = static_cast<float>(layering_.width[i]) / 2;
      left = std::min(left, static_cast<float>(x_[i]) - half);
      right = std::max(right, static_cast<float>(x_[i]) + half);
    }
    left_ = left;
    drawing.width = right - left;
    drawing.height = bands_.bottom.back();
    drawing.layer_count = layering_.layer_count;
  }

  void place_boxes(ComponentDrawing& drawing) {
    for (Index v = 0; v < layering_.vertex_count; ++v) {
      const Index layer = layering_.first_layer[v];
      const float room = bands_.bottom[layer] - bands_.top[layer];
      const float spare = room - static_cast<float>(component_.height[v]);
      float y = bands_.top[layer] + std::floor(spare / 2);
      if (component_.pin[v] == LayerPin::first) y = bands_.top[layer];
      if (component_.pin[v] == LayerPin::last) y = bands_.top[layer] + spare;
      const float half = static_cast<float>(component_.width[v]) / 2;
      drawing.origins.push_back({static_cast<float>(x_[v]) - half - left_, y});
    }
  }

  // Arcs leave a box (or, incoming, reach it) in the order of where they go, a few pixels apart.
  void spread_ports(bool outgoing) {
    Table<float>& port = outgoing ? from_x_ : to_x_;
    port.reset(component_.arcs.count(), 0);
    Table<Arc> arcs_of;
    for (Index q = 0; q < component_.arcs.count(); ++q) {
      stop_if_cancelled(cancel_);
      arcs_of.push_back({outgoing ? component_.arcs[q].from : component_.arcs[q].to, q});
    }
    const Adjacency arcs(layering_.vertex_count, arcs_of, false);
    std::vector<Index> sorted;
    for (Index v = 0; v < layering_.vertex_count; ++v) {
      stop_if_cancelled(cancel_);
      sorted.assign(arcs[v].begin(), arcs[v].end());
      const auto target = [&](Index q) { return x_[outgoing ? next_below(q) : next_above(q)]; };
      std::stable_sort(sorted.begin(), sorted.end(),
                       [&](Index a, Index b) { return target(a) < target(b); });
      const auto count = static_cast<Index>(sorted.size());
      const auto port_width = static_cast<float>(component_.port_width[v]);
      const float room = 0.6f * port_width;
      float step = 0;
      if (count > 1 && count <= kMaxSpreadPorts) {
        step = std::min(static_cast<float>(kPortGap), room / static_cast<float>(count - 1));
      }
      const float side = static_cast<float>(x_[v]) - static_cast<float>(component_.width[v]) / 2;
      const float middle = side + port_width / 2;
      for (Index at = 0; at < count; ++at) {
        const Index q = sorted[static_cast<std::size_t>(at)];
        const Index given = outgoing ? ports_[q].from : ports_[q].to;
        const float offset = static_cast<float>(2 * at + 1 - count) / 2;
        port[q] = given >= 0 ? side + static_cast<float>(given) : middle + step * offset;
      }
    }
  }

  static void add(Table<LayoutPoint>& points, Index begin, float x, float y) {
    const Index count = points.count();
    if (count > begin && points.back().x == x && points.back().y == y) return;
    if (count >= begin + 2 && points.back().x == x && points[count - 2].x == x) {
      points.back().y = y;
      return;
    }
    points.push_back({x, y});
  }

  void route(Index q, ComponentDrawing& drawing) {
    const auto [from, to, weight] = component_.arcs[q];
    Table<LayoutPoint>& points = drawing.points;
    const Index begin = points.count();
    const float from_bottom = drawing.origins[from].y + static_cast<float>(component_.height[from]);
    add(points, begin, from_x_[q], from_bottom);
    add(points, begin, from_x_[q], bands_.bottom[layering_.first_layer[from]]);
    for (Index p = 0; p < layering_.piece_count[q]; ++p) {
      const Index piece = layering_.first_piece[q] + p;
      const auto x = static_cast<float>(x_[piece]);
      add(points, begin, x, bands_.top[layering_.first_layer[piece]]);
      add(points, begin, x, bands_.bottom[layering_.last_layer[piece]]);
    }
    add(points, begin, to_x_[q], bands_.top[layering_.first_layer[to]]);
    add(points, begin, to_x_[q], drawing.origins[to].y);
  }

  const Component& component_;
  const Table<ArcPorts>& ports_;
  const Layering& layering_;
  const Table<Index>& x_;
  const LayeredOptions& options_;
  const CancelToken& cancel_;
  Bands bands_;
  float left_ = 0;
  Table<float> from_x_;
  Table<float> to_x_;
};

}  // namespace

ComponentDrawing draw_component(const Component& component, const Table<ArcPorts>& ports,
                                const LayeredOptions& options, const CancelToken& cancel) {
  const Budgets budgets = budgets_for(options.effort);
  WorkBudget rank_budget(budgets.rank, cancel);
  const Table<Index> layers = assign_layers(component, rank_budget);
  const Layering layering = make_layering(component, layers, cancel);
  const OrderedLayers ordered = order_layers(layering, options.effort, cancel);
  const bool is_large = layering.item_count > kFrameItems;
  WorkBudget polish_budget(is_large ? budgets.polish / 2 : budgets.polish, cancel);
  const Spacing spacing{options.node_gap_px, options.edge_gap_px};
  const Table<Index> x = place_items(layering, ordered.layers, spacing, polish_budget);
  ComponentDrawing drawing = Router(component, ports, layering, x, options, cancel).run();
  drawing.crossings = ordered.crossings;
  return drawing;
}

}  // namespace opscope::viewer::layered
