#include "ui/timeline_page.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "model/units.h"
#include "ui/imgui_canvas.h"
#include "ui/imgui_style.h"
#include "ui/keys.h"
#include "ui/statistics_page.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

void select_event(UiContext& ui, const Profile& profile, EventRef event) {
  const ProfileLine& line = profile.lines[event.line];
  ui.state.selection.operation = operation_name(profile.names[line.name_id[event.event]].text);
  ui.state.selection.event = event;
  ui.state.timeline.view.selected = event;
  ui.state.timeline.view.selected_name = ui.state.selection.operation;
}

std::optional<EventRef> longest_event(const Profile& profile, const std::string& name) {
  std::optional<EventRef> best;
  std::int64_t length = -1;
  for (std::uint32_t i = 0; i < profile.lines.size(); ++i) {
    const ProfileLine& line = profile.lines[i];
    for (std::uint32_t event = 0; event < line.size(); ++event) {
      if (line.duration_ps[event] <= length) continue;
      if (!is_of_operation(profile.names[line.name_id[event]].text, name)) continue;
      best = EventRef{i, event};
      length = line.duration_ps[event];
    }
  }
  return best;
}

void scroll_to(TimelinePage& page, TimelineView& view, std::uint32_t line, float height) {
  for (const TimelineRow& row : page.rows.rows) {
    if (row.kind != TimelineRow::Kind::line || row.index != line) continue;
    if (row.top < view.scroll || row.top + row.height > view.scroll + height) {
      view.scroll = std::max(0.0F, row.top - 40);
    }
  }
}

class TimelineInput {
 public:
  TimelineInput(UiContext& ui, TimelinePage& page, const Profile& profile, const DrawingItem& item)
      : ui_(ui),
        page_(page),
        profile_(profile),
        view_(ui.state.timeline.view),
        item_(item),
        geometry_(timeline_geometry(item.area, !profile.steps.empty())),
        mouse_{ImGui::GetIO().MousePos.x, ImGui::GetIO().MousePos.y} {}

  void handle() {
    if (item_.is_hovered) handle_wheel();
    handle_drag();
    handle_keys();
    const float most = std::max(0.0F, page_.rows.height - geometry_.tracks.height());
    view_.scroll = std::clamp(view_.scroll, 0.0F, most);
    if (item_.is_hovered && !page_.is_selecting && !page_.is_panning) draw_tooltip();
  }

 private:
  std::int64_t time_at_mouse() const {
    return time_from_x(geometry_.tracks, view_.range, mouse_.x);
  }

  void handle_wheel() {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.MouseWheelH != 0) view_.range = panned(profile_, view_.range, -0.1 * io.MouseWheelH);
    if (io.MouseWheel == 0) return;
    if (io.KeyShift || geometry_.labels.contains(mouse_)) {
      view_.scroll -= io.MouseWheel * 60;
    } else {
      view_.range = zoomed(profile_, view_.range, time_at_mouse(), std::pow(0.8, io.MouseWheel));
    }
  }

  void handle_drag() {
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && item_.is_hovered) begin_drag();
    const bool is_middle = item_.is_active && ImGui::IsMouseDragging(ImGuiMouseButton_Middle, 0);
    const bool is_right = item_.is_active && ImGui::IsMouseDragging(ImGuiMouseButton_Right, 0);
    if (is_middle || is_right) {
      const ImVec2 moved = ImGui::GetIO().MouseDelta;
      view_.range =
          panned(profile_, view_.range,
                 -static_cast<double>(moved.x / std::max(1.0F, geometry_.tracks.width())));
      view_.scroll -= moved.y;
    }
    if (page_.is_panning && item_.is_active) pan_overview();
    if (page_.is_selecting && item_.is_active && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 4)) {
      const std::int64_t here = time_at_mouse();
      const auto [begin, end] = std::minmax(page_.drag_begin_ps, here);
      view_.selected_range = TimeRange{begin, end};
    }
    if (ImGui::IsMouseReleased(ImGuiMouseButton_Left)) end_drag();
  }

  void begin_drag() {
    page_.is_panning = geometry_.overview.contains(mouse_);
    page_.is_selecting = geometry_.tracks.contains(mouse_) || geometry_.ruler.contains(mouse_) ||
                         geometry_.steps.contains(mouse_);
    page_.drag_begin_ps = time_at_mouse();
    if (geometry_.labels.contains(mouse_)) fold_line();
  }

  void pan_overview() {
    const std::int64_t time = time_from_x(geometry_.overview, whole_range(profile_), mouse_.x);
    const std::int64_t middle = (view_.range.begin_ps + view_.range.end_ps) / 2;
    const double length = static_cast<double>(view_.range.end_ps - view_.range.begin_ps);
    view_.range = panned(profile_, view_.range, static_cast<double>(time - middle) / length);
  }

  void end_drag() {
    const ImVec2 moved = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0);
    const bool is_click = std::fabs(moved.x) < 4 && std::fabs(moved.y) < 4;
    if (page_.is_selecting && is_click) {
      if (const auto event = slice_at(profile_, page_.rows, geometry_, view_, mouse_)) {
        select_event(ui_, profile_, *event);
      } else {
        ui_.state.selection = {};
        view_.selected.reset();
        view_.selected_name.clear();
        view_.selected_range.reset();
      }
    }
    page_.is_selecting = false;
    page_.is_panning = false;
  }

  void fold_line() {
    const float y = mouse_.y - geometry_.tracks.top + view_.scroll;
    for (const TimelineRow& row : page_.rows.rows) {
      if (row.kind != TimelineRow::Kind::line || y < row.top || y >= row.top + row.height) continue;
      const auto found = std::find(view_.folded_lines.begin(), view_.folded_lines.end(), row.index);
      if (found == view_.folded_lines.end()) {
        view_.folded_lines.push_back(row.index);
      } else {
        view_.folded_lines.erase(found);
      }
    }
  }

  void handle_keys() {
    const std::int64_t anchor = item_.is_hovered && geometry_.tracks.contains(mouse_)
                                    ? time_at_mouse()
                                    : (view_.range.begin_ps + view_.range.end_ps) / 2;
    const double speed = std::min(0.05, static_cast<double>(ImGui::GetIO().DeltaTime));
    const auto held = [this](int key) {
      if (!is_key_held(key)) return false;
      ui_.is_animating = true;
      return true;
    };
    if (held('W')) view_.range = zoomed(profile_, view_.range, anchor, 1 - 3 * speed);
    if (held('S')) view_.range = zoomed(profile_, view_.range, anchor, 1 + 3 * speed);
    if (held('A')) view_.range = panned(profile_, view_.range, -1.2 * speed);
    if (held('D')) view_.range = panned(profile_, view_.range, 1.2 * speed);
    if (is_key_pressed('0')) view_.range = whole_range(profile_);
    if (is_key_pressed('F')) fit_selection();
    if (is_key_pressed('M')) mark_selection();
    if (is_key_pressed(kKeyPeriod)) step_to_equal(1);
    if (is_key_pressed(kKeyComma)) step_to_equal(-1);
    if (is_key_pressed(kKeyEscape)) view_.selected_range.reset();
  }

  std::optional<TimeRange> selection() const {
    if (view_.selected_range) return view_.selected_range;
    if (!view_.selected) return std::nullopt;
    const ProfileLine& line = profile_.lines[view_.selected->line];
    return TimeRange{line.start_ps[view_.selected->event], line.end_ps(view_.selected->event)};
  }

  void fit_selection() {
    const auto range = selection();
    if (!range) {
      view_.range = whole_range(profile_);
      return;
    }
    const std::int64_t air = std::max<std::int64_t>(1000, (range->end_ps - range->begin_ps) / 10);
    view_.range =
        zoomed(profile_, {range->begin_ps - air, range->end_ps + air}, range->begin_ps, 1);
  }

  void mark_selection() {
    const auto range = selection();
    if (!range) return;
    const auto same = [&](const TimeRange& mark) {
      return mark.begin_ps == range->begin_ps && mark.end_ps == range->end_ps;
    };
    if (std::erase_if(view_.marks, same) == 0) view_.marks.push_back(*range);
  }

  void step_to_equal(int direction) {
    if (!view_.selected) return;
    const auto next =
        next_equal_event(profile_.lines[view_.selected->line], view_.selected->event, direction);
    if (!next) return;
    const EventRef event{view_.selected->line, *next};
    select_event(ui_, profile_, event);
    reveal_event(profile_, view_, event);
  }

  void draw_tooltip() {
    const auto event = slice_at(profile_, page_.rows, geometry_, view_, mouse_);
    if (!event) return;
    const ProfileLine& line = profile_.lines[event->line];
    const ProfileName& name = profile_.names[line.name_id[event->event]];
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(420);
    heading(ui_, operation_name(name.text));
    ImGui::PopTextWrapPos();
    if (!name.op_type.empty()) fact(ui_, "Op type", name.op_type);
    fact(ui_, "Duration", format_duration_ps(line.duration_ps[event->event]));
    if (line.self_ps[event->event] != line.duration_ps[event->event]) {
      fact(ui_, "Self", format_duration_ps(line.self_ps[event->event]));
    }
    fact(ui_, "Starts at", format_duration_ps(line.start_ps[event->event]));
    fact(ui_, "Thread", line.display_name);
    ImGui::EndTooltip();
  }

  UiContext& ui_;
  TimelinePage& page_;
  const Profile& profile_;
  TimelineView& view_;
  DrawingItem item_;
  TimelineGeometry geometry_;
  Pos mouse_;
};

void draw_toolbar(UiContext& ui, const Profile& profile) {
  std::vector<std::string> sessions;
  for (const ProfileSession& session : ui.workspace.model().profiles) {
    sessions.push_back(session_label(session));
  }
  if (picker("##session", ui.state.timeline.session, sessions, 280)) {
    ui.state.timeline.view = {};
    ui.state.selection = {};
  }
  ImGui::SameLine();
  text_field("##filter", "Filter threads and events", ui.state.timeline.view.filter, 220);
  ImGui::SameLine();
  if (ImGui::Button("Show all")) ui.state.timeline.view.range = whole_range(profile);
  ImGui::SameLine();
  ImGui::TextDisabled("%s events in %s", format_count(profile.event_count).c_str(),
                      format_duration_ps(profile.duration_ps).c_str());
}

void update_rows(TimelinePage& page, const Profile& profile, const TimelineView& view) {
  if (page.rows_of == &profile && page.rows_filter == view.filter &&
      page.rows_folded == view.folded_lines.size()) {
    return;
  }
  page.rows = timeline_rows(profile, view);
  page.rows_of = &profile;
  page.rows_filter = view.filter;
  page.rows_folded = view.folded_lines.size();
}

void fulfil_requests(UiContext& ui, TimelinePage& page, const Profile& profile, float height) {
  TimelineView& view = ui.state.timeline.view;
  if (ui.requests.fit) view.range = whole_range(profile);
  ui.requests.fit = false;
  if (!ui.requests.reveal_in_timeline) return;
  ui.requests.reveal_in_timeline = false;
  auto event = ui.state.selection.event;
  if (!event) event = longest_event(profile, ui.state.selection.operation);
  if (!event) return;
  select_event(ui, profile, *event);
  reveal_event(profile, view, *event);
  scroll_to(page, view, event->line, height);
}

}  // namespace

void draw_timeline_page(UiContext& ui, TimelinePage& page) {
  const ProfileSession* session = shown_session(ui);
  if (session == nullptr) return;
  const Document<Profile>& document = ui.workspace.profile(*session);
  if (!document.value) {
    empty_page(ui, document.is_loading ? "Reading the profile…" : "This profile cannot be read",
               document.is_loading ? session_label(*session) : document.error);
    return;
  }
  const std::shared_ptr<const Profile> profile = document.value;
  TimelineView& view = ui.state.timeline.view;
  if (view.range.end_ps <= view.range.begin_ps) view.range = whole_range(*profile);
  draw_toolbar(ui, *profile);
  session = shown_session(ui);
  update_rows(page, *profile, view);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const bool has_range = view.selected_range.has_value();
  const float below = has_range ? std::min(page.range_height, room.y * 0.5F) : 0;
  const DrawingItem item = drawing_item("timeline", room.x, room.y - below);
  fulfil_requests(ui, page, *profile, item.area.height() - 90);
  TimelineInput(ui, page, *profile, item).handle();
  update_rows(page, *profile, view);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), ui.fonts);
  canvas.push_clip(item.area);
  draw_timeline(canvas, item.area, *profile, page.rows, view, ui.theme);
  canvas.pop_clip();
  if (has_range && view.selected_range && !page.is_selecting) {
    StatisticsRequest request;
    request.range = view.selected_range;
    draw_statistics_table(ui, *session, request);
  }
}

}  // namespace opscope::viewer
