#include "ui/graph_queries.h"

#include <utility>

namespace opscope::viewer {

namespace {

constexpr std::size_t kMostHits = 10'000;

std::string search_key(const GraphState& state) {
  const SearchOptions& in = state.search_in;
  std::string key;
  for (const bool flag : {in.is_regex, in.match_case, in.match_name, in.match_op,
                          in.match_attributes, in.match_shape}) {
    key += flag ? '1' : '0';
  }
  return state.search.empty() ? std::string() : key + state.search;
}

std::string trace_key(const GraphState& state, NodeId selected) {
  if (selected == kNoNode) return {};
  if (state.tracing == GraphTracing::none && state.path_end.empty()) return {};
  return std::to_string(static_cast<std::uint32_t>(selected)) + ' ' +
         std::to_string(static_cast<int>(state.tracing)) + ' ' + state.path_end;
}

void start_search(UiContext& ui, GraphPage& page) {
  SearchOptions options = ui.state.graph.search_in;
  options.limit = kMostHits;
  page.is_searching = true;
  ui.workspace.executor().post([&page, model = page.model, options, key = page.searched,
                                query = ui.state.graph.search, inbox = &ui.workspace.inbox()] {
    auto found = model->search(query, options);
    auto marks = found ? found_marks(*model, *found) : std::unordered_set<std::uint32_t>();
    inbox->put([&page, model, key, found = std::move(found), marks = std::move(marks)]() mutable {
      if (page.model != model || page.searched != key) return false;
      page.is_searching = false;
      if (found) {
        page.hits = std::move(*found);
        page.marks.found = std::move(marks);
      } else {
        page.search_error = found.error().what();
      }
      return true;
    });
  });
}

void start_trace(UiContext& ui, GraphPage& page) {
  ui.workspace.executor().post([&page, model = page.model, state = ui.state.graph,
                                key = page.traced, selected = page.marks.selected,
                                inbox = &ui.workspace.inbox()] {
    auto trace = wanted_trace(*model, state, selected);
    inbox->put([&page, model, key, trace] {
      if (page.model != model || page.traced != key) return false;
      page.marks.trace = trace;
      return true;
    });
  });
}

}  // namespace

void update_queries(UiContext& ui, GraphPage& page) {
  if (!page.model) return;
  if (std::string key = search_key(ui.state.graph); key != page.searched) {
    page.searched = std::move(key);
    page.hits.clear();
    page.hit = 0;
    page.is_searching = false;
    page.search_error.clear();
    page.marks.found.clear();
    if (!page.searched.empty()) start_search(ui, page);
  }
  if (std::string key = trace_key(ui.state.graph, page.marks.selected); key != page.traced) {
    page.traced = std::move(key);
    page.marks.trace = nullptr;
    if (!page.traced.empty()) start_trace(ui, page);
  }
}

std::unordered_set<std::uint32_t> found_marks(const GraphModel& model,
                                              std::span<const NodeId> hits) {
  std::unordered_set<std::uint32_t> marks;
  for (const NodeId hit : hits) {
    for (NodeId id = hit; id != kRootNode && id != kNoNode; id = model.node(id).parent) {
      if (!marks.insert(static_cast<std::uint32_t>(id)).second) break;
    }
  }
  return marks;
}

std::shared_ptr<const GraphTrace> wanted_trace(const GraphModel& model, const GraphState& state,
                                               NodeId selected) {
  if (selected == kNoNode) return nullptr;
  if (!state.path_end.empty()) {
    const NodeId end = model.find(state.path_end);
    if (end == kNoNode || end == selected) return nullptr;
    return std::make_shared<const GraphTrace>(trace_path(model, selected, end));
  }
  switch (state.tracing) {
    case GraphTracing::inputs:
      return std::make_shared<const GraphTrace>(
          trace_node(model, selected, TraceDirection::inputs));
    case GraphTracing::outputs:
      return std::make_shared<const GraphTrace>(
          trace_node(model, selected, TraceDirection::outputs));
    case GraphTracing::both:
      return std::make_shared<const GraphTrace>(trace_node(model, selected, TraceDirection::both));
    case GraphTracing::none:
      break;
  }
  return nullptr;
}

}  // namespace opscope::viewer
