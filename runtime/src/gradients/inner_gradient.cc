#include "gradients/inner_gradient.h"

#include <algorithm>
#include <unordered_map>

#include "core/small_vector.h"
#include "module/name_stack.h"
#include "module/variable_state.h"
#include "ops/op_registry.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope::runtime {
namespace {

std::vector<ValueKey> argument_keys(const FuncGraph& graph, const std::vector<bool>& which) {
  std::vector<ValueKey> keys;
  for (std::size_t i = 0; i < which.size(); ++i) {
    if (which[i]) keys.push_back(key_of(Edge{graph.arguments()[i], 0}));
  }
  return keys;
}

// The values of a forward graph in its backward graph.
class ForwardValues {
 public:
  ForwardValues(const FuncGraph& forward, FuncGraph& backward)
      : forward_(forward), backward_(backward) {}

  Tensor value(Edge edge) {
    const auto [entry, is_new] = places_.try_emplace(key_of(edge), -1);
    if (is_new) entry->second = place(edge);
    return tensor_here({entry->second, 0});
  }

  // Those that the results of the backward graph need, in order of their making.
  std::vector<ForwardValue> used() const {
    std::vector<char> is_needed(backward_.nodes().size(), 0);
    for (const Edge result : backward_.results()) {
      is_needed[static_cast<std::size_t>(result.node)] = 1;
    }
    const std::vector<int> order = backward_.run_order();
    for (auto node = order.rbegin(); node != order.rend(); ++node) {
      const Node& reader = backward_.node(*node);
      if (is_needed[static_cast<std::size_t>(*node)] == 0 && !reader.has_effects) continue;
      for (const Edge input : reader.inputs) is_needed[static_cast<std::size_t>(input.node)] = 1;
    }
    std::vector<ForwardValue> values;
    for (const auto& [key, node] : places_) {
      const bool is_placeholder = backward_.node(node).spec->name == "Placeholder";
      const bool is_capture = backward_.captured_variable({node, 0}) != nullptr;
      if (is_placeholder && !is_capture && is_needed[static_cast<std::size_t>(node)] != 0) {
        values.push_back({edge_of(key), node});
      }
    }
    std::sort(values.begin(), values.end(), [](const ForwardValue& a, const ForwardValue& b) {
      return a.placeholder < b.placeholder;
    });
    return values;
  }

 private:
  int place(Edge edge) {
    const NodeOutput& output = forward_.output(edge);
    const Node& node = forward_.node(edge.node);
    if (const auto variable = forward_.captured_variable(edge)) return backward_.capture(variable);
    if (const Ref<TensorRep> constant = forward_.constant_value(edge)) {
      return backward_.append_constant(constant, backward_.unique_name(node.name), node.loc);
    }
    return backward_.append_placeholder(output.dtype, output.shape, "forward/" + node.name,
                                        node.loc);
  }

  const FuncGraph& forward_;
  FuncGraph& backward_;
  std::unordered_map<ValueKey, int, ValueKeyHash> places_;
};

}  // namespace

BuildScope::BuildScope(Scope& scope) : scope_(scope) {
  if (current_trace == nullptr) {
    owned_ = std::make_unique<Trace>();
    current_trace = owned_.get();
  }
  current_trace->push(scope_);
}

BuildScope::~BuildScope() {
  current_trace->pop(scope_);
  if (owned_) current_trace = nullptr;
}

std::shared_ptr<FuncGraph> copy_of(const FuncGraph& graph, std::string_view suffix) {
  auto copy = std::make_shared<FuncGraph>(graph);
  copy->set_name(graph.name() + std::string(suffix) + "_" + std::to_string(next_function_number()));
  return copy;
}

InnerGradient trace_inner_gradient(FuncGraph& forward, const std::string& name,
                                   const InnerRequest& request) {
  Scope scope(ScopeKind::function, name + "_" + std::to_string(next_function_number()), Loc{});
  InnerGradient result;
  result.graph = scope.graph;
  FuncGraph& backward = *scope.graph;
  const BuildScope guard(scope);
  ForwardValues values(forward, backward);
  GraphRecording recording(forward, [&](Edge edge) { return values.value(edge); });
  const std::vector<Edge> forward_results = forward.results();
  const std::vector<int> forward_arguments = forward.arguments();
  std::vector<Seed> seeds;
  for (std::size_t i = 0; i < request.results.size(); ++i) {
    result.given.push_back(-1);
    if (!request.results[i]) continue;
    const NodeOutput type = gradient_type(forward, forward_results[i]);
    result.given[i] = backward.append_placeholder(type.dtype, type.shape, "grad_ys", Loc{});
    seeds.push_back({key_of(forward_results[i]), tensor_here({result.given[i], 0})});
  }
  std::vector<std::vector<ValueKey>> sources;
  for (std::size_t i = 0; i < request.arguments.size(); ++i) {
    if (request.arguments[i]) sources.push_back({key_of(Edge{forward_arguments[i], 0})});
  }
  const std::vector<Tensor> gradients = reverse_gradients(recording, seeds, sources);
  auto gradient = gradients.begin();
  std::vector<Edge> results;
  for (std::size_t i = 0; i < request.arguments.size(); ++i) {
    result.wanted.push_back({});
    if (!request.arguments[i]) continue;
    const Edge argument{forward_arguments[i], 0};
    const Tensor zero =
        gradient->has_value() ? Tensor() : zero_gradient(gradient_type(forward, argument), [&] {
          return values.value(argument);
        });
    result.wanted[i] = edge_here(gradient->has_value() ? *gradient : zero);
    results.push_back(result.wanted[i]);
    ++gradient;
  }
  backward.set_results(results);
  result.values = values.used();
  current_trace->check();
  return result;
}

std::vector<bool> dependent_results(const FuncGraph& graph, const std::vector<bool>& arguments) {
  // Only read: no values are asked for.
  const GraphRecording recording(const_cast<FuncGraph&>(graph), nullptr);
  std::vector<ValueKey> results;
  for (const Edge result : graph.results()) results.push_back(key_of(result));
  std::vector<ValueKey> from;
  for (const ValueKey key : argument_keys(graph, arguments)) {
    if (may_have_gradient(recording.dtype(key))) from.push_back(key);
  }
  return find_dependents(recording, from, results);
}

int argument_position(const FuncGraph& graph, Edge edge) {
  const auto& arguments = graph.arguments();
  const auto found = std::find(arguments.begin(), arguments.end(), edge.node);
  return found == arguments.end() ? -1 : static_cast<int>(found - arguments.begin());
}

Edge edge_here(const Tensor& tensor) {
  return current_trace->edge_of(current_trace->input(tensor, Loc{}));
}

Tensor tensor_here(Edge edge) {
  return Tensor(current_trace->symbol(current_trace->graph(), edge).leak());
}

int append_node(FuncGraph& graph, std::string_view op, const std::string& name,
                std::vector<Edge> inputs, Attrs attrs, Loc loc) {
  Node node;
  node.spec = &get_op(op);
  node.name = graph.unique_name(name);
  node.inputs = std::move(inputs);
  node.attrs = std::move(attrs);
  node.loc = loc;
  return graph.append(std::move(node));
}

Edge append_shape(FuncGraph& graph, const Shape& shape, const std::string& name) {
  Ref<TensorRep> value;
  if (shape.has_rank()) {
    std::vector<std::int64_t> dims;
    for (const std::int64_t dim : shape.dims()) dims.push_back(dim == kAnyDim ? -1 : dim);
    value = int32_vector(dims);
  } else {
    value = int32_scalar(-1);
  }
  return {graph.append_constant(std::move(value), graph.unique_name(name), Loc{}), 0};
}

std::vector<DType> dtypes_of(const FuncGraph& graph, const std::vector<Edge>& edges) {
  std::vector<DType> types;
  for (const Edge edge : edges) types.push_back(graph.output(edge).dtype);
  return types;
}

std::vector<DType> dtypes_of(const std::vector<NodeOutput>& outputs) {
  std::vector<DType> types;
  for (const NodeOutput& output : outputs) types.push_back(output.dtype);
  return types;
}

std::vector<Shape> shapes_of(const std::vector<NodeOutput>& outputs) {
  std::vector<Shape> shapes;
  for (const NodeOutput& output : outputs) shapes.push_back(output.shape);
  return shapes;
}

void pass_captures(FuncGraph& graph, Node& node, std::vector<VariableUse>& uses) {
  FuncGraph& here = current_trace->graph();
  for (const VariableCapture& capture : graph.captures()) {
    graph.add_argument(capture.node);
    node.inputs.push_back({here.capture(capture.variable), 0});
    uses.push_back({capture.variable.get(), graph.writes(capture.variable.get())});
  }
}

std::vector<Tensor> append_backward(Node node, std::string_view name,
                                    const std::vector<VariableUse>& uses) {
  FuncGraph& here = current_trace->graph();
  node.name = here.unique_name(name_stack().prefixed(name));
  // A gradient that nobody asked for may read values that are not handed over.
  for (auto& graph : node.graphs) graph = without_dead_nodes(*graph);
  const int count = static_cast<int>(node.outputs.size());
  const int index = here.append_with_outputs(std::move(node), uses);
  std::vector<Tensor> results;
  for (int i = 0; i < count; ++i) results.push_back(tensor_here({index, i}));
  return results;
}

}  // namespace opscope::runtime
