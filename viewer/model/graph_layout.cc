#include "model/graph_layout.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "model/graph_level.h"
#include "model/graph_level_drawing.h"
#include "model/layout/work_budget.h"

namespace opscope::viewer {
namespace {

using DrawingPtr = std::shared_ptr<const LevelDrawing>;

bool is_same_style(const LevelStyle& a, const LevelStyle& b) {
  return a.metrics.character_width == b.metrics.character_width &&
         a.metrics.text_width == b.metrics.text_width &&
         a.metrics.box_height == b.metrics.box_height &&
         a.metrics.header_height == b.metrics.header_height &&
         a.metrics.margin == b.metrics.margin && a.metrics.note_height == b.metrics.note_height &&
         a.metrics.max_label_characters == b.metrics.max_label_characters && a.effort == b.effort &&
         a.aspect == b.aspect && a.is_input_at_bottom == b.is_input_at_bottom;
}

// Turns nested drawings into one flat picture.
class Assembler {
 public:
  Assembler(const LevelStyle& style, const CancelToken& cancel) : style_(style), cancel_(cancel) {}

  GraphLayout run(const LevelDrawing& top) {
    struct Pending {
      const LevelDrawing* drawing;
      LayoutPoint origin;
      std::int32_t box;
    };
    std::vector<Pending> pending{{&top, {0, 0}, -1}};
    for (std::size_t head = 0; head < pending.size(); ++head) {
      const Pending at = pending[head];
      const auto first_box = static_cast<std::int32_t>(layout_.boxes.size());
      add_boxes(*at.drawing, at.origin, at.box);
      add_notes(*at.drawing, at.origin, first_box);
      add_edges(*at.drawing, at.origin, first_box, at.box);
      for (std::size_t i = 0; i < at.drawing->inner.size(); ++i) {
        if (!at.drawing->inner[i]) continue;
        const LayoutPoint inside = at.drawing->insides[i];
        pending.push_back({at.drawing->inner[i].get(),
                           {at.origin.x + inside.x, at.origin.y + inside.y},
                           first_box + static_cast<std::int32_t>(i)});
      }
    }
    layout_.bounds = {0, 0, top.width, top.height};
    return std::move(layout_);
  }

 private:
  static LayoutRect moved(LayoutRect rect, LayoutPoint by) {
    rect.x += by.x;
    rect.y += by.y;
    return rect;
  }

  void add_boxes(const LevelDrawing& drawing, LayoutPoint origin, std::int32_t parent) {
    for (std::size_t i = 0; i < drawing.plan.boxes.size(); ++i) {
      layered::stop_if_cancelled(cancel_);
      LayoutBox box;
      box.node = drawing.plan.boxes[i];
      box.parent = parent;
      box.rect = moved(drawing.rects[i], origin);
      box.label_rect = moved(drawing.label_rects[i], origin);
      box.label = drawing.labels[i];
      box.is_open = drawing.inner[i] != nullptr;
      if (parent >= 0) {
        box.depth =
            static_cast<std::uint16_t>(layout_.boxes[static_cast<std::size_t>(parent)].depth + 1);
      }
      layout_.boxes.push_back(std::move(box));
    }
  }

  void add_notes(const LevelDrawing& drawing, LayoutPoint origin, std::int32_t first_box) {
    for (const DrawnNote& drawn : drawing.notes) {
      LayoutNote note;
      note.host_box = first_box + drawn.note.host;
      note.node = drawn.note.node;
      note.kind = drawn.note.kind;
      note.count = drawn.note.count;
      note.is_output = drawn.note.is_output;
      note.label = drawn.label;
      note.rect = moved(drawn.rect, origin);
      layout_.notes.push_back(std::move(note));
    }
  }

  void add_edges(const LevelDrawing& drawing, LayoutPoint origin, std::int32_t first_box,
                 std::int32_t scope_box) {
    for (const DrawnEdge& drawn : drawing.edges) {
      layered::stop_if_cancelled(cancel_);
      const LevelEdge& e = drawn.edge;
      LayoutEdge edge;
      const auto port = [&](std::int32_t p) {
        return drawing.plan.ports[static_cast<std::size_t>(p)].outside;
      };
      const auto box = [&](std::int32_t b) {
        return drawing.plan.boxes[static_cast<std::size_t>(b)];
      };
      edge.from = e.is_from_port ? port(e.from) : box(e.from);
      edge.to = e.is_to_port ? port(e.to) : box(e.to);
      edge.from_box = e.is_from_port ? scope_box : first_box + e.from;
      edge.to_box = e.is_to_port ? scope_box : first_box + e.to;
      edge.scope_box = scope_box;
      edge.count = e.count;
      edge.is_control = e.control_count == e.count;
      edge.width_px = 1 + 0.4f * std::log2(static_cast<float>(std::max(1u, e.count)));
      edge.width_px = std::min(edge.width_px, 5.0f);
      edge.label = drawn.label;
      edge.label_at = {drawn.label_at.x + origin.x, drawn.label_at.y + origin.y};
      edge.first_point = static_cast<std::uint32_t>(layout_.points.size());
      for (std::uint32_t p = 0; p < drawn.point_count; ++p) {
        const LayoutPoint at = drawing.points[drawn.first_point + p];
        layout_.points.push_back({at.x + origin.x, at.y + origin.y});
      }
      stretch_to_border(edge, e, drawn.point_count);
      layout_.edges.push_back(std::move(edge));
    }
  }

  // Ports lie at the border of the content; the edge begins or ends at the border of the box.
  void stretch_to_border(LayoutEdge& edge, const LevelEdge& e, std::uint32_t point_count) {
    edge.point_count = point_count;
    if (point_count == 0 || edge.scope_box < 0) return;
    const LayoutRect& rect = layout_.boxes[static_cast<std::size_t>(edge.scope_box)].rect;
    if (e.is_from_port) {
      const float y = style_.is_input_at_bottom ? rect.bottom() : rect.y;
      const LayoutPoint start{layout_.points[edge.first_point].x, y};
      layout_.points.insert(layout_.points.begin() + edge.first_point, start);
      ++edge.point_count;
    }
    if (e.is_to_port) {
      const float y = style_.is_input_at_bottom ? rect.y : rect.bottom();
      layout_.points.push_back({layout_.points.back().x, y});
      ++edge.point_count;
    }
  }

  const LevelStyle& style_;
  const CancelToken& cancel_;
  GraphLayout layout_;
};

}  // namespace

struct GraphLayouter::Cache {
  const GraphModel* model = nullptr;
  LevelStyle style;
  LevelRules rules;
  std::unordered_map<std::uint32_t, DrawingPtr> drawings;  // by node; the newest
  std::vector<NodeId> opened;                              // sorted

  void prepare(const GraphLayoutRequest& request) {
    LevelStyle wanted{request.metrics, request.effort, request.aspect, request.is_input_at_bottom};
    LevelRules wanted_rules{request.removed, request.kept};
    std::sort(wanted_rules.removed.begin(), wanted_rules.removed.end());
    std::sort(wanted_rules.kept.begin(), wanted_rules.kept.end());
    if (model != request.model || !is_same_style(style, wanted) ||
        rules.removed != wanted_rules.removed || rules.kept != wanted_rules.kept) {
      drawings.clear();
    }
    model = request.model;
    style = wanted;
    rules = std::move(wanted_rules);
    opened = request.opened;
    std::sort(opened.begin(), opened.end());
  }

  [[nodiscard]] bool is_opened(NodeId id) const {
    return std::binary_search(opened.begin(), opened.end(), id) && model->node(id).has_children();
  }

  // Depth is that of the hierarchy, which names in the graph limit to a few dozen; a hostile graph
  // could nest deeper, so opened nodes below this depth stay closed.
  static constexpr std::uint16_t kMaxDepth = 200;

  DrawingPtr draw(NodeId scope, bool crosses_border, const CancelToken& cancel) {
    const auto key = static_cast<std::uint32_t>(scope);
    const auto known = drawings.find(key);
    LevelPlan plan = known != drawings.end()
                         ? known->second->plan
                         : plan_level(*model, scope, crosses_border, rules, cancel);
    std::vector<DrawingPtr> inner(plan.boxes.size());
    bool is_same = known != drawings.end();
    for (std::size_t i = 0; i < plan.boxes.size(); ++i) {
      const NodeId box = plan.boxes[i];
      if (is_opened(box) && model->node(box).depth < kMaxDepth) inner[i] = draw(box, true, cancel);
      is_same = is_same && inner[i] == known->second->inner[i];
    }
    if (is_same) return known->second;
    DrawingPtr drawing = draw_level(*model, std::move(plan), std::move(inner), style, cancel);
    drawings[key] = drawing;
    return drawing;
  }
};

GraphLayouter::GraphLayouter() : cache_(std::make_unique<Cache>()) {}
GraphLayouter::~GraphLayouter() = default;
GraphLayouter::GraphLayouter(GraphLayouter&&) noexcept = default;
GraphLayouter& GraphLayouter::operator=(GraphLayouter&&) noexcept = default;

GraphLayout GraphLayouter::layout(const GraphLayoutRequest& request, const CancelToken& cancel) {
  if (request.model == nullptr) return {};
  cache_->prepare(request);
  // Drawn without its border, so another root must not find it, nor it what was drawn with one.
  const auto forget_root = [&] {
    if (request.root != kRootNode) cache_->drawings.erase(static_cast<std::uint32_t>(request.root));
  };
  forget_root();
  try {
    const DrawingPtr top = cache_->draw(request.root, false, cancel);
    forget_root();
    return Assembler(cache_->style, cancel).run(*top);
  } catch (const layered::Cancelled&) {
    forget_root();
    GraphLayout nothing;
    nothing.is_complete = false;
    return nothing;
  }
}

GraphLayout layout_graph(const GraphLayoutRequest& request, const CancelToken& cancel) {
  return GraphLayouter().layout(request, cancel);
}

LayoutCurve edge_curve(LayoutPoint from, LayoutPoint to) noexcept {
  if (from.x == to.x) return {from, from, to, to};
  const float middle = (from.y + to.y) / 2;
  return {from, {from.x, middle}, {to.x, middle}, to};
}

std::int32_t GraphLayout::box_of(const GraphModel& model, NodeId node) const {
  for (; node != kNoNode; node = model.node(node).parent) {
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      if (boxes[i].node == node) return static_cast<std::int32_t>(i);
    }
  }
  return -1;
}

LayoutPoint keep_in_place(GraphLayout& layout, const GraphLayout& before, const GraphModel& model,
                          NodeId node) {
  const std::int32_t now = layout.box_of(model, node);
  if (now < 0) return {};
  const NodeId shown = layout.boxes[static_cast<std::size_t>(now)].node;
  const std::int32_t was = before.box_of(model, shown);
  if (was < 0) return {};
  const NodeId anchor = before.boxes[static_cast<std::size_t>(was)].node;
  const std::int32_t target = layout.box_of(model, anchor);
  if (target < 0) return {};
  const LayoutRect& from = layout.boxes[static_cast<std::size_t>(target)].rect;
  const LayoutRect& to = before.boxes[static_cast<std::size_t>(was)].rect;
  const LayoutPoint by{to.x - from.x, to.y - from.y};
  const auto move = [&](auto& at) {
    at.x += by.x;
    at.y += by.y;
  };
  for (LayoutBox& box : layout.boxes) {
    move(box.rect);
    move(box.label_rect);
  }
  for (LayoutPoint& p : layout.points) move(p);
  for (LayoutEdge& edge : layout.edges) move(edge.label_at);
  for (LayoutNote& note : layout.notes) move(note.rect);
  move(layout.bounds);
  return by;
}

}  // namespace opscope::viewer
