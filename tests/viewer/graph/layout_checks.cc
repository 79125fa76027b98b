#include "layout_checks.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <vector>

namespace opscope::viewer::test {
namespace {

constexpr float kTolerance = 1;

struct NumberedRect {
  LayoutRect rect;
  int number;
};

bool overlap(const LayoutRect& a, const LayoutRect& b) {
  return a.x + 0.5f < b.right() && b.x + 0.5f < a.right() && a.y + 0.5f < b.bottom() &&
         b.y + 0.5f < a.bottom();
}

std::string find_overlap(std::vector<NumberedRect> rects) {
  std::sort(rects.begin(), rects.end(),
            [](const auto& a, const auto& b) { return a.rect.y < b.rect.y; });
  for (std::size_t i = 0; i < rects.size(); ++i) {
    for (std::size_t j = i + 1; j < rects.size() && rects[j].rect.y < rects[i].rect.bottom(); ++j) {
      if (overlap(rects[i].rect, rects[j].rect)) {
        return "boxes " + std::to_string(rects[i].number) + " and " +
               std::to_string(rects[j].number) + " overlap";
      }
    }
  }
  return {};
}

// Liang and Barsky: does the segment have a part inside the rectangle shrunk by the tolerance?
bool enters(LayoutPoint a, LayoutPoint b, const LayoutRect& rect) {
  if (rect.width <= 2 * kTolerance || rect.height <= 2 * kTolerance) return false;
  float from = 0;
  float to = 1;
  const auto clip = [&](float start, float delta, float low, float high) {
    if (delta == 0) return start > low && start < high;
    float t0 = (low - start) / delta;
    float t1 = (high - start) / delta;
    if (t0 > t1) std::swap(t0, t1);
    from = std::max(from, t0);
    to = std::min(to, t1);
    return from < to;
  };
  return clip(a.x, b.x - a.x, rect.x + kTolerance, rect.right() - kTolerance) &&
         clip(a.y, b.y - a.y, rect.y + kTolerance, rect.bottom() - kTolerance);
}

bool route_enters(std::span<const LayoutPoint> route, const LayoutRect& rect) {
  for (std::size_t i = 0; i + 1 < route.size(); ++i) {
    if (enters(route[i], route[i + 1], rect)) return true;
  }
  return false;
}

bool touches(LayoutPoint p, const LayoutRect& rect) {
  return p.x >= rect.x - kTolerance && p.x <= rect.right() + kTolerance &&
         p.y >= rect.y - kTolerance && p.y <= rect.bottom() + kTolerance;
}

bool is_on_border(LayoutPoint p, const LayoutRect& rect) {
  const bool at_height =
      std::abs(p.y - rect.y) <= kTolerance || std::abs(p.y - rect.bottom()) <= kTolerance;
  return touches(p, rect) && at_height;
}

bool contains(const LayoutRect& outer, const LayoutRect& inner) {
  return inner.x >= outer.x - kTolerance && inner.right() <= outer.right() + kTolerance &&
         inner.y >= outer.y - kTolerance && inner.bottom() <= outer.bottom() + kTolerance;
}

const LayoutBox& box_at(const GraphLayout& layout, std::int32_t i) {
  return layout.boxes[static_cast<std::size_t>(i)];
}

std::string check_boxes(const GraphLayout& layout) {
  std::vector<std::vector<NumberedRect>> siblings(layout.boxes.size() + 1);
  for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
    const LayoutBox& box = layout.boxes[i];
    if (box.parent >= static_cast<std::int32_t>(i)) return "a parent comes after its child";
    siblings[static_cast<std::size_t>(box.parent + 1)].push_back({box.rect, static_cast<int>(i)});
    const LayoutRect& outer = box.parent < 0 ? layout.bounds : box_at(layout, box.parent).rect;
    if (!contains(outer, box.rect)) return "box " + box.label + " sticks out of its parent";
    if (box.parent >= 0 && box.rect.y < box_at(layout, box.parent).label_rect.bottom()) {
      return "box " + box.label + " covers its parent's header";
    }
  }
  for (auto& rects : siblings) {
    if (std::string fault = find_overlap(std::move(rects)); !fault.empty()) return fault;
  }
  return {};
}

// `box` is `of` or has it around it.
bool is_around(const GraphLayout& layout, std::int32_t box, std::int32_t of) {
  for (; of >= 0; of = box_at(layout, of).parent) {
    if (of == box) return true;
  }
  return false;
}

std::string check_edge(const GraphLayout& layout, const LayoutEdge& edge) {
  const auto route = layout.route(edge);
  const std::string name =
      "edge of boxes " + std::to_string(edge.from_box) + " and " + std::to_string(edge.to_box);
  if (route.size() < 2) return name + " has no route";
  if (edge.from_box < 0 || edge.to_box < 0) return name + " lacks an end";
  if (!is_on_border(route.front(), box_at(layout, edge.from_box).rect)) {
    return name + " does not begin at its box";
  }
  if (!is_on_border(route.back(), box_at(layout, edge.to_box).rect)) {
    return name + " does not end at its box";
  }
  for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
    if (is_around(layout, static_cast<std::int32_t>(i), edge.scope_box)) continue;
    if (route_enters(route, layout.boxes[i].rect)) {
      return name + " runs through " + layout.boxes[i].label;
    }
  }
  return {};
}

}  // namespace

std::string check_layered(std::span<const LayeredBox> boxes, std::span<const LayeredEdge> edges,
                          const LayeredResult& result) {
  if (result.origins.size() != boxes.size()) return "not every box has a place";
  if (result.route_begin.size() != edges.size() + 1) return "not every edge has a route";
  std::vector<NumberedRect> rects;
  const LayoutRect bounds{0, 0, result.width_px, result.height_px};
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const auto [x, y] = result.origins[i];
    rects.push_back(
        {{x, y, static_cast<float>(boxes[i].width_px), static_cast<float>(boxes[i].height_px)},
         static_cast<int>(i)});
    if (!contains(bounds, rects.back().rect)) return "a box lies outside the drawing";
  }
  if (std::string fault = find_overlap(rects); !fault.empty()) return fault;
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const auto route = result.route(e);
    const auto from = static_cast<std::size_t>(edges[e].from);
    const auto to = static_cast<std::size_t>(edges[e].to);
    const std::string name = "edge " + std::to_string(from) + " -> " + std::to_string(to);
    if (route.size() < 2) return name + " has no route";
    if (!touches(route.front(), rects[from].rect)) return name + " does not begin at its box";
    if (!touches(route.back(), rects[to].rect)) return name + " does not end at its box";
    for (std::size_t i = 0; i < rects.size(); ++i) {
      if (route_enters(route, rects[i].rect)) return name + " runs through " + std::to_string(i);
    }
  }
  return {};
}

std::string check_graph_layout(const GraphLayout& layout) {
  if (std::string fault = check_boxes(layout); !fault.empty()) return fault;
  for (const LayoutEdge& edge : layout.edges) {
    if (std::string fault = check_edge(layout, edge); !fault.empty()) return fault;
  }
  for (const LayoutNote& note : layout.notes) {
    if (note.host_box < 0) return "note " + note.label + " has no host";
    if (!contains(box_at(layout, note.host_box).rect, note.rect)) {
      return "note " + note.label + " sticks out of its host";
    }
  }
  return {};
}

std::string fingerprint(const GraphLayout& layout) {
  std::ostringstream text;
  for (const LayoutBox& b : layout.boxes) {
    text << index_of(b.node) << ' ' << b.parent << ' ' << b.rect.x << ' ' << b.rect.y << ' '
         << b.rect.width << ' ' << b.rect.height << ' ' << b.label << '\n';
  }
  for (const LayoutPoint& p : layout.points) text << p.x << ' ' << p.y << '\n';
  for (const LayoutNote& n : layout.notes) text << n.host_box << ' ' << n.label << '\n';
  return text.str();
}

}  // namespace opscope::viewer::test
