// Two graphs in one: what a picture of their differences shows. It is the second graph, with what
// was removed from the first one put back beside it.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/graph_diff.h"
#include "model/graph_model.h"
#include "model/logdir_model.h"
#include "opscope/result.h"

namespace opscope::viewer {

// Of a scope: what all of its operations are, else `changed`.
enum class DiffState : std::uint8_t { equal, added, removed, changed, renamed };

// The word for a state: "equal", "added", ...
[[nodiscard]] const char* diff_state_name(DiffState state) noexcept;

struct GraphUnion {
  GraphModel model;
  std::vector<DiffState> states;  // by node of `model`
  // By node: what differs, in words.
  std::unordered_map<std::uint32_t, std::vector<std::string>> remarks;
  std::size_t added = 0;  // operations
  std::size_t removed = 0;
  std::size_t changed = 0;
  std::size_t renamed = 0;
};

// `graph_def` holds the bytes of `b`. What was removed from bodies of functions is counted, but has
// no node. Fails when the bytes are no GraphDef.
[[nodiscard]] Result<GraphUnion> join_graphs(const GraphModel& a, const GraphModel& b,
                                             const GraphDiff& diff, const std::string& graph_def);

// Reads both graphs, compares and joins them.
[[nodiscard]] Result<GraphUnion> load_graph_union(const LogdirModel& model_of_a,
                                                  const GraphSource& a,
                                                  const LogdirModel& model_of_b,
                                                  const GraphSource& b);

}  // namespace opscope::viewer
