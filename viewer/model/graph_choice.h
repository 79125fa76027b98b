// Which graph of a path to show, and its model.
#pragma once

#include <string>
#include <vector>

#include "model/graph_model.h"
#include "model/logdir_model.h"
#include "opscope/result.h"

namespace opscope::viewer {

// All graphs: of runs, of files and of SavedModels, in that order.
[[nodiscard]] std::vector<GraphSource> graphs_of(const LogdirModel& model);

// Reads and builds the model of a graph; of a run's graph with the times and memory of the run's
// last RunMetadata in `model`.
[[nodiscard]] Result<GraphModel> load_graph_model(const LogdirModel& model,
                                                  const GraphSource& source);

// The index of the graph to show first among those of `run` and `tag` ("" is any): operations
// rather than Keras' layers. -1 when there is none.
[[nodiscard]] int preferred_graph(const std::vector<GraphSource>& graphs, const std::string& run,
                                  const std::string& tag);

}  // namespace opscope::viewer
