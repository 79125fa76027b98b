// The ways a graph comes in.
#include <algorithm>
#include <string>
#include <utility>

#include "model/graph_builder.h"
#include "model/graph_keras.h"
#include "model/graph_model.h"
#include "model/graph_stats.h"
#include "model/graph_text.h"
#include "model/wire.h"

namespace opscope::viewer {
namespace {

Error damaged(std::string_view what) {
  return Error(ErrorCode::data_loss, "the bytes are no " + std::string(what));
}

void add_graph(GraphBuilder& builder, RawGraph graph) {
  for (const std::string_view function : graph.functions) builder.add_function(function);
  builder.add_ops(kRootNode, "", graph.nodes);
}

Result<GraphModel> build_graph_def(std::string bytes) {
  GraphBuilder builder;
  RawGraph graph = read_graph_def(builder.keep(std::move(bytes)));
  if (graph.is_damaged) return damaged("GraphDef: they end too early or hold something else");
  add_graph(builder, std::move(graph));
  return builder.finish();
}

// A TF2 trace records every eagerly called function as a graph of its own. The largest is what was
// traced; the others lie in one closed group.
Result<GraphModel> build_run_metadata(std::string bytes) {
  GraphBuilder builder;
  const RawRunMetadata metadata = read_run_metadata(builder.keep(std::move(bytes)));
  if (metadata.is_damaged) return damaged("RunMetadata: they end too early or hold something else");
  std::vector<RawGraph> graphs;
  for (const std::string_view graph : metadata.graphs) {
    graphs.push_back(read_graph_def(graph));
    if (graphs.back().is_damaged) return damaged("RunMetadata: a graph in it is damaged");
  }
  if (graphs.empty()) return builder.finish();
  const auto largest = std::max_element(
      graphs.begin(), graphs.end(),
      [](const RawGraph& a, const RawGraph& b) { return a.nodes.size() < b.nodes.size(); });
  const auto main = static_cast<std::size_t>(largest - graphs.begin());
  for (const RawGraph& graph : graphs) {
    for (const std::string_view function : graph.functions) builder.add_function(function);
  }
  builder.add_ops(kRootNode, "", graphs[main].nodes);
  if (graphs.size() > 1) {
    const NodeId group = builder.add_container(kRootNode, NodeKind::group, "other graphs", 0);
    for (std::size_t i = 0; i < graphs.size(); ++i) {
      if (i == main) continue;
      const std::string name = "graph_" + std::to_string(i + 1);
      const NodeId container = builder.add_container(group, NodeKind::function, name, 0);
      builder.add_ops(container, name + "/", graphs[i].nodes);
    }
  }
  GraphModel model = builder.finish();
  if (!metadata.step_stats.empty()) add_step_stats(model, metadata.step_stats);
  return model;
}

Result<GraphModel> build_keras(std::string_view json) {
  Result<std::string> graph = graph_def_from_keras(json);
  if (!graph) return graph.error();
  return build_graph_def(*std::move(graph));
}

}  // namespace

Result<GraphModel> build_graph_model(std::string bytes, GraphKind kind) {
  switch (kind) {
    case GraphKind::graph_run_metadata:
    case GraphKind::graph_run_metadata_graph:
      return build_run_metadata(std::move(bytes));
    case GraphKind::graph_keras_model:
      return build_keras(bytes);
    case GraphKind::run_graph:
    case GraphKind::saved_model:
    case GraphKind::file:
      break;
  }
  return build_graph_def(std::move(bytes));
}

Result<GraphModel> build_graph_model_from_text(std::string_view text) {
  Result<std::string> graph = graph_def_from_text(text);
  if (!graph) {
    return Error(ErrorCode::invalid_argument,
                 std::string("the text is no GraphDef: ") + graph.error().what());
  }
  return build_graph_def(*std::move(graph));
}

Result<GraphModel> build_graph_model_from_saved_model(std::string bytes) {
  // Field 1 of a MetaGraphDef is a message, of a SavedModel a number. Field 2 of a SavedModel holds
  // MetaGraphDefs, field 2 of a MetaGraphDef its graph.
  std::string_view meta_graph = bytes;
  bool is_meta_graph = false;
  WireReader outer(bytes);
  while (outer.next()) {
    if (outer.is(1, WireType::length)) is_meta_graph = true;
    if (!outer.is(2, WireType::length) || is_meta_graph) continue;
    meta_graph = outer.bytes();
    break;
  }
  WireReader reader(meta_graph);
  while (reader.next()) {
    if (reader.is(2, WireType::length)) return build_graph_def(std::string(reader.bytes()));
  }
  return damaged("SavedModel: there is no graph in them");
}

Result<void> add_run_metadata(GraphModel& model, std::string_view run_metadata) {
  const RawRunMetadata metadata = read_run_metadata(run_metadata);
  if (metadata.is_damaged) return damaged("RunMetadata");
  if (!metadata.step_stats.empty()) add_step_stats(model, metadata.step_stats);
  return {};
}

}  // namespace opscope::viewer
