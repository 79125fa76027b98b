#include "keras/logits.h"

#include "ops/op_registry.h"
#include "staging/trace.h"

namespace opscope::keras {

std::optional<Tensor> logits_behind(const Tensor& probabilities, std::string_view op) {
  if (!runtime::is_tracing() || !probabilities.is_symbolic()) return std::nullopt;
  runtime::Trace& trace = *runtime::current_trace;
  const runtime::FuncGraph& graph = trace.graph();
  const runtime::Edge edge = trace.edge_of(trace.input(probabilities, Loc{}));
  const runtime::Node& node = graph.node(edge.node);
  if (node.spec->name != op) return std::nullopt;
  return Tensor(trace.symbol(graph, node.inputs[0]).leak());
}

}  // namespace opscope::keras
