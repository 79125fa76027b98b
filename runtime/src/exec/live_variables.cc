#include "exec/compiler.h"

namespace opscope::runtime {

Flags live_variables(const Node& loop, std::span<const char> used_outputs) {
  const FuncGraph& condition = *loop.graphs[0];
  const FuncGraph& body = *loop.graphs[1];
  const std::size_t count = body.arguments().size();
  Flags live(count);
  const std::vector<char> condition_needs = Plan::needed_nodes(condition, {});
  for (std::size_t i = 0; i < count; ++i) {
    live[i] = used_outputs[i] != 0 ||
              condition_needs[static_cast<std::size_t>(condition.arguments()[i])] != 0;
  }
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    const std::vector<char> needs = Plan::needed_nodes(body, live.span());
    for (std::size_t i = 0; i < count; ++i) {
      if (live[i] || needs[static_cast<std::size_t>(body.arguments()[i])] == 0) continue;
      live[i] = true;
      has_grown = true;
    }
  }
  return live;
}

std::vector<char> Plan::needed_nodes(const FuncGraph& graph, std::span<const bool> wanted) {
  std::vector<char> needed(graph.nodes().size(), 0);
  for (std::size_t i = 0; i < graph.results().size(); ++i) {
    if (wanted.empty() || wanted[i]) {
      needed[static_cast<std::size_t>(graph.results()[i].node)] = 1;
    }
  }
  for (std::size_t i = graph.nodes().size(); i-- > 0;) {
    const Node& node = graph.nodes()[i];
    if (node.has_effects) needed[i] = 1;
    if (needed[i] == 0) continue;
    for (const Edge input : node.inputs) needed[static_cast<std::size_t>(input.node)] = 1;
  }
  return needed;
}

}  // namespace opscope::runtime
