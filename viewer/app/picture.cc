#include "app/picture.h"

#include <algorithm>
#include <utility>

#include "app/graph_picture.h"
#include "app/histogram_picture.h"
#include "app/picture_parts.h"
#include "model/logdir.h"
#include "model/op_statistics.h"
#include "model/profile_loader.h"
#include "model/units.h"
#include "ui/scalars_page.h"
#include "ui/statistics_page.h"
#include "ui/timeline_page.h"
#include "ui/workspace.h"

namespace opscope::viewer {

namespace {

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
  if (options.what == "graph") {
    auto graph = make_graph_picture(options, workspace);
    if (!graph) return graph.error();
    const auto kept = std::make_shared<const GraphPicture>(std::move(*graph));
    return Picture{kept->title,
                   [kept](Canvas& canvas, const Area& area) { kept->draw(canvas, area); }};
  }
  if (options.what == "profile") return make_profile(options, workspace.model());
  if (options.what == "statistics") return make_statistics(options, workspace.model());
  if (options.what == "histograms") return make_histograms(options, workspace.model());
  return make_scalars(options, workspace.model());
}

}  // namespace opscope::viewer
