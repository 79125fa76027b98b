// What a person has done to the window: page, selection, camera, filters. One small value, saved
// for each logdir as text.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/graph_model.h"
#include "model/op_statistics.h"
#include "ui/histogram_chart.h"
#include "ui/scalar_chart.h"
#include "ui/theme.h"
#include "ui/timeline_drawing.h"

namespace opscope::viewer {

enum class Page : std::uint8_t {
  overview,
  graph,
  timeline,
  statistics,
  scalars,
  histograms,
  images,
  text,
};

// The word that stands for a page in tabs ("Graph") and, in lower case, in files and options.
[[nodiscard]] const char* page_title(Page page) noexcept;
[[nodiscard]] std::optional<Page> page_from_name(const std::string& name) noexcept;

// What is selected on every page at once. `operation` is the name that links a graph's node, the
// slices of a timeline and a row of the statistics.
struct Selection {
  std::string operation;
  std::optional<EventRef> event;  // of the shown profile session
  std::string scalar_tag;

  [[nodiscard]] bool is_empty() const noexcept {
    return operation.empty() && !event && scalar_tag.empty();
  }
};

enum class GraphColors : std::uint8_t {
  structure,
  device,
  op_type,
  compute_time,
  memory,
  dtype,
  gradient,
  difference,  // to the graph that is compared
};
inline constexpr int kGraphColorsCount = 8;

// What of the selected node is followed through the whole graph.
enum class GraphTracing : std::uint8_t { none, inputs, outputs, both };
inline constexpr int kGraphTracingCount = 4;

struct GraphState {
  int source = -1;    // index into Workspace::graphs(); -1 shows preferred_graph()
  int compared = -1;  // index of the graph to compare the shown one with; -1: none
  std::set<std::string> open_scopes;
  float zoom = 0;  // 0 asks for a fit
  Pos center;      // in the graph's coordinates
  GraphColors colors = GraphColors::structure;
  bool inputs_highlighted = true;
  bool outputs_highlighted = true;
  bool minimap_shown = true;
  bool is_input_at_bottom = true;
  GraphTracing tracing = GraphTracing::none;
  std::string path_end;           // name of the node to which the selected one's path is shown
  std::set<std::string> removed;  // drawn beside their users only; named as open scopes are
  std::set<std::string> kept;     // never drawn beside their users only
  std::string only;               // the one node whose inside is drawn; "" draws the whole graph
  std::string search;
  SearchOptions search_in;
};

struct TimelineState {
  int session = 0;  // index into LogdirModel::profiles
  TimelineView view;
};

struct StatisticsState {
  StatisticsKey by = StatisticsKey::name;
  std::string filter;
};

struct ScalarsState {
  ScalarOptions options;
  std::string tag_filter;
  std::set<std::string> folded_groups;
  int columns = 0;  // 0 follows the width
};

struct ViewerState {
  std::optional<Page> page;  // none until a page was chosen: the first with data is shown
  ThemeName theme = ThemeName::dark;
  bool sources_shown = true;
  bool inspector_shown = true;
  float sources_width = 232;
  float inspector_width = 300;
  Selection selection;
  std::string run_filter;
  std::set<std::string> hidden_runs;
  GraphState graph;
  TimelineState timeline;
  StatisticsState statistics;
  ScalarsState scalars;
  HistogramMode histogram_mode = HistogramMode::offset;
};

// Lines of "key value", in a fixed order.
[[nodiscard]] std::string write_state(const ViewerState& state);

// What `text` says; keys that are not known, and values that cannot be read, are passed over.
[[nodiscard]] ViewerState read_state(const std::string& text);

// The file under $XDG_STATE_HOME/opscope (else ~/.local/state/opscope) for these paths.
[[nodiscard]] std::string state_file(const std::vector<std::string>& paths);

}  // namespace opscope::viewer
