#include "ui/inspector_pane.h"

#include <imgui.h>

#include <algorithm>
#include <array>

#include "model/units.h"
#include "ui/imgui_style.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

void section(const UiContext& ui, const char* title) {
  ImGui::Dummy({0, 4});
  ImGui::Separator();
  heading(ui, title);
}

void draw_links(UiContext& ui, bool has_node, bool has_events) {
  if (has_node && ui.state.page != Page::graph && ImGui::Button("Show in graph")) {
    ui.requests.reveal_in_graph = true;
    go_to_page(ui, Page::graph);
  }
  if (!has_events) return;
  if (ui.state.page != Page::timeline && ImGui::Button("Show in timeline")) {
    ui.requests.reveal_in_timeline = true;
    go_to_page(ui, Page::timeline);
  }
  if (ui.state.page != Page::statistics && ImGui::Button("Show in statistics")) {
    ui.state.statistics.by = StatisticsKey::name;
    ui.state.statistics.filter = ui.state.selection.operation;
    go_to_page(ui, Page::statistics);
  }
}

bool has_events_named(const Profile& profile, const std::string& name) {
  return std::any_of(profile.names.begin(), profile.names.end(),
                     [&](const ProfileName& other) { return is_of_operation(other.text, name); });
}

void draw_event(UiContext& ui, const Profile& profile, EventRef event) {
  if (event.line >= profile.lines.size() || event.event >= profile.lines[event.line].size()) return;
  const ProfileLine& line = profile.lines[event.line];
  const ProfileName& name = profile.names[line.name_id[event.event]];
  section(ui, "Slice");
  if (!name.op_type.empty()) fact(ui, "Op type", name.op_type);
  fact(ui, "Duration", format_duration_ps(line.duration_ps[event.event]));
  fact(ui, "Self", format_duration_ps(line.self_ps[event.event]));
  fact(ui, "Starts at", format_duration_ps(line.start_ps[event.event]));
  if (profile.start_ns > 0) {
    const double seconds = static_cast<double>(profile.start_ns) * 1e-9 +
                           static_cast<double>(line.start_ps[event.event]) * 1e-12;
    fact(ui, "Wall time", format_wall_time(seconds));
  }
  fact(ui, "Thread", line.display_name);
  fact(ui, "Plane", profile.planes[line.plane].name);
  const std::vector<ProfileArg> args = event_args(profile, event);
  if (args.empty()) return;
  section(ui, "Arguments");
  for (const ProfileArg& arg : args) fact(ui, arg.key.c_str(), arg.value);
}

void draw_totals(UiContext& ui, const ProfileSession& session, const std::string& operation) {
  const auto& statistics = ui.workspace.statistics(session, {});
  if (!statistics.value) return;
  for (const OpStatistics& row : *statistics.value) {
    if (!is_of_operation(row.key, operation)) continue;
    section(ui, "All slices of this name");
    fact(ui, "Calls", format_count(row.calls));
    fact(ui, "Total", format_duration_ps(row.total_ps));
    fact(ui, "Self", format_duration_ps(row.self_ps));
    fact(ui, "Mean", format_duration_ps(static_cast<std::int64_t>(row.mean_ps)));
    fact(ui, "Median", format_duration_ps(row.p50_ps));
    fact(ui, "90 %", format_duration_ps(row.p90_ps));
    fact(ui, "Longest", format_duration_ps(row.max_ps));
    return;
  }
}

void draw_tag(UiContext& ui, const std::string& tag) {
  heading(ui, tag);
  for (const auto& run : ui.workspace.model().runs) {
    const Tag* found = find_tag(*run, tag);
    if (found == nullptr || !is_run_shown(ui, run->name)) continue;
    const Color color = run_color(ui, run->name);
    ImGui::Dummy({0, 2});
    ImGui::TextColored(to_vec4(color), "%s", run->name.c_str());
    if (!found->description.empty()) fact(ui, "About", found->description);
    fact(ui, "Points", format_count(found->scalars.size()));
    if (found->scalars.size() > 0) {
      const auto& values = found->scalars.values;
      fact(ui, "Steps",
           std::to_string(found->scalars.steps.front()) + " – " +
               std::to_string(found->scalars.steps.back()));
      fact(ui, "Last", format_value(values.back(), 6));
      fact(ui, "Lowest", format_value(*std::min_element(values.begin(), values.end()), 6));
      fact(ui, "Highest", format_value(*std::max_element(values.begin(), values.end()), 6));
    }
    if (found->preempted_scalars.size() > 0) {
      fact(ui, "Preempted",
           format_count(found->preempted_scalars.size()) +
               " points of an earlier start, drawn dashed");
    }
  }
}

void draw_nothing(UiContext& ui) {
  const LogdirModel& model = ui.workspace.model();
  ImGui::PushTextWrapPos(0);
  ImGui::TextDisabled("Select an operation, a slice or a chart to see every fact of it.");
  ImGui::PopTextWrapPos();
  section(ui, "Open");
  for (const auto& path : ui.workspace.paths()) {
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(path->path.c_str());
    ImGui::PopTextWrapPos();
  }
  std::size_t tags = 0;
  std::uint64_t records = 0;
  for (const auto& run : model.runs) {
    tags += run->tags.size();
    records += run->records;
  }
  if (!model.runs.empty()) {
    fact(ui, "Runs", format_count(model.runs.size()));
    fact(ui, "Tags", format_count(tags));
    fact(ui, "Records", format_count(records));
  }
  if (!ui.workspace.graphs().empty()) {
    fact(ui, "Graphs", format_count(ui.workspace.graphs().size()));
  }
  if (!model.profiles.empty()) fact(ui, "Profiles", format_count(model.profiles.size()));
}

}  // namespace

void draw_inspector_pane(UiContext& ui, GraphPage& graph) {
  const Selection selection = ui.state.selection;
  if (ui.state.page == Page::scalars && !selection.scalar_tag.empty()) {
    draw_tag(ui, selection.scalar_tag);
    return;
  }
  if (selection.operation.empty()) {
    draw_nothing(ui);
    return;
  }
  ImGui::PushTextWrapPos(0);
  heading(ui, selection.operation);
  ImGui::PopTextWrapPos();
  const std::shared_ptr<const GraphModel> model = shown_graph(ui);
  const bool has_node = model && model->find(selection.operation) != kNoNode;
  const std::shared_ptr<const Profile> profile = shown_profile(ui);
  const bool has_events = profile && has_events_named(*profile, selection.operation);
  draw_links(ui, has_node, has_events);
  if (profile && selection.event) draw_event(ui, *profile, *selection.event);
  if (has_events) draw_totals(ui, *shown_session(ui), selection.operation);
  if (has_node || graph.marks.selected != kNoNode) draw_node_facts(ui, graph);
}

}  // namespace opscope::viewer
