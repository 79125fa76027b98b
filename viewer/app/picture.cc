#include "app/picture.h"

#include <algorithm>
#include <utility>

#include "app/histogram_picture.h"
#include "app/picture_parts.h"
#include "model/graph_layout.h"
#include "model/logdir.h"
#include "model/op_statistics.h"
#include "model/profile_loader.h"
#include "model/units.h"
#include "ui/graph_drawing.h"
#include "ui/scalars_page.h"
#include "ui/statistics_page.h"
#include "ui/timeline_page.h"
#include "ui/workspace.h"

namespace opscope::viewer {

namespace {

struct GraphPicture {
  std::string title;
  GraphModel model;
  GraphLayout layout;
  RenderOptions options;

  // The node that was opened last, or everything.
  LayoutRect framed() const {
    if (options.expand.empty() || options.expand.back() == "all") return layout.bounds;
    const std::int32_t box = layout.box_of(model, model.find(options.expand.back()));
    return box < 0 ? layout.bounds : layout.boxes[static_cast<std::size_t>(box)].rect;
  }

  void draw(Canvas& canvas, const Area& area) const {
    constexpr float kSide = 200;
    const Theme& colors = theme(options.theme);
    const GraphColoring coloring(model, layout, options.colors, colors);
    const Area below =
        draw_title(canvas, area, title, format_count(model.op_count()) + " ops", colors);
    const bool has_side = below.width() > 620;
    const Area drawing{below.left, below.top, below.right - (has_side ? kSide : 0), below.bottom};
    GraphMarks marks;
    if (options.is_svg()) marks.smallest_text = 0.1F;
    if (!options.select.empty()) marks.selected = model.find(options.select);
    // Who opens everything, and who writes a file that scales, wants all of it, even if small.
    const bool opens_all = !options.expand.empty() && options.expand.back() == "all";
    const GraphCamera camera = options.is_svg() || opens_all
                                   ? whole_camera(drawing, framed())
                                   : fitted_camera(drawing, layout, framed());
    draw_graph(canvas, camera, model, layout, coloring, marks, colors);
    if (!has_side) return;
    const Area side{drawing.right + 8, below.top, below.right - 16, below.bottom - 16};
    const float map = std::min(side.width(), side.height() * 0.35F);
    draw_graph_legend(canvas, {side.left, side.top, side.right, side.bottom - map - 16},
                      coloring.legend(), colors);
    draw_graph_minimap(canvas, {side.left, side.bottom - map, side.right, side.bottom}, layout,
                       coloring, camera, colors);
  }
};

Result<std::vector<NodeId>> nodes_to_open(const GraphModel& model, const RenderOptions& options) {
  std::vector<NodeId> opened = model.first_opened();
  for (const std::string& name : options.expand) {
    if (name == "all") {
      for (std::uint32_t i = 1; i < model.size(); ++i) {
        if (model.node(NodeId{i}).has_children()) opened.push_back(NodeId{i});
      }
      continue;
    }
    NodeId id = model.find(name);
    if (id == kNoNode) {
      return Error(ErrorCode::not_found,
                   "no such node, " + name + ", give --expand the full name of a scope or op");
    }
    for (; id != kRootNode && id != kNoNode; id = model.node(id).parent) opened.push_back(id);
  }
  return opened;
}

Result<Picture> make_graph(const RenderOptions& options, Workspace& workspace) {
  const auto& graphs = workspace.graphs();
  const int index = preferred_graph(graphs, options.run, options.tag);
  if (index < 0) return nothing_of(options, "graph");
  const GraphSource& source = graphs[static_cast<std::size_t>(index)];
  auto model = load_graph_model(workspace.model(), source);
  if (!model) return model.error();
  auto opened = nodes_to_open(*model, options);
  if (!opened) return opened.error();
  auto picture = std::make_shared<GraphPicture>();
  picture->title = graph_label(source);
  picture->model = std::move(*model);
  picture->options = options;
  GraphLayoutRequest request;
  request.model = &picture->model;
  request.opened = std::move(*opened);
  request.effort = LayoutEffort::full;
  request.aspect = static_cast<double>(options.width - 200) / options.height;
  request.metrics.text_width = graph_text_width;
  picture->layout = layout_graph(request);
  return Picture{picture->title,
                 [picture](Canvas& canvas, const Area& area) { picture->draw(canvas, area); }};
}

const ProfileSession* find_session(const LogdirModel& model, const RenderOptions& options) {
  for (const ProfileSession& session : model.profiles) {
    if (!options.run.empty() && session.run != options.run) continue;
    if (options.tag.empty() || session.session == options.tag) return &session;
  }
  return nullptr;
}

TimeRange chosen_range(const RenderOptions& options, const Profile& profile) {
  const TimeRange whole = whole_range(profile);
  return {options.from_ps.value_or(whole.begin_ps),
          std::max(options.to_ps.value_or(whole.end_ps), options.from_ps.value_or(0) + 1)};
}

Result<Picture> make_profile(const RenderOptions& options, const LogdirModel& model) {
  const ProfileSession* session = find_session(model, options);
  if (session == nullptr) return nothing_of(options, "profile");
  auto loaded = load_profile(session->hosts);
  if (!loaded) return loaded.error();
  const auto profile = std::make_shared<const Profile>(std::move(*loaded));
  TimelineView view;
  view.range = chosen_range(options, *profile);
  view.selected_name = options.select;
  const std::string title = session_label(*session);
  const std::string detail =
      format_count(profile->event_count) + " events in " + format_duration_ps(profile->duration_ps);
  return Picture{title, [=](Canvas& canvas, const Area& area) {
                   const Theme& colors = theme(options.theme);
                   const Area below = draw_title(canvas, area, title, detail, colors);
                   const TimelineRows rows = timeline_rows(*profile, view);
                   draw_timeline(canvas, below, *profile, rows, view, colors);
                 }};
}

Result<Picture> make_statistics(const RenderOptions& options, const LogdirModel& model) {
  const ProfileSession* session = find_session(model, options);
  if (session == nullptr) return nothing_of(options, "profile");
  auto profile = load_profile(session->hosts);
  if (!profile) return profile.error();
  StatisticsRequest request;
  if (options.from_ps || options.to_ps) request.range = chosen_range(options, *profile);
  const auto rows =
      std::make_shared<const std::vector<OpStatistics>>(op_statistics(*profile, request));
  const std::string title = session_label(*session);
  const std::string detail = format_count(rows->size()) + " operations, longest self time first";
  return Picture{title, [=](Canvas& canvas, const Area& area) {
                   const Theme& colors = theme(options.theme);
                   const Area below = draw_title(canvas, area, title, detail, colors);
                   draw_statistics(canvas,
                                   {below.left + 16, below.top, below.right - 16, below.bottom - 8},
                                   *rows, colors);
                 }};
}

// Names of the runs with their colours, in one line.
void draw_run_legend(Canvas& canvas, const Area& area, const std::vector<ScalarRun>& runs,
                     const Theme& colors) {
  float x = area.left;
  for (const ScalarRun& run : runs) {
    const std::string name = run.run->name == "." ? "(the logdir)" : run.run->name;
    const float width = canvas.text_width(name, TextFont::regular, 13);
    if (x + width + 24 > area.right) {
      canvas.text({x, area.center().y}, "…", {TextFont::regular, 13, colors.muted});
      return;
    }
    canvas.fill_circle({x + 6, area.center().y}, 5, run.color);
    canvas.text({x + 17, area.center().y}, name, {TextFont::regular, 13, colors.text});
    x += width + 36;
  }
}

Result<Picture> make_scalars(const RenderOptions& options, const LogdirModel& model) {
  const auto kept = std::make_shared<const LogdirModel>(model);
  const Theme& colors = theme(options.theme);
  std::vector<ScalarRun> runs;
  for (const auto& run : kept->runs) {
    const Color color = colors.data[runs.size() % colors.data.size()];
    const bool has_scalars =
        std::any_of(run->tags.begin(), run->tags.end(), [&](const std::shared_ptr<const Tag>& tag) {
          return tag->data_class == DataClass::scalar &&
                 tag->name.find(options.tag) != std::string::npos;
        });
    const bool is_wanted = options.run.empty() || run->name == options.run;
    if (has_scalars && is_wanted) runs.push_back({run.get(), color});
  }
  if (runs.empty()) return nothing_of(options, "scalars");
  const std::string title = options.tag.empty() ? "Scalars" : options.tag;
  return Picture{
      title, [=](Canvas& canvas, const Area& area) {
        const Theme& look = theme(options.theme);
        const Area below = draw_title(
            canvas, area, title,
            options.scalars.smoothing > 0
                ? "smoothed " + format_value(static_cast<double>(options.scalars.smoothing))
                : "",
            look);
        draw_run_legend(canvas, {below.left + 16, below.top, below.right - 16, below.top + 22},
                        runs, look);
        const Area cards{below.left + 16, below.top + 32, below.right - 16, below.bottom - 28};
        const std::size_t hidden =
            draw_scalar_cards(canvas, cards, *kept, runs, options.scalars, options.tag, look);
        if (hidden > 0) {
          canvas.text({below.left + 16, below.bottom - 14},
                      format_count(hidden) + " more tags: choose with --tag, or a larger --size",
                      {TextFont::regular, 13, look.muted});
        }
      }};
}

}  // namespace

Result<Picture> make_picture(const RenderOptions& options) {
  InlineExecutor executor;
  Workspace workspace(executor);
  workspace.open(options.path);
  workspace.poll();
  if (!workspace.paths()[0]->error.empty()) {
    return Error(ErrorCode::not_found, workspace.paths()[0]->error);
  }
  if (options.what == "graph") return make_graph(options, workspace);
  if (options.what == "profile") return make_profile(options, workspace.model());
  if (options.what == "statistics") return make_statistics(options, workspace.model());
  if (options.what == "histograms") return make_histograms(options, workspace.model());
  return make_scalars(options, workspace.model());
}

}  // namespace opscope::viewer
