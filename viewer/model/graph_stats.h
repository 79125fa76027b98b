// Times and memory of operations.
#pragma once

#include <string_view>

#include "model/graph_data.h"

namespace opscope::viewer {

// Lets add_step_stats() change a finished model.
struct GraphStatsAccess {
  static GraphModel::Data& data(GraphModel& model);
};

// Adds a serialized StepStats to the nodes of equal name, and to the scopes around them: the time
// from the first start to the last end, the sum of memory.
void add_step_stats(GraphModel& model, std::string_view step_stats);

}  // namespace opscope::viewer
