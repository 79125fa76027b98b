#include "model/graph_choice.h"

#include <cstdint>
#include <utility>

#include "model/graph_stats.h"
#include "model/logdir.h"

namespace opscope::viewer {

std::vector<GraphSource> graphs_of(const LogdirModel& model) {
  std::vector<GraphSource> graphs;
  for (const auto& run : model.runs) {
    graphs.insert(graphs.end(), run->graphs.begin(), run->graphs.end());
  }
  graphs.insert(graphs.end(), model.graphs.begin(), model.graphs.end());
  for (const SavedModelInfo& saved : model.saved_models) graphs.push_back(saved.graph);
  return graphs;
}

Result<GraphModel> load_graph_model(const LogdirModel& model, const GraphSource& source) {
  Result<GraphBytes> bytes = load_graph(source);
  if (!bytes) return bytes.error();
  Result<GraphModel> graph = build_graph_model(std::move(bytes->bytes), bytes->kind);
  const Run* run = find_run(model, source.run);
  const bool has_times =
      run != nullptr && source.kind == GraphKind::run_graph && !run->run_metadata.empty();
  if (!graph || !has_times) return graph;
  // Times are an extra: a graph without them is still worth showing.
  const Result<std::string> stats = load_run_metadata(run->run_metadata.back());
  if (stats) static_cast<void>(add_run_metadata(*graph, *stats));
  return graph;
}

int preferred_graph(const std::vector<GraphSource>& graphs, const std::string& run,
                    const std::string& tag) {
  // Keras writes traces of a batch that hold no graph: a few bytes.
  constexpr std::uint64_t kNearlyEmpty = 256;
  int best = -1;
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    if (!run.empty() && graphs[i].run != run) continue;
    if (!tag.empty() && graphs[i].tag != tag) continue;
    const bool is_empty = graphs[i].size < kNearlyEmpty && !graphs[i].is_text;
    if (graphs[i].kind != GraphKind::graph_keras_model && !is_empty) return static_cast<int>(i);
    if (best >= 0 && !is_empty && graphs[static_cast<std::size_t>(best)].size < kNearlyEmpty) {
      best = static_cast<int>(i);
    }
    if (best < 0) best = static_cast<int>(i);
  }
  return best;
}

}  // namespace opscope::viewer
