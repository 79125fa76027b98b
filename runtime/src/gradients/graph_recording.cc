#include "gradients/graph_recording.h"

#include "module/variable_state.h"
#include "opscope/runtime/ops.h"

namespace opscope::runtime {

GraphRecording::GraphRecording(FuncGraph& graph, std::function<Tensor(Edge)> value_of,
                               const std::function<bool(int)>& is_recorded)
    : graph_(graph), value_of_(std::move(value_of)) {
  for (const int index : graph.run_order()) {
    if (is_recorded && !is_recorded(index)) continue;
    const Node& node = graph.node(index);
    OpRecord record{
        .spec = node.spec, .custom = nullptr, .node = index, .inputs = {}, .outputs = {}};
    for (const Edge input : node.inputs) record.inputs.push_back(key_of(input));
    for (int k = 0; k < static_cast<int>(node.outputs.size()); ++k) {
      record.outputs.push_back(key_of(Edge{index, k}));
    }
    records_.push_back(std::move(record));
  }
}

DType GraphRecording::dtype(ValueKey key) const { return graph_.output(edge_of(key)).dtype; }

void GraphRecording::describe(const OpRecord& record, GradientCall& call) {
  const Node& node = graph_.node(record.node);
  call.attrs = node.attrs;
  call.loc = node.loc;
  call.recording = this;
  call.node = record.node;
}

std::string GraphRecording::name(const OpRecord& record) const {
  return graph_.node(record.node).name;
}

NodeOutput gradient_type(const FuncGraph& graph, Edge edge) {
  if (const auto variable = graph.captured_variable(edge)) {
    return {variable->dtype(), variable->shape()};
  }
  return graph.output(edge);
}

Tensor zero_gradient(const NodeOutput& type, const std::function<Tensor()>& value) {
  if (type.dtype != DType::variant && type.shape.is_fully_defined()) {
    return zeros(type.shape, type.dtype, Loc{});
  }
  return zeros_like(value());
}

}  // namespace opscope::runtime
