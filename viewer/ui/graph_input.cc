#include "ui/graph_input.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "model/units.h"
#include "ui/graph_commands.h"
#include "ui/graph_toolbar.h"
#include "ui/keys.h"

namespace opscope::viewer {

namespace {

class GraphInput {
 public:
  GraphInput(UiContext& ui, GraphPage& page, const DrawingItem& item)
      : ui_(ui),
        page_(page),
        state_(ui.state.graph),
        item_(item),
        mouse_{ImGui::GetIO().MousePos.x, ImGui::GetIO().MousePos.y} {}

  void handle() {
    page_.marks.hovered = kNoNode;
    if (item_.is_hovered) handle_pointer();
    if (item_.is_active) handle_drag();
    handle_keys();
  }

 private:
  NodeId node_at_mouse() const {
    const Pos at = page_.camera.graph_from_screen(mouse_);
    for (const LayoutNote& note : page_.layout->notes) {
      const LayoutRect& rect = note.rect;
      const bool is_inside =
          at.x >= rect.x && at.x < rect.right() && at.y >= rect.y && at.y < rect.bottom();
      if (is_inside) return note.node;
    }
    const std::int32_t box = box_at(*page_.layout, at);
    return box < 0 ? kNoNode : page_.layout->boxes[static_cast<std::size_t>(box)].node;
  }

  void zoom_at(Pos anchor, float factor) {
    const Pos fixed = page_.camera.graph_from_screen(anchor);
    const float zoom = std::clamp(state_.zoom * factor, 0.01F, 6.0F);
    state_.center = {fixed.x + (state_.center.x - fixed.x) * state_.zoom / zoom,
                     fixed.y + (state_.center.y - fixed.y) * state_.zoom / zoom};
    state_.zoom = zoom;
  }

  void handle_pointer() {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.MouseWheel != 0 && io.KeyShift) {
      state_.center.x -= io.MouseWheel * 60 / state_.zoom;
    } else if (io.MouseWheel != 0) {
      zoom_at(mouse_, std::pow(1.2F, io.MouseWheel));
    }
    page_.marks.hovered = node_at_mouse();
    if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
      toggle_node(ui_, page_, page_.marks.hovered);
    } else if (ImGui::IsMouseReleased(ImGuiMouseButton_Left) && !was_dragged()) {
      click(page_.marks.hovered);
    } else if (ImGui::IsMouseReleased(ImGuiMouseButton_Right)) {
      open_node_menu(page_, page_.marks.hovered);
    }
    if (page_.marks.hovered != kNoNode && !ImGui::IsAnyMouseDown()) draw_card();
  }

  static bool was_dragged() {
    const ImVec2 moved = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0);
    return std::fabs(moved.x) + std::fabs(moved.y) > 5;
  }

  void handle_drag() {
    const ImVec2 moved = ImGui::GetIO().MouseDelta;
    state_.center.x -= moved.x / state_.zoom;
    state_.center.y -= moved.y / state_.zoom;
  }

  // With Shift, the way from the selected node to the clicked one is shown.
  void click(NodeId node) {
    const NodeId selected = page_.marks.selected;
    if (ImGui::GetIO().KeyShift && node != kNoNode && selected != kNoNode && node != selected) {
      state_.path_end = std::string(page_.model->node(node).name);
      return;
    }
    state_.path_end.clear();
    select(node);
  }

  void select(NodeId node) { select_node(ui_, page_, node); }

  // One step back: the path goes first, then the selection.
  void escape() {
    if (state_.path_end.empty()) return select(kNoNode);
    state_.path_end.clear();
  }

  void remove_or_return() {
    const NodeId node = page_.marks.selected;
    if (is_beside_users(page_, node)) return return_to_graph(ui_, page_, node);
    remove_from_graph(ui_, page_, node);
  }

  void handle_node_keys() {
    const NodeId node = page_.marks.selected;
    if (is_key_pressed(kKeyEnter)) toggle_node(ui_, page_, node);
    if (is_key_pressed(kKeyEscape)) escape();
    if (is_key_pressed('P') && node != kNoNode) select_parent();
    if (is_key_pressed('X')) remove_or_return();
    if (is_key_pressed('G')) show_only(ui_, page_, node);
    if (is_key_pressed('N')) step_hit(ui_, page_, ImGui::GetIO().KeyShift ? -1 : 1);
    if (is_key_pressed('L')) {
      const int next = (static_cast<int>(state_.tracing) + 1) % kGraphTracingCount;
      state_.tracing = static_cast<GraphTracing>(next);
      state_.path_end.clear();
    }
    if (is_shortcut_pressed('F')) page_.wants_search = true;
    if (is_shortcut_pressed('C') && !ImGui::GetIO().WantTextInput) copy_name(page_, node);
  }

  void handle_keys() {
    const Pos middle = page_.camera.area.center();
    if (is_key_pressed('F')) page_.wants_fit = true;
    if (is_key_pressed('=')) zoom_at(middle, 1.25F);
    if (is_key_pressed('-')) zoom_at(middle, 0.8F);
    if (is_key_pressed('I')) state_.inputs_highlighted = !state_.inputs_highlighted;
    if (is_key_pressed('O')) state_.outputs_highlighted = !state_.outputs_highlighted;
    handle_node_keys();
    if (is_key_pressed(kKeyLeft)) select_towards(-1, 0);
    if (is_key_pressed(kKeyRight)) select_towards(1, 0);
    if (is_key_pressed(kKeyUp)) select_towards(0, -1);
    if (is_key_pressed(kKeyDown)) select_towards(0, 1);
    const float step = 600 * std::min(0.05F, ImGui::GetIO().DeltaTime) / state_.zoom;
    const auto held = [this](int key) {
      if (!is_key_held(key)) return false;
      ui_.is_animating = true;
      return true;
    };
    if (held('W')) zoom_at(item_.is_hovered ? mouse_ : middle, 1.04F);
    if (held('S')) zoom_at(item_.is_hovered ? mouse_ : middle, 0.96F);
    if (held('A')) state_.center.x -= step;
    if (held('D')) state_.center.x += step;
  }

  void select_parent() {
    const NodeId parent = page_.model->node(page_.marks.selected).parent;
    if (parent != kRootNode && parent != kNoNode) select(parent);
  }

  // The nearest closed box in a direction, from the selected one or the middle of the view.
  void select_towards(float dx, float dy) {
    Pos from = state_.center;
    const std::int32_t selected = page_.marks.selected == kNoNode
                                      ? -1
                                      : page_.layout->box_of(*page_.model, page_.marks.selected);
    if (selected >= 0) {
      const LayoutRect& rect = page_.layout->boxes[static_cast<std::size_t>(selected)].rect;
      from = {rect.x + rect.width / 2, rect.y + rect.height / 2};
    }
    NodeId best = kNoNode;
    float least = 1e12F;
    for (const LayoutBox& box : page_.layout->boxes) {
      if (box.is_open || box.node == page_.marks.selected) continue;
      const float x = box.rect.x + box.rect.width / 2 - from.x;
      const float y = box.rect.y + box.rect.height / 2 - from.y;
      const float along = x * dx + y * dy;
      const float across = std::fabs(x * dy) + std::fabs(y * dx);
      if (along <= 1 || across > along * 2 + 20) continue;
      const float distance = along + across * 2;
      if (distance < least) {
        least = distance;
        best = box.node;
      }
    }
    if (best == kNoNode) return;
    select(best);
    keep_in_view(best);
  }

  void keep_in_view(NodeId node) {
    const std::int32_t box = page_.layout->box_of(*page_.model, node);
    if (box < 0) return;
    const LayoutRect& rect = page_.layout->boxes[static_cast<std::size_t>(box)].rect;
    const Area at = page_.camera.screen_from_graph(rect);
    const Area inner = page_.camera.area.inset(24);
    if (at.left < inner.left || at.right > inner.right || at.top < inner.top ||
        at.bottom > inner.bottom) {
      state_.center = {rect.x + rect.width / 2, rect.y + rect.height / 2};
    }
  }

  void draw_card() {
    const GraphNode& node = page_.model->node(page_.marks.hovered);
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(420);
    heading(ui_,
            node.name.empty() ? page_.model->label(page_.marks.hovered) : std::string(node.name));
    ImGui::PopTextWrapPos();
    if (!node.op.empty()) fact(ui_, "Op type", std::string(node.op));
    if (node.op_count > 1) fact(ui_, "Holds", format_count(node.op_count) + " ops");
    if (!node.device.empty()) fact(ui_, "Device", std::string(node.device));
    const NodeStats stats = page_.model->stats(page_.marks.hovered);
    if (stats.has_stats) {
      fact(ui_, "Time", format_duration_ps(stats.duration_us * 1'000'000));
      fact(ui_, "Memory", format_bytes(static_cast<double>(stats.memory_bytes)));
    }
    if (node.has_children()) {
      const bool is_open = page_.opened.count(static_cast<std::uint32_t>(page_.marks.hovered)) != 0;
      ImGui::TextDisabled("Double-click %s", is_open ? "closes" : "opens");
    }
    ImGui::EndTooltip();
  }

  UiContext& ui_;
  GraphPage& page_;
  GraphState& state_;
  DrawingItem item_;
  Pos mouse_;
};

}  // namespace

void handle_graph_input(UiContext& ui, GraphPage& page, const DrawingItem& item) {
  GraphInput(ui, page, item).handle();
}

}  // namespace opscope::viewer
