#include "passes/passes.h"

namespace opscope::runtime {

void run_passes(PassGraph& graph, const PassOptions& options) {
  CommonNodes common(options.shares ? graph.nodes.size() : 0);
  for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
    Node& node = graph.node(i);
    for (Edge& input : node.inputs) input = graph.resolve(input);
    if (options.simplifies && simplify_node(graph, i)) continue;
    if (options.folds) fold_node(graph, i);
    if (options.shares) common.share_node(graph, i);
  }
  for (Edge& result : graph.results) result = graph.resolve(result);
}

}  // namespace opscope::runtime
