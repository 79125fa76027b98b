// Runs a traced graph in a random order that its data and control edges allow, through the eager
// kernels: a missing control edge shows up as a wrong result.
#pragma once

#include <random>
#include <vector>

#include "graph/concrete.h"
#include "graph/func_graph.h"
#include "module/variable_state.h"
#include "ops/op_registry.h"
#include "opscope/runtime/function.h"
#include "staged.h"

namespace opscope::runtime {

class RandomOrderRunner {
 public:
  explicit RandomOrderRunner(unsigned seed) : random_(seed) {}

  Tensors run(const ConcreteFunction& function, const Tensors& inputs) {
    std::vector<ValueRef> arguments;
    for (const Tensor& input : inputs) arguments.push_back(ValueRef::share(input.rep()));
    for (const VariableCapture& capture : function.core()->graph().captures()) {
      arguments.push_back(ValueRef::share(capture.variable->handle()));
    }
    Tensors results;
    for (ValueRef& value : run_graph(function.core()->graph(), arguments)) {
      results.push_back(Tensor(value.leak()));
    }
    return results;
  }

 private:
  using ValueRef = Ref<TensorRep>;
  using Values = std::vector<ValueRef>;

  Values run_graph(const FuncGraph& graph, const Values& arguments) {
    const std::vector<char> needed = Plan::needed_nodes(graph, {});
    std::vector<Values> values(graph.nodes().size());
    std::vector<char> is_done(graph.nodes().size(), 0);
    for (std::size_t i = 0; i < graph.arguments().size(); ++i) {
      const auto node = static_cast<std::size_t>(graph.arguments()[i]);
      values[node] = {arguments[i]};
      is_done[node] = 1;
    }
    std::vector<int> waiting;
    for (std::size_t i = 0; i < needed.size(); ++i) {
      if (needed[i] != 0 && is_done[i] == 0) waiting.push_back(static_cast<int>(i));
    }
    while (!waiting.empty()) {
      std::size_t at = random_() % waiting.size();
      while (!is_ready(graph.node(waiting[at]), needed, is_done)) at = (at + 1) % waiting.size();
      const int node = waiting[at];
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(at));
      values[static_cast<std::size_t>(node)] = run_node(graph.node(node), values);
      is_done[static_cast<std::size_t>(node)] = 1;
    }
    Values results;
    for (const Edge edge : graph.results()) results.push_back(value(values, edge));
    return results;
  }

  static bool is_ready(const Node& node, const std::vector<char>& needed,
                       const std::vector<char>& is_done) {
    for (const Edge input : node.inputs) {
      if (is_done[static_cast<std::size_t>(input.node)] == 0) return false;
    }
    for (const int control : node.control_inputs) {
      const auto before = static_cast<std::size_t>(control);
      if (needed[before] != 0 && is_done[before] == 0) return false;
    }
    return true;
  }

  static ValueRef value(const std::vector<Values>& values, Edge edge) {
    return values[static_cast<std::size_t>(edge.node)][static_cast<std::size_t>(edge.output)];
  }

  Values run_node(const Node& node, const std::vector<Values>& values) {
    if (node.constant) return {node.constant};
    Values inputs;
    for (const Edge input : node.inputs) inputs.push_back(value(values, input));
    const std::string_view op = node.spec->name;
    if (op == "While" || op == "StatelessWhile") {
      while (*run_graph(*node.graphs[0], inputs)[0]->data<bool>()) {
        inputs = run_graph(*node.graphs[1], inputs);
      }
      return inputs;
    }
    if (op == "If" || op == "StatelessIf") {
      const bool holds = *inputs[0]->data<bool>();
      return run_graph(*node.graphs[holds ? 0 : 1], Values(inputs.begin() + 1, inputs.end()));
    }
    if (op == "Case") {
      const auto count = static_cast<std::int32_t>(node.graphs.size());
      const std::int32_t wanted = *inputs[0]->data<std::int32_t>();
      const std::int32_t chosen = wanted < 0 || wanted >= count ? count - 1 : wanted;
      return run_graph(*node.graphs[static_cast<std::size_t>(chosen)],
                       Values(inputs.begin() + 1, inputs.end()));
    }
    if (op == "PartitionedCall" || op == "StatefulPartitionedCall") {
      return run_graph(*node.graphs[0], inputs);
    }
    std::vector<const TensorRep*> reps;
    for (const ValueRef& input : inputs) reps.push_back(input.get());
    Values outputs(node.outputs.size());
    run_op_eager(*node.spec, reps, node.attrs, outputs);
    return outputs;
  }

  std::mt19937 random_;
};

}  // namespace opscope::runtime
