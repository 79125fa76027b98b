#include "model/graph_level_drawing.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "model/graph_labels.h"
#include "model/layout/work_budget.h"
#include "model/units.h"

namespace opscope::viewer {
namespace {

constexpr float kBoxPadding = 12;  // left and right of a label
constexpr float kMinBoxWidth = 56;
constexpr int kPortWidth = 8;
constexpr int kNodeGap = 24;
constexpr int kEdgeGap = 12;
constexpr int kLayerGap = 44;
constexpr std::size_t kMaxLabelledEdges = 400;
constexpr float kEdgeLabelHeight = 14;
constexpr float kMinLabelledGap = 30;
constexpr int kControlWeight = 1;
constexpr int kDataWeight = 5;

std::string plural(std::uint32_t count, std::string_view noun) {
  return format_count(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string note_label(const GraphModel& model, const LevelNote& note, std::size_t max_length) {
  if (note.count == 1) return cut_middle(model.label(note.node), max_length);
  switch (note.kind) {
    case NoteKind::constant:
      return plural(note.count, "constant");
    case NoteKind::variable:
      return plural(note.count, "variable");
    case NoteKind::control:
      return plural(note.count, "control op");
    case NoteKind::input:
      return plural(note.count, "more input");
    case NoteKind::output:
      return plural(note.count, "more output");
    case NoteKind::more:
      break;
  }
  return plural(note.count, "other op");
}

int edge_weight(const LevelEdge& e) {
  if (e.control_count == e.count) return kControlWeight;
  return kDataWeight * (1 + std::min(7, static_cast<int>(std::log2(e.count))));
}

class LevelDrawer {
 public:
  LevelDrawer(const GraphModel& model, LevelPlan plan,
              std::vector<std::shared_ptr<const LevelDrawing>> inner, const LevelStyle& style,
              const CancelToken& cancel)
      : model_(model), style_(style), metrics_(style.metrics), cancel_(cancel) {
    drawing_.plan = std::move(plan);
    drawing_.inner = std::move(inner);
  }

  std::shared_ptr<const LevelDrawing> run() {
    make_labels();
    size_boxes();
    layout();
    place_boxes();
    place_notes();
    place_edges();
    label_edges();
    return std::make_shared<const LevelDrawing>(std::move(drawing_));
  }

 private:
  void stop_if_cancelled() const { layered::stop_if_cancelled(cancel_); }
  [[nodiscard]] std::size_t box_count() const { return drawing_.plan.boxes.size(); }
  [[nodiscard]] bool is_open(std::size_t box) const { return drawing_.inner[box] != nullptr; }

  void make_labels() {
    std::vector<std::string> labels;
    for (const NodeId box : drawing_.plan.boxes) {
      stop_if_cancelled();
      labels.push_back(model_.label(box));
    }
    const LabelFitter fitter(labels, metrics_.max_label_characters);
    for (const std::string& label : labels) {
      stop_if_cancelled();
      drawing_.labels.push_back(fitter.fit(label));
    }
    notes_of_.resize(box_count());
    for (const LevelNote& note : drawing_.plan.notes) {
      const auto host = static_cast<std::size_t>(note.host);
      notes_of_[host].push_back(drawing_.notes.size());
      drawing_.notes.push_back({note, note_label(model_, note, metrics_.max_label_characters), {}});
    }
  }

  [[nodiscard]] float notes_height(std::size_t box) const {
    return static_cast<float>(notes_of_[box].size()) * metrics_.note_height;
  }

  void size_boxes() {
    for (std::size_t i = 0; i < box_count(); ++i) {
      stop_if_cancelled();
      float width = label_width(metrics_, drawing_.labels[i]) + count_width(i);
      for (const std::size_t n : notes_of_[i]) {
        width = std::max(width, label_width(metrics_, drawing_.notes[n].label));
      }
      width = std::max(kMinBoxWidth, width + 2 * kBoxPadding);
      float height = metrics_.box_height + notes_height(i);
      if (is_open(i)) {
        width = std::max(width, drawing_.inner[i]->width + 2 * metrics_.margin);
        height = metrics_.header_height + notes_height(i) + drawing_.inner[i]->height +
                 2 * metrics_.margin;
      }
      boxes_.push_back({static_cast<int>(std::ceil(width)), static_cast<int>(std::ceil(height))});
    }
    for (const LevelPort& port : drawing_.plan.ports) {
      boxes_.push_back({kPortWidth, 0, port.is_input ? LayerPin::first : LayerPin::last});
    }
  }

  // A closed scope also shows how many operations it holds.
  [[nodiscard]] float count_width(std::size_t box) const {
    const GraphNode& node = model_.node(drawing_.plan.boxes[box]);
    if (!node.has_children()) return 0;
    return label_width(metrics_, "  " + format_count(node.op_count));
  }

  // Where an edge goes on inside an opened box; -1 where it does not.
  [[nodiscard]] int port_in_box(std::int32_t box, bool is_input, NodeId outside) const {
    const auto& inner = drawing_.inner[static_cast<std::size_t>(box)];
    if (!inner) return -1;
    const auto port = inner->port_x.find({is_input, outside});
    if (port == inner->port_x.end()) return -1;
    return static_cast<int>(std::lround(port->second + inside_x(static_cast<std::size_t>(box))));
  }
  // An opened box that its label makes wider than its content has the content in its middle.
  [[nodiscard]] float inside_x(std::size_t box) const {
    const float spare = static_cast<float>(boxes_[box].width_px) - drawing_.inner[box]->width;
    return std::floor(spare / 2);
  }
  [[nodiscard]] NodeId outside_of(std::int32_t end, bool is_port) const {
    const auto at = static_cast<std::size_t>(end);
    return is_port ? drawing_.plan.ports[at].outside : drawing_.plan.boxes[at];
  }

  void layout() {
    const auto ports_begin = static_cast<int>(box_count());
    std::vector<LayeredEdge> edges;
    for (const LevelEdge& e : drawing_.plan.edges) {
      stop_if_cancelled();
      LayeredEdge edge;
      edge.from = e.is_from_port ? ports_begin + e.from : e.from;
      edge.to = e.is_to_port ? ports_begin + e.to : e.to;
      edge.weight = edge_weight(e);
      edge.from_port_px = e.is_from_port
                              ? kPortWidth / 2
                              : port_in_box(e.from, false, outside_of(e.to, e.is_to_port));
      edge.to_port_px = e.is_to_port ? kPortWidth / 2
                                     : port_in_box(e.to, true, outside_of(e.from, e.is_from_port));
      edges.push_back(edge);
    }
    LayeredOptions options;
    options.node_gap_px = kNodeGap;
    options.edge_gap_px = kEdgeGap;
    options.layer_gap_px = kLayerGap;
    options.aspect = style_.aspect;
    options.effort = style_.effort;
    result_ = layout_layered(boxes_, edges, options, cancel_);
    if (!result_.is_complete) throw layered::Cancelled{};
    drawing_.width = result_.width_px;
    drawing_.height = result_.height_px;
  }

  [[nodiscard]] float flipped(float y) const {
    return style_.is_input_at_bottom ? result_.height_px - y : y;
  }

  void place_boxes() {
    drawing_.insides.resize(box_count());
    for (std::size_t i = 0; i < box_count(); ++i) {
      stop_if_cancelled();
      const auto width = static_cast<float>(boxes_[i].width_px);
      const auto height = static_cast<float>(boxes_[i].height_px);
      const LayoutPoint origin = result_.origins[i];
      const float top = style_.is_input_at_bottom ? flipped(origin.y + height) : origin.y;
      drawing_.rects.push_back({origin.x, top, width, height});
      const float head = is_open(i) ? metrics_.header_height : metrics_.box_height;
      drawing_.label_rects.push_back({origin.x, top, width, head});
      if (!is_open(i)) continue;
      drawing_.insides[i] = {origin.x + inside_x(i),
                             top + metrics_.header_height + notes_height(i) + metrics_.margin};
    }
    for (std::size_t p = 0; p < drawing_.plan.ports.size(); ++p) {
      const LevelPort& port = drawing_.plan.ports[p];
      const float x = result_.origins[box_count() + p].x + static_cast<float>(kPortWidth) / 2;
      drawing_.port_x[{port.is_input, port.outside}] = x;
    }
  }

  void place_notes() {
    for (std::size_t i = 0; i < box_count(); ++i) {
      stop_if_cancelled();
      const LayoutRect& head = drawing_.label_rects[i];
      float y = head.bottom() - (is_open(i) ? 0 : 2);
      for (const std::size_t n : notes_of_[i]) {
        const float width = label_width(metrics_, drawing_.notes[n].label) + kBoxPadding;
        const float x = is_open(i) ? head.x + kBoxPadding / 2 : head.x + (head.width - width) / 2;
        drawing_.notes[n].rect = {x, y, width, metrics_.note_height - 2};
        y += metrics_.note_height;
      }
    }
  }

  void place_edges() {
    for (std::size_t e = 0; e < drawing_.plan.edges.size(); ++e) {
      stop_if_cancelled();
      DrawnEdge edge;
      edge.edge = drawing_.plan.edges[e];
      edge.first_point = static_cast<std::uint32_t>(drawing_.points.size());
      for (const LayoutPoint& p : result_.route(e)) {
        drawing_.points.push_back({p.x, flipped(p.y)});
      }
      edge.point_count = static_cast<std::uint32_t>(drawing_.points.size()) - edge.first_point;
      drawing_.edges.push_back(std::move(edge));
    }
  }

  [[nodiscard]] std::string edge_text(const LevelEdge& e) const {
    if (e.control_count == e.count) return {};
    const std::uint32_t tensors = e.count - e.control_count;
    if (tensors > 1) return plural(tensors, "tensor");
    return std::string(model_.shape_text(e.shape));
  }

  // The label goes to the middle of the first piece that is high enough, where it hides no box and
  // no other label.
  void label_edges() {
    if (drawing_.edges.size() > kMaxLabelledEdges) return;
    std::vector<LayoutRect> taken(drawing_.rects);
    const auto overlaps = [](const LayoutRect& a, const LayoutRect& b) {
      return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
    };
    for (DrawnEdge& edge : drawing_.edges) {
      stop_if_cancelled();
      std::string text = edge_text(edge.edge);
      if (text.empty()) continue;
      const float width = label_width(metrics_, text);
      const auto route = std::span(drawing_.points).subspan(edge.first_point, edge.point_count);
      for (std::size_t i = 0; i + 1 < route.size(); ++i) {
        if (std::abs(route[i + 1].y - route[i].y) < kMinLabelledGap) continue;
        const LayoutPoint middle{(route[i].x + route[i + 1].x) / 2,
                                 (route[i].y + route[i + 1].y) / 2};
        const LayoutRect rect{middle.x - width / 2, middle.y - kEdgeLabelHeight / 2, width,
                              kEdgeLabelHeight};
        const bool is_inside = rect.x >= 0 && rect.right() <= drawing_.width;
        const bool is_free = std::none_of(taken.begin(), taken.end(),
                                          [&](const LayoutRect& r) { return overlaps(r, rect); });
        if (!is_inside || !is_free) continue;
        taken.push_back(rect);
        edge.label = std::move(text);
        edge.label_at = middle;
        break;
      }
    }
  }

  const GraphModel& model_;
  const LevelStyle& style_;
  const GraphMetrics& metrics_;
  const CancelToken& cancel_;
  LevelDrawing drawing_;
  std::vector<std::vector<std::size_t>> notes_of_;
  std::vector<LayeredBox> boxes_;
  LayeredResult result_;
};

}  // namespace

float label_width(const GraphMetrics& metrics, std::string_view label) {
  if (metrics.text_width != nullptr) return metrics.text_width(label);
  const auto characters = std::count_if(label.begin(), label.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  return metrics.character_width * static_cast<float>(characters);
}

std::shared_ptr<const LevelDrawing> draw_level(
    const GraphModel& model, LevelPlan plan, std::vector<std::shared_ptr<const LevelDrawing>> inner,
    const LevelStyle& style, const CancelToken& cancel) {
  return LevelDrawer(model, std::move(plan), std::move(inner), style, cancel).run();
}

}  // namespace opscope::viewer
