#include "gradients/function_gradient.h"

#include <algorithm>

#include "gradients/while_gradient.h"
#include "graph/concrete.h"
#include "ops/op_registry.h"
#include "opscope/runtime/ops.h"

namespace opscope::runtime {
namespace {

std::string name_like(std::string_view prefix, const std::string& function) {
  constexpr std::string_view kInference = "__inference_";
  std::string base = function;
  if (base.starts_with(kInference)) base.erase(0, kInference.size());
  return std::string(prefix) + base;
}

void keep_reached(const FuncGraph& function, const std::vector<bool>& given,
                  std::vector<bool>& wanted) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i]) continue;
    std::vector<bool> alone(wanted.size());
    alone[i] = true;
    const std::vector<bool> reached = dependent_results(function, alone);
    wanted[i] = false;
    for (std::size_t k = 0; k < given.size(); ++k) {
      if (given[k] && reached[k]) wanted[i] = true;
    }
  }
}

int result_position(FuncGraph& graph, Edge value) {
  const auto& results = graph.results();
  const auto found = std::find(results.begin(), results.end(), value);
  if (found != results.end()) return static_cast<int>(found - results.begin());
  graph.add_result(value);
  return static_cast<int>(graph.results().size()) - 1;
}

}  // namespace

FunctionGradient make_function_gradient(const FuncGraph& function, std::vector<bool> given,
                                        std::vector<bool> wanted) {
  FunctionGradient result;
  keep_reached(function, given, wanted);
  result.given = std::move(given);
  result.wanted = std::move(wanted);
  result.forward = std::make_shared<FuncGraph>(function);
  result.forward->set_name(name_like("__forward_", function.name()) + "_" +
                           std::to_string(next_function_number()));
  InnerGradient inner =
      trace_inner_gradient(*result.forward, name_like("__backward_", function.name()),
                           {.results = result.given, .arguments = result.wanted});
  result.backward = inner.graph;
  for (const int given_node : inner.given) {
    if (given_node >= 0) result.backward->add_argument(given_node);
  }
  for (const ForwardValue& value : inner.values) {
    result.backward->add_argument(value.placeholder);
    const int argument = argument_position(*result.forward, value.forward);
    const bool is_argument = argument >= 0;
    const int position = is_argument ? argument : result_position(*result.forward, value.forward);
    result.inputs.push_back({is_argument, position});
  }
  return result;
}

CallGradient::CallGradient(const ConcreteCore& function) {
  const FuncGraph& graph = function.graph();
  std::vector<bool> given;
  for (const Edge edge : graph.results())
    given.push_back(may_have_gradient(graph.output(edge).dtype));
  std::vector<bool> wanted;
  for (const int argument : graph.arguments()) {
    wanted.push_back(may_have_gradient(graph.output({argument, 0}).dtype));
  }
  graphs = make_function_gradient(graph, std::move(given), std::move(wanted));
  const std::size_t num_inputs = graphs.backward->arguments().size();
  for (const VariableCapture& capture : graphs.backward->captures()) {
    graphs.backward->add_argument(capture.node);
  }
  forward =
      std::make_shared<const ConcreteCore>(graphs.forward, function.inputs().size(), std::any());
  backward = std::make_shared<const ConcreteCore>(graphs.backward, num_inputs, std::any());
}

CallGradient::~CallGradient() = default;

void function_call_gradient(GradientCall& call) {
  GraphRecording& recording = *call.recording;
  Node node = recording.graph().node(call.node);
  std::vector<bool> given;
  for (std::size_t k = 0; k < call.outputs.size(); ++k) given.push_back(call.has_dy(k));
  FunctionGradient gradient = make_function_gradient(*node.graphs[0], given, call.needs);
  if (std::none_of(gradient.wanted.begin(), gradient.wanted.end(), [](bool is) { return is; })) {
    return;
  }
  const FuncGraph& forward = *gradient.forward;
  for (std::size_t k = node.outputs.size(); k < forward.results().size(); ++k) {
    node.outputs.push_back(forward.output(forward.results()[k]));
  }
  node.graphs = {gradient.forward};
  node.attrs.set("f", FunctionName{forward.name(), {}});
  node.attrs.set("Tout", dtypes_of(node.outputs));
  recording.graph().replace(call.node, node);

  Node backward;
  for (std::size_t k = 0; k < given.size(); ++k) {
    if (given[k]) backward.inputs.push_back(edge_here(call.output_gradients[k]));
  }
  for (const BackwardInput& input : gradient.inputs) {
    const Tensor value = input.is_argument ? call.x(static_cast<std::size_t>(input.position))
                                           : recording.value(Edge{call.node, input.position});
    backward.inputs.push_back(edge_here(value));
  }
  std::vector<VariableUse> uses;
  pass_captures(*gradient.backward, backward, uses);
  const FuncGraph& graph = *gradient.backward;
  for (const Edge result : graph.results()) backward.outputs.push_back(graph.output(result));
  backward.spec = &get_op(graph.is_stateful() ? "StatefulPartitionedCall" : "PartitionedCall");
  backward.attrs = {{"f", FunctionName{graph.name(), {}}},
                    {"Tin", dtypes_of(current_trace->graph(), backward.inputs)},
                    {"Tout", dtypes_of(backward.outputs)}};
  backward.graphs = {gradient.backward};
  backward.loc = call.loc;
  const std::string_view op_name = backward.spec->name;
  const std::vector<Tensor> results = append_backward(std::move(backward), op_name, uses);
  std::size_t next = 0;
  for (std::size_t i = 0; i < gradient.wanted.size(); ++i) {
    if (gradient.wanted[i]) call.input_gradients[i] = results[next++];
  }
}

}  // namespace opscope::runtime
