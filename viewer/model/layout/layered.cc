#include "model/layout/layered.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "model/layout/component_drawing.h"
#include "model/layout/cycle_removal.h"
#include "model/layout/packing.h"
#include "model/layout/table.h"
#include "model/layout/work_budget.h"

namespace opscope::viewer {
namespace {

using layered::Adjacency;
using layered::Arc;
using layered::ArcPorts;
using layered::Component;
using layered::ComponentDrawing;
using layered::Index;
using layered::Table;

constexpr int kLoopWidth = 14;
constexpr int kMaxWeight = 40;

// The graph with parallel edges merged and cycles broken.
struct SimpleGraph {
  Table<Arc> arcs;  // sorted, acyclic
  Table<Index> weight;
  Table<ArcPorts> ports;
  Table<Index> arc_of;      // by edge; -1 for loops and for edges that are not drawn
  Table<char> is_reversed;  // by edge: it runs against its arc
};

class LayeredLayout {
 public:
  LayeredLayout(std::span<const LayeredBox> boxes, std::span<const LayeredEdge> edges,
                const LayeredOptions& options, const CancelToken& cancel)
      : boxes_(boxes),
        edges_(edges),
        options_(options),
        cancel_(cancel),
        count_(static_cast<Index>(boxes.size())),
        has_loop_(count_, 0) {}

  LayeredResult run() {
    simplify();
    find_components();
    draw_components();
    pack();
    write_routes();
    return std::move(result_);
  }

 private:
  [[nodiscard]] const LayeredBox& box(Index i) const { return boxes_[static_cast<std::size_t>(i)]; }

  // The arc an edge wants to run along, before cycles are broken; pins decide its direction.
  [[nodiscard]] bool is_drawn(const LayeredEdge& e) const {
    const auto exists = [&](int i) { return i >= 0 && i < count_; };
    if (!exists(e.from) || !exists(e.to) || e.from == e.to) return false;
    return box(e.from).pin == LayerPin::none || box(e.from).pin != box(e.to).pin;
  }
  [[nodiscard]] bool runs_against_pins(const LayeredEdge& e) const {
    return box(e.to).pin == LayerPin::first || box(e.from).pin == LayerPin::last;
  }

  void simplify() {
    Table<Arc> wanted;
    for (const LayeredEdge& e : edges_) {
      layered::stop_if_cancelled(cancel_);
      if (e.from == e.to && e.from >= 0 && e.from < count_) has_loop_[e.from] = 1;
      if (!is_drawn(e)) continue;
      wanted.push_back(runs_against_pins(e) ? Arc{e.to, e.from} : Arc{e.from, e.to});
    }
    sort_unique(wanted);
    const Table<char> turned = layered::find_feedback_arcs(count_, wanted, cancel_);
    Table<Arc> against;
    for (Index a = 0; a < wanted.count(); ++a) {
      if (!turned[a]) continue;
      against.push_back(wanted[a]);
      std::swap(wanted[a].from, wanted[a].to);
    }
    sort_unique(wanted);
    graph_.arcs = std::move(wanted);
    attach_edges(against);
  }

  void sort_unique(Table<Arc>& arcs) const {
    layered::sort_unless_cancelled(arcs, cancel_, std::less<>());
    arcs.erase(std::unique(arcs.begin(), arcs.end()), arcs.end());
  }

  void attach_edges(const Table<Arc>& against) {
    const Index arc_count = graph_.arcs.count();
    graph_.weight.reset(arc_count, 0);
    graph_.ports.reset(arc_count);
    for (const LayeredEdge& e : edges_) {
      layered::stop_if_cancelled(cancel_);
      const bool drawn = is_drawn(e);
      bool reversed = drawn && runs_against_pins(e);
      Arc arc = reversed ? Arc{e.to, e.from} : Arc{e.from, e.to};
      if (drawn && std::binary_search(against.begin(), against.end(), arc)) {
        std::swap(arc.from, arc.to);
        reversed = !reversed;
      }
      graph_.is_reversed.push_back(reversed);
      graph_.arc_of.push_back(-1);
      if (!drawn) continue;
      const auto at = std::lower_bound(graph_.arcs.begin(), graph_.arcs.end(), arc);
      const auto index = static_cast<Index>(at - graph_.arcs.begin());
      graph_.arc_of.back() = index;
      graph_.weight[index] = std::min(kMaxWeight, graph_.weight[index] + std::max(1, e.weight));
      ArcPorts& ports = graph_.ports[index];
      if (ports.from < 0) ports.from = reversed ? e.to_port_px : e.from_port_px;
      if (ports.to < 0) ports.to = reversed ? e.from_port_px : e.to_port_px;
    }
  }

  // Pinned boxes share layers, so all of them and what they touch is one component, the first.
  void find_components() {
    component_of_.reset(count_, -1);
    local_.reset(count_, 0);
    const Adjacency out(count_, graph_.arcs, false);
    const Adjacency in(count_, graph_.arcs, true);
    const auto collect = [&](Table<Index>& queue, Index component) {
      for (Index head = 0; head < queue.count(); ++head) {
        layered::stop_if_cancelled(cancel_);
        for (const auto& list : {out[queue[head]], in[queue[head]]}) {
          for (const Index next : list) {
            if (component_of_[next] >= 0) continue;
            component_of_[next] = component;
            queue.push_back(next);
          }
        }
      }
    };
    Table<Index> pinned;
    for (Index v = 0; v < count_; ++v) {
      if (box(v).pin == LayerPin::none) continue;
      component_of_[v] = 0;
      pinned.push_back(v);
    }
    has_pins_ = !pinned.empty();
    collect(pinned, 0);
    Index components = has_pins_ ? 1 : 0;
    for (Index v = 0; v < count_; ++v) {
      if (component_of_[v] >= 0) continue;
      component_of_[v] = components;
      Table<Index> queue(1, v);
      collect(queue, components++);
    }
    members_.assign(static_cast<std::size_t>(components), {});
    for (Index v = 0; v < count_; ++v) {
      layered::stop_if_cancelled(cancel_);
      Table<Index>& members = members_[component_of_[v]];
      local_[v] = members.count();
      members.push_back(v);
    }
  }

  void draw_components() {
    const Index components = members_.count();
    Table<Component> parts(components);
    Table<Table<ArcPorts>> ports(components);
    for (Index v = 0; v < count_; ++v) {
      layered::stop_if_cancelled(cancel_);
      Component& part = parts[component_of_[v]];
      part.width.push_back(std::max(0, box(v).width_px) + (has_loop_[v] ? kLoopWidth : 0));
      part.port_width.push_back(std::max(0, box(v).width_px));
      part.height.push_back(std::max(0, box(v).height_px));
      part.pin.push_back(box(v).pin);
    }
    arc_in_component_.reset(graph_.arcs.count());
    for (Index a = 0; a < graph_.arcs.count(); ++a) {
      layered::stop_if_cancelled(cancel_);
      const auto [from, to] = graph_.arcs[a];
      const Index c = component_of_[from];
      arc_in_component_[a] = parts[c].arcs.count();
      parts[c].arcs.push_back({local_[from], local_[to], graph_.weight[a]});
      ports[c].push_back(graph_.ports[a]);
    }
    for (Index c = 0; c < components; ++c) {
      drawings_.push_back(draw_component(parts[c], ports[c], options_, cancel_));
      result_.crossings += drawings_.back().crossings;
      result_.layer_count = std::max(result_.layer_count, drawings_.back().layer_count);
    }
  }

  // Components with pinned boxes span the whole height; the others stand beside them.
  void pack() {
    const Index first = has_pins_ ? 1 : 0;
    const auto gap = static_cast<float>(options_.component_gap_px);
    Table<LayoutPoint> sizes;
    for (Index c = first; c < drawings_.count(); ++c) {
      sizes.push_back({drawings_[c].width, drawings_[c].height});
    }
    layered::PackedRects packed = layered::pack_rects(sizes, gap, options_.aspect, cancel_);
    float left = 0;
    if (has_pins_) {
      place_component_.push_back({0, 0});
      left = drawings_[0].width + gap;
      result_.width_px = drawings_[0].width;
      result_.height_px = drawings_[0].height;
    }
    for (const LayoutPoint& origin : packed.origins) {
      place_component_.push_back({origin.x + left, origin.y});
    }
    if (!packed.origins.empty()) {
      result_.width_px = left + packed.width;
      result_.height_px = std::max(result_.height_px, packed.height);
    }
    stretch_last_pins();
    for (Index v = 0; v < count_; ++v) {
      layered::stop_if_cancelled(cancel_);
      const LayoutPoint at = drawings_[component_of_[v]].origins[local_[v]];
      const LayoutPoint by = place_component_[component_of_[v]];
      result_.origins.push_back({at.x + by.x, at.y + by.y});
    }
  }

  // Boxes pinned last stand at the bottom of the whole drawing, even beside a taller component.
  void stretch_last_pins() {
    if (!has_pins_) return;
    ComponentDrawing& drawing = drawings_[0];
    const float by = result_.height_px - drawing.height;
    if (by <= 0) return;
    for (Index i = 0; i < members_[0].count(); ++i) {
      if (box(members_[0][i]).pin == LayerPin::last) drawing.origins[i].y += by;
    }
    for (Index a = 0; a < graph_.arcs.count(); ++a) {
      if (box(graph_.arcs[a].to).pin != LayerPin::last) continue;
      const Index q = arc_in_component_[a];
      drawing.points[drawing.route_begin[q + 1] - 1].y += by;
    }
  }

  void write_routes() {
    result_.route_begin.push_back(0);
    for (Index e = 0; e < static_cast<Index>(edges_.size()); ++e) {
      layered::stop_if_cancelled(cancel_);
      if (graph_.arc_of[e] >= 0) {
        write_route(e);
      } else {
        write_loop(edges_[static_cast<std::size_t>(e)]);
      }
      result_.route_begin.push_back(static_cast<std::uint32_t>(result_.route_points.size()));
    }
  }

  void write_route(Index e) {
    const Index arc = graph_.arc_of[e];
    const Index component = component_of_[graph_.arcs[arc].from];
    const ComponentDrawing& drawing = drawings_[component];
    const LayoutPoint by = place_component_[component];
    const Index q = arc_in_component_[arc];
    const Index begin = drawing.route_begin[q];
    const Index end = drawing.route_begin[q + 1];
    for (Index p = 0; p < end - begin; ++p) {
      const LayoutPoint at = drawing.points[graph_.is_reversed[e] ? end - 1 - p : begin + p];
      result_.route_points.push_back({at.x + by.x, at.y + by.y});
    }
  }

  void write_loop(const LayeredEdge& e) {
    if (e.from != e.to || e.from < 0 || e.from >= count_) return;
    const LayeredBox& b = box(e.from);
    const LayoutPoint at = result_.origins[static_cast<std::size_t>(e.from)];
    const float right = at.x + static_cast<float>(b.width_px);
    const float outer = right + static_cast<float>(kLoopWidth - 2);
    const float low = at.y + 0.7f * static_cast<float>(b.height_px);
    const float high = at.y + 0.3f * static_cast<float>(b.height_px);
    for (const LayoutPoint p : {LayoutPoint{right, low}, LayoutPoint{outer, low},
                                LayoutPoint{outer, high}, LayoutPoint{right, high}}) {
      result_.route_points.push_back(p);
    }
  }

  std::span<const LayeredBox> boxes_;
  std::span<const LayeredEdge> edges_;
  const LayeredOptions& options_;
  const CancelToken& cancel_;
  Index count_;
  Table<char> has_loop_;
  bool has_pins_ = false;
  SimpleGraph graph_;
  Table<Index> component_of_;
  Table<Index> local_;
  Table<Table<Index>> members_;
  Table<Index> arc_in_component_;
  Table<ComponentDrawing> drawings_;
  Table<LayoutPoint> place_component_;
  LayeredResult result_;
};

}  // namespace

LayeredResult layout_layered(std::span<const LayeredBox> boxes, std::span<const LayeredEdge> edges,
                             const LayeredOptions& options, const CancelToken& cancel) {
  try {
    return LayeredLayout(boxes, edges, options, cancel).run();
  } catch (const layered::Cancelled&) {
    LayeredResult nothing;
    nothing.is_complete = false;
    return nothing;
  }
}

}  // namespace opscope::viewer
