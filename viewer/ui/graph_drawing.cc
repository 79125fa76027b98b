#include "ui/graph_drawing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "model/units.h"

namespace opscope::viewer {

namespace {

constexpr float kNoteTextSize = 12;

class GraphDrawing {
 public:
  GraphDrawing(Canvas& canvas, const GraphCamera& camera, const GraphModel& model,
               const GraphLayout& layout, const GraphColoring& coloring, const GraphMarks& marks,
               const Theme& theme)
      : canvas_(canvas),
        camera_(camera),
        model_(model),
        layout_(layout),
        coloring_(coloring),
        marks_(marks),
        theme_(theme),
        selected_box_(box_that_shows(marks.selected)) {}

  void draw() {
    canvas_.push_clip(camera_.area);
    hidden_.assign(layout_.boxes.size(), false);
    for (std::size_t i = 0; i < layout_.boxes.size(); ++i) draw_open_box(i);
    for (const LayoutEdge& edge : layout_.edges) {
      if (!is_marked(edge)) draw_edge(edge);
    }
    for (const LayoutEdge& edge : layout_.edges) {
      if (is_marked(edge)) draw_edge(edge);
    }
    for (std::size_t i = 0; i < layout_.boxes.size(); ++i) draw_closed_box(i);
    for (const LayoutNote& note : layout_.notes) draw_note(note);
    for (std::size_t i = 0; i < layout_.boxes.size(); ++i) draw_header(i);
    for (const LayoutEdge& edge : layout_.edges) draw_edge_label(edge);
    canvas_.pop_clip();
  }

 private:
  // The node's own box or the closed one it is in; -1 for what is drawn as a note.
  std::int32_t box_that_shows(NodeId node) const {
    const std::int32_t box = node == kNoNode ? -1 : layout_.box_of(model_, node);
    if (box < 0) return -1;
    const LayoutBox& found = layout_.boxes[static_cast<std::size_t>(box)];
    return found.node == node || !found.is_open ? box : -1;
  }
  bool is_traced(const LayoutEdge& edge) const {
    return marks_.trace && marks_.trace->has_edge(edge.from, edge.to);
  }
  // Off the trace, when something is traced: drawn as if far away.
  bool is_faint(NodeId node) const { return marks_.trace && !marks_.trace->has_node(node); }
  Color fill_of(NodeId node) const {
    const Color fill = coloring_.fill(node);
    return is_faint(node) ? mix(theme_.page, fill, 0.4F) : fill;
  }
  bool is_hidden(std::int32_t box) const {
    return box >= 0 && hidden_[static_cast<std::size_t>(box)];
  }
  bool is_input(const LayoutEdge& edge) const {
    return marks_.inputs_highlighted && selected_box_ >= 0 && edge.to_box == selected_box_ &&
           edge.scope_box != selected_box_;
  }
  bool is_output(const LayoutEdge& edge) const {
    return marks_.outputs_highlighted && selected_box_ >= 0 && edge.from_box == selected_box_ &&
           edge.scope_box != selected_box_;
  }
  bool is_marked(const LayoutEdge& edge) const {
    return is_input(edge) || is_output(edge) || is_traced(edge);
  }
  Color surface(std::uint16_t depth) const {
    // Nested scopes step between two neighbouring greys, so that every border is seen.
    const float weight = theme_.name == ThemeName::dark ? 0.32F : 0.75F;
    return mix(theme_.page, theme_.panel, depth % 2 == 0 ? weight : weight * 2 > 1 ? 0.25F : 0.95F);
  }
  Color label_color_on(Color fill) const {
    const bool is_plain = luminance(fill) < 0.5F && theme_.name == ThemeName::dark;
    return is_plain ? theme_.text : text_on(fill);
  }
  Color secondary_text_on(Color fill) const { return mix(label_color_on(fill), fill, 0.3F); }
  void draw_open_box(std::size_t index);
  void draw_closed_box(std::size_t index);
  void draw_header(std::size_t index);
  void draw_label(const LayoutBox& box, const Area& area, Color fill);
  void draw_marks(const LayoutBox& box, const Area& area, float rounding);
  void draw_edge(const LayoutEdge& edge);
  void draw_edge_label(const LayoutEdge& edge);
  void draw_note(const LayoutNote& note);

  Canvas& canvas_;
  const GraphCamera& camera_;
  const GraphModel& model_;
  const GraphLayout& layout_;
  const GraphColoring& coloring_;
  const GraphMarks& marks_;
  const Theme& theme_;
  std::int32_t selected_box_;
  std::vector<bool> hidden_;  // inside a box too small to show what is in it
  std::vector<Pos> curve_;
};

void GraphDrawing::draw_marks(const LayoutBox& box, const Area& area, float rounding) {
  const auto id = static_cast<std::uint32_t>(box.node);
  if (marks_.found.count(id) != 0) {
    canvas_.stroke_rect(area.inset(-2.5F), {theme_.warning, 2}, rounding + 2);
  }
  if (&box - layout_.boxes.data() == selected_box_) {
    canvas_.stroke_rect(area.inset(-1), {theme_.accent, 2.5F}, rounding);
  } else if (box.node == marks_.hovered) {
    canvas_.stroke_rect(area.inset(-0.5F), {theme_.accent.with_alpha(0.6F), 1.5F}, rounding);
  }
}

void GraphDrawing::draw_open_box(std::size_t index) {
  constexpr float kShowsContent = 24;
  const LayoutBox& box = layout_.boxes[index];
  hidden_[index] = is_hidden(box.parent);
  const Area area = camera_.screen_from_graph(box.rect);
  if (box.is_open && area.height() < kShowsContent) {
    // What is inside is not drawn, the box itself still is.
    if (!hidden_[index]) canvas_.fill_rect(area, coloring_.fill(box.node), 3);
    hidden_[index] = true;
  }
  if (!box.is_open || hidden_[index] || !area.overlaps(camera_.area)) return;
  const float rounding = std::min(8.0F, 8 * camera_.zoom);
  canvas_.fill_rect(area, surface(box.depth), rounding);
  const Color own = coloring_.fill(box.node);
  if (own != theme_.raised) {
    const float header = std::min(area.height(), 26 * camera_.zoom);
    canvas_.fill_rect({area.left, area.top, area.right, area.top + header}, own.with_alpha(0.55F),
                      rounding);
  }
  canvas_.stroke_rect(area, {theme_.border, 1.2F}, rounding);
  draw_marks(box, area, rounding);
}

void GraphDrawing::draw_header(std::size_t index) {
  const LayoutBox& box = layout_.boxes[index];
  if (!box.is_open || hidden_[index]) return;
  const Area area = camera_.screen_from_graph(box.rect);
  if (!area.overlaps(camera_.area)) return;
  const float size = std::clamp(kGraphLabelSize * camera_.zoom, 11.0F, 20.0F);
  const float header = 26 * camera_.zoom;
  if (header < size * 0.8F) return;
  const float y = area.top + header / 2;
  // The name stays in view while its box is.
  const float left = std::max(area.left, camera_.area.left) + 8;
  const std::string count = format_count(model_.node(box.node).op_count) + " ops";
  const float count_width = canvas_.text_width(count, TextFont::regular, size * 0.85F);
  const float room = std::min(area.right, camera_.area.right) - left - 8;
  const std::string label = fit_text(canvas_, model_.label(box.node), TextFont::medium, size, room);
  const float label_width = canvas_.text_width(label, TextFont::medium, size);
  canvas_.text({left, y}, label, {TextFont::medium, size, theme_.text});
  if (label_width + count_width + 16 > room) return;
  canvas_.text({left + label_width + 10, y}, count,
               {TextFont::regular, size * 0.85F, theme_.muted});
}

void GraphDrawing::draw_closed_box(std::size_t index) {
  const LayoutBox& box = layout_.boxes[index];
  if (box.is_open || hidden_[index]) return;
  const Area area = camera_.screen_from_graph(box.rect);
  if (!area.inset(-8).overlaps(camera_.area) || area.width() < 1) return;
  const GraphNode& node = model_.node(box.node);
  const bool is_scope = node.has_children();
  const Color fill = fill_of(box.node);
  const float rounding =
      is_scope ? std::min(5.0F, 5 * camera_.zoom) : std::min(area.height() / 2, 15 * camera_.zoom);
  const float contrast = (is_scope ? 0.35F : 0.22F) * (is_faint(box.node) ? 0.4F : 1.0F);
  const Stroke border{mix(fill, theme_.text, contrast), is_scope ? 1.3F : 1.0F};
  if (node.kind == NodeKind::series && camera_.zoom > 0.3F) {
    for (const float shift : {6.0F, 3.0F}) {
      const float by = shift * camera_.zoom;
      const Area behind{area.left + by, area.top - by, area.right + by, area.bottom - by};
      canvas_.fill_rect(behind, fill, rounding);
      canvas_.stroke_rect(behind, border, rounding);
    }
  }
  canvas_.fill_rect(area, fill, rounding);
  canvas_.stroke_rect(area, border, rounding);
  draw_marks(box, area, rounding);
  draw_label(box, area, fill);
}

void GraphDrawing::draw_label(const LayoutBox& box, const Area& area, Color fill) {
  const GraphNode& node = model_.node(box.node);
  float size = kGraphLabelSize * camera_.zoom;
  if (size < marks_.smallest_text) return;
  size = std::min(size, 32.0F);
  const Color color =
      is_faint(box.node) ? mix(fill, label_color_on(fill), 0.55F) : label_color_on(fill);
  const float room = area.width() - 10 * std::min(1.0F, camera_.zoom);
  const TextFont font = node.has_children() ? TextFont::medium : TextFont::regular;
  // Notes stand below the label, inside the box.
  const float y = camera_.screen_from_graph(box.label_rect).center().y;
  const float label_width = canvas_.text_width(box.label, font, size);
  if (node.has_children() && node.op_count > 1) {
    const std::string count = format_count(node.op_count);
    const float small = std::max(marks_.smallest_text, size * 0.8F);
    const float count_width = canvas_.text_width(count, TextFont::regular, small);
    if (label_width + count_width + 8 * camera_.zoom <= room) {
      const float left = area.center().x - (label_width + count_width + 8 * camera_.zoom) / 2;
      canvas_.text({left, y}, box.label, {font, size, color});
      canvas_.text({left + label_width + 8 * camera_.zoom, y}, count,
                   {TextFont::regular, small, secondary_text_on(fill)});
      return;
    }
  }
  draw_fitted_text(canvas_, {area.center().x, y}, box.label,
                   {font, size, color, TextAnchor::middle}, room);
}

void GraphDrawing::draw_edge(const LayoutEdge& edge) {
  if (is_hidden(edge.scope_box)) return;
  const std::span<const LayoutPoint> route = layout_.route(edge);
  if (route.size() < 2) return;
  Area around{1e9F, 1e9F, -1e9F, -1e9F};
  for (const LayoutPoint& p : route) {
    const Pos at = camera_.screen_from_graph(Pos{p.x, p.y});
    around = {std::min(around.left, at.x), std::min(around.top, at.y), std::max(around.right, at.x),
              std::max(around.bottom, at.y)};
  }
  if (!around.inset(-4).overlaps(camera_.area)) return;
  const bool is_marked_edge = is_marked(edge);
  if (!is_marked_edge && around.width() + around.height() < 3) return;
  curve_.clear();
  const auto push = [&](LayoutPoint p) {
    curve_.push_back(camera_.screen_from_graph(Pos{p.x, p.y}));
  };
  push(route[0]);
  for (std::size_t i = 0; i + 1 < route.size(); ++i) {
    const LayoutCurve piece = edge_curve(route[i], route[i + 1]);
    push(piece.control_1);
    push(piece.control_2);
    push(piece.to);
  }
  Color color = mix(theme_.page, theme_.faint, edge.is_control ? 0.55F : 0.85F);
  if (selected_box_ >= 0 && !is_marked_edge) color = mix(theme_.page, color, 0.6F);
  if (marks_.trace && !is_marked_edge) color = mix(theme_.page, color, 0.5F);
  if (is_traced(edge)) color = theme_.data[3];
  if (is_input(edge)) color = theme_.data[0];
  if (is_output(edge)) color = theme_.data[1];
  float width = std::clamp(edge.width_px * camera_.zoom, 0.7F, 7.0F);
  if (is_marked_edge) width = std::max(width, 2.0F);
  if (edge.is_control) width = std::min(width, 2.0F);
  const float dash = edge.is_control ? 4.0F : 0.0F;
  canvas_.bezier(curve_, {color, width, dash});
  if (camera_.zoom < 0.35F && !is_marked_edge) return;
  const Pos tip = curve_.back();
  Pos from = curve_[curve_.size() - 2];
  if (std::fabs(from.x - tip.x) + std::fabs(from.y - tip.y) < 0.5F)
    from = curve_[curve_.size() - 3];
  draw_arrow_head(canvas_, from, tip,
                  std::max(4.0F, (6 + edge.width_px) * std::min(1.4F, camera_.zoom)), color);
}

void GraphDrawing::draw_edge_label(const LayoutEdge& edge) {
  if (edge.label.empty() || is_hidden(edge.scope_box)) return;
  const float size = std::min(14.0F, 13 * camera_.zoom);
  if (size < 9) return;
  const Pos at = camera_.screen_from_graph(Pos{edge.label_at.x, edge.label_at.y});
  if (!camera_.area.contains(at)) return;
  const float half = canvas_.text_width(edge.label, TextFont::regular, size) / 2 + 2;
  std::uint16_t depth = 0;
  if (edge.scope_box >= 0) depth = layout_.boxes[static_cast<std::size_t>(edge.scope_box)].depth;
  const Color behind = edge.scope_box >= 0 ? surface(depth) : theme_.page;
  canvas_.fill_rect({at.x - half, at.y - size / 2, at.x + half, at.y + size / 2},
                    behind.with_alpha(0.85F), 2);
  canvas_.text(at, edge.label, {TextFont::regular, size, theme_.muted, TextAnchor::middle});
}

void GraphDrawing::draw_note(const LayoutNote& note) {
  if (is_hidden(note.host_box) || note.host_box < 0) return;
  const Area area = camera_.screen_from_graph(note.rect);
  if (!area.overlaps(camera_.area) || area.height() < 4) return;
  const bool is_left = !note.is_output;
  const float y = area.center().y;
  const float radius = std::max(1.5F, area.height() * 0.15F);
  const float dot = is_left ? area.left + radius : area.right - radius;
  const Color color = note.kind == NoteKind::variable   ? theme_.data[2]
                      : note.kind == NoteKind::constant ? theme_.data[8]
                                                        : theme_.faint;
  canvas_.fill_circle({dot, y}, radius, color);
  const float size = std::min(kNoteTextSize * camera_.zoom, 14.0F);
  if (size < marks_.smallest_text) return;
  const float gap = radius * 2 + 4;
  const LayoutBox& host = layout_.boxes[static_cast<std::size_t>(note.host_box)];
  const Color fill = host.is_open ? surface(host.depth) : fill_of(host.node);
  if (note.node == marks_.selected) canvas_.stroke_rect(area.inset(-2), {theme_.accent, 1.5F}, 3);
  draw_fitted_text(canvas_, {is_left ? area.left + gap : area.right - gap, y}, note.label,
                   {TextFont::regular, size, secondary_text_on(fill),
                    is_left ? TextAnchor::start : TextAnchor::end},
                   area.width() - gap);
}

}  // namespace

void draw_graph(Canvas& canvas, const GraphCamera& camera, const GraphModel& model,
                const GraphLayout& layout, const GraphColoring& coloring, const GraphMarks& marks,
                const Theme& theme) {
  canvas.fill_rect(camera.area, theme.page);
  GraphDrawing(canvas, camera, model, layout, coloring, marks, theme).draw();
}

}  // namespace opscope::viewer
