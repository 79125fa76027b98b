#include "app/graph_picture.h"

#include <algorithm>
#include <utility>

#include "app/picture_parts.h"
#include "model/graph_text.h"
#include "model/logdir.h"
#include "model/units.h"
#include "ui/graph_commands.h"
#include "ui/graph_queries.h"

namespace opscope::viewer {

namespace {

Error no_such_node(const std::string& name, const char* option) {
  return {ErrorCode::not_found,
          "no such node, " + name + ", give " + option + " the full name of a scope or op"};
}

Result<std::set<std::uint32_t>> nodes_to_open(const GraphModel& model,
                                              const RenderOptions& options) {
  std::set<std::uint32_t> opened;
  const auto open = [&](NodeId id) { opened.insert(static_cast<std::uint32_t>(id)); };
  for (const NodeId id : model.first_opened()) open(id);
  for (const std::string& name : options.expand) {
    if (name == "all") {
      for (std::uint32_t i = 1; i < model.size(); ++i) {
        if (model.node(NodeId{i}).has_children()) open(NodeId{i});
      }
      continue;
    }
    NodeId id = model.find(name);
    if (id == kNoNode) return no_such_node(name, "--expand");
    for (; id != kRootNode && id != kNoNode; id = model.node(id).parent) open(id);
  }
  return opened;
}

// The state of a page on which the options' nodes were removed, kept and drawn alone.
Result<GraphState> resolved_state(const GraphModel& model, const RenderOptions& options) {
  GraphState state = options.graph;
  const auto take = [&](const std::vector<std::string>& names, const char* option,
                        std::set<std::string>& keys) -> Result<void> {
    for (const std::string& name : names) {
      const NodeId id = model.find(name);
      if (id == kNoNode) return no_such_node(name, option);
      keys.insert(opened_key(model, id));
    }
    return {};
  };
  std::set<std::string> only;
  if (auto done = take(options.removed, "--remove", state.removed); !done) return done.error();
  if (auto done = take(options.kept, "--keep", state.kept); !done) return done.error();
  if (!options.only.empty()) {
    if (auto done = take({options.only}, "--only", only); !done) return done.error();
    state.only = *only.begin();
  }
  if (!state.path_end.empty() && model.find(state.path_end) == kNoNode) {
    return no_such_node(state.path_end, "--path-to");
  }
  return state;
}

Result<GraphMarks> make_marks(const GraphModel& model, const GraphState& state,
                              const RenderOptions& options) {
  GraphMarks marks;
  if (options.is_vector()) marks.smallest_text = 0.1F;
  marks.inputs_highlighted = state.inputs_highlighted;
  marks.outputs_highlighted = state.outputs_highlighted;
  if (!options.select.empty()) marks.selected = model.find(options.select);
  marks.trace = wanted_trace(model, state, marks.selected);
  if (state.search.empty()) return marks;
  SearchOptions in = state.search_in;
  in.limit = model.size();
  const auto found = model.search(state.search, in);
  if (!found) return found.error();
  marks.found = found_marks(model, *found);
  return marks;
}

const GraphSource* chosen_source(const RenderOptions& options, const Workspace& workspace) {
  const int index = preferred_graph(workspace.graphs(), options.run, options.tag);
  return index < 0 ? nullptr : &workspace.graphs()[static_cast<std::size_t>(index)];
}

struct LoadedGraph {
  std::shared_ptr<const GraphModel> model;
  std::shared_ptr<const GraphUnion> joined;
};

// The graph or, with --compare, both in one.
Result<LoadedGraph> load_shown(const RenderOptions& options, const Workspace& workspace,
                               const GraphSource& source) {
  if (options.compare.empty()) {
    auto model = load_graph_model(workspace.model(), source);
    if (!model) return model.error();
    return LoadedGraph{std::make_shared<const GraphModel>(std::move(*model)), nullptr};
  }
  RenderOptions other = options;
  other.path = options.compare;
  InlineExecutor executor;
  Workspace older(executor);
  older.open(other.path);
  older.poll();
  const GraphSource* before = chosen_source(other, older);
  if (before == nullptr) return nothing_of(other, "graph");
  auto joined = load_graph_union(older.model(), *before, workspace.model(), source);
  if (!joined) return joined.error();
  const auto kept = std::make_shared<const GraphUnion>(std::move(*joined));
  return LoadedGraph{std::shared_ptr<const GraphModel>(kept, &kept->model), kept};
}

// The node that was opened last, or everything.
LayoutRect framed_by(const RenderOptions& options, const GraphModel& model,
                     const GraphLayout& layout) {
  if (options.expand.empty() || options.expand.back() == "all") return layout.bounds;
  const std::int32_t box = layout.box_of(model, model.find(options.expand.back()));
  return box < 0 ? layout.bounds : layout.boxes[static_cast<std::size_t>(box)].rect;
}

}  // namespace

void GraphPicture::draw(Canvas& canvas, const Area& area) const {
  constexpr float kSide = 200;
  const Theme& look = viewer::theme(theme);
  const GraphColoring coloring(*model, *layout, colors, look, joined.get());
  std::string detail = format_count(model->op_count()) + " ops";
  if (joined) {
    detail = format_count(joined->added) + " added, " + format_count(joined->removed) +
             " removed, " + format_count(joined->changed) + " changed, " +
             format_count(joined->renamed) + " renamed";
  }
  const Area below = draw_title(canvas, area, title, detail, look);
  const bool has_side = below.width() > 620;
  const Area drawing{below.left, below.top, below.right - (has_side ? kSide : 0), below.bottom};
  GraphCamera camera =
      is_whole ? whole_camera(drawing, framed) : fitted_camera(drawing, *layout, framed);
  if (view) {
    camera = *view;
    camera.area = drawing;
  }
  draw_graph(canvas, camera, *model, *layout, coloring, marks, look);
  if (!has_side) return;
  const Area side{drawing.right + 8, below.top, below.right - 16, below.bottom - 16};
  const float map = std::min(side.width(), side.height() * 0.35F);
  draw_graph_legend(canvas, {side.left, side.top, side.right, side.bottom - map - 16},
                    coloring.legend(), look);
  draw_graph_minimap(canvas, {side.left, side.bottom - map, side.right, side.bottom}, *layout,
                     coloring, camera, look);
}

Result<GraphPicture> make_graph_picture(const RenderOptions& options, Workspace& workspace) {
  const GraphSource* source = chosen_source(options, workspace);
  if (source == nullptr) return nothing_of(options, "graph");
  const auto loaded = load_shown(options, workspace, *source);
  if (!loaded) return loaded.error();
  const std::shared_ptr<const GraphModel> model = loaded->model;
  const auto state = resolved_state(*model, options);
  if (!state) return state.error();
  const auto opened = nodes_to_open(*model, options);
  if (!opened) return opened.error();
  const auto marks = make_marks(*model, *state, options);
  if (!marks) return marks.error();
  const double aspect = static_cast<double>(options.width - 200) / options.height;
  GraphLayoutRequest request = layout_request(*model, *state, *opened, aspect);
  request.effort = LayoutEffort::full;
  GraphPicture picture;
  picture.title = graph_label(*source);
  picture.model = model;
  picture.joined = loaded->joined;
  picture.layout = std::make_shared<const GraphLayout>(layout_graph(request));
  picture.marks = *marks;
  picture.colors = state->colors;
  picture.theme = options.theme;
  // Who opens everything, and who writes a file that scales, wants all of it, even if small.
  picture.is_whole =
      options.is_vector() || (!options.expand.empty() && options.expand.back() == "all");
  picture.framed = framed_by(options, *model, *picture.layout);
  return picture;
}

Result<std::string> graph_text_of(const GraphSource& source) {
  const Result<GraphBytes> bytes = load_graph(source);
  if (!bytes) return bytes.error();
  const Result<std::string> graph = graph_def_bytes(bytes->bytes, bytes->kind);
  if (!graph) return graph.error();
  return text_from_graph_def(*graph);
}

Result<std::string> make_graph_text(const RenderOptions& options, Workspace& workspace) {
  const GraphSource* source = chosen_source(options, workspace);
  if (source == nullptr) return nothing_of(options, "graph");
  return graph_text_of(*source);
}

}  // namespace opscope::viewer
